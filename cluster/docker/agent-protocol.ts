/** What the resident agent of a pod can be asked: arguments and answer, by kind. */
export type AgentCalls = {
  /** Answered once the agent listens for beacons. */
  hello: { args: { readonly wantsFirewall: boolean }; answer: null };
  /** Drops all packets that come from these addresses; already blocked ones stay blocked. */
  block: { args: { readonly sources: readonly string[] }; answer: null };
  unblock: { args: { readonly sources: readonly string[] }; answer: null };
  /** Sends beacons to these addresses, again and again until `forMs` have passed. */
  beacon: {
    args: { readonly nonce: string; readonly to: readonly string[]; readonly forMs: number };
    answer: null;
  };
  /** Which of these addresses a beacon came from; at once when all did, else after `withinMs`. */
  hear: {
    args: { readonly nonce: string; readonly from: readonly string[]; readonly withinMs: number };
    answer: readonly string[];
  };
  /** Makes the pod's clock lie, in a process that started at `startedAtMs`; null is now. */
  clock: {
    args: {
      readonly offsetMs: number;
      readonly rate: number;
      readonly sinceMs: number | null;
      readonly startedAtMs: number | null;
    };
    answer: { readonly sinceMs: number };
  };
  /**
   * Bytes of a file from `offset` on, at most `length`, as gzip in base64: the stream is slow, traces
   * are repetitive. `size` is that of the whole file, 0 when it is missing.
   */
  read: {
    args: { readonly file: string; readonly offset: number; readonly length: number };
    answer: { readonly size: number; readonly gzip64: string };
  };
};

export type AgentKind = keyof AgentCalls;

export type AgentRequest = {
  [Kind in AgentKind]: {
    readonly id: number;
    readonly kind: Kind;
    readonly args: AgentCalls[Kind]["args"];
  };
}[AgentKind];

export type AgentReply = {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
};

/** The agent's port: beacons over UDP; over TCP it tells the name of its boot to whoever connects. */
export const agentPort = 7002;

/** Files of a pod, in the volume that holder and node share. */
export const podFiles = {
  agent: "/whitewater/program/agent.cjs",
  node: "/whitewater/program/node.cjs",
  clock: "/whitewater/control/clock",
  data: "/whitewater/node/data",
  trace: "/whitewater/node/trace.jsonl",
  messages: "/whitewater/node/messages.jsonl",
} as const;
