import type { ClientEnv, NodeName } from "./env/env.ts";
import type { BugFamily, NodeOptions } from "./env/program.ts";

/** An operation as the interpreter asks for it. */
export type Invocation = {
  readonly f: string;
  readonly key?: string;
  readonly value?: unknown;
};

/** How it ended (`checker/history.ts` says what the types promise). */
export type Completion = {
  readonly type: "ok" | "fail" | "info";
  readonly value?: unknown;
  readonly error?: string;
  /** The node that answered, or was asked last. */
  readonly node?: NodeName;
  /** What became of each copy of its request, noted where one was sent more than once. */
  readonly wire?: readonly WireCopy[];
};

/** One copy of a request as the wire saw it: answered, lost or never sent. */
export type WireCopy = {
  readonly to: NodeName;
  /** Nanoseconds after the operation was invoked: when it was sent, and when its outcome was there. */
  readonly sent: number;
  readonly back: number;
} & (
  | { readonly status: number; readonly error?: string; readonly version?: number }
  | { readonly lost: string }
  | { readonly notSent: string }
);

/**
 * Where a client sends its operations; all follow redirects, nodes never forward. `follow` begins at
 * the client's own node and goes on where a redirect led, until a copy stays without an answer.
 */
export type Route = "pinned" | "follow" | "leader" | "random";

export type ClientContext = {
  readonly env: ClientEnv;
  readonly nodes: readonly NodeName[];
  /** The logical client; a new one after every `info`. Unique within the run. */
  readonly process: number;
  /** The worker it runs on: pins it to `nodes[thread % nodes.length]`. */
  readonly thread: number;
  readonly route: Route;
  /** Seeds what the client draws (random route, back-off, lock ids). */
  readonly seed: string;
  /** Bound of a whole operation, resends included. */
  readonly timeoutMs: number;
};

/** One logical client. `invoke` is called for one operation at a time; `done` exactly once each. */
export type Client = {
  invoke(operation: Invocation, done: (completion: Completion) => void): void;
  /** Drops what is in flight; no `done` fires afterwards. */
  close(): void;
};

/** What a node says of itself. */
export type NodeStatus = {
  readonly role: "leader" | "follower" | "candidate" | "single";
  readonly term: number;
  readonly leader: NodeName | null;
  readonly commitIndex: number;
  readonly lastApplied: number;
  /** The wall clock as the node reads it. */
  readonly wallMs: number;
  /** Of a subject whose members change. */
  readonly members?: Membership;
};

/** The members of a cluster as one node knows them. */
export type Membership = {
  readonly voters: readonly NodeName[];
  readonly learners: readonly NodeName[];
  /** It leads, these are committed, and nothing of an earlier term can replace them any more. */
  readonly isSettled: boolean;
};

/** What an administrator may ask of the leader: to hand over to a node, or to change the members by one. */
export type Order = {
  readonly order: "transfer" | "add" | "promote" | "remove";
  readonly node: NodeName;
};

/** What became of an order. `unknown`: no answer decides it, and it may still be carried out. */
export type OrderAnswer =
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** How a node answered a status request. */
export type StatusProbe =
  | { readonly kind: "answers"; readonly status: NodeStatus }
  /** Nobody listens there. */
  | { readonly kind: "refused" }
  /** Connected or on the way, but no answer in time. */
  | { readonly kind: "silent" };

/** A planted bug, as `Bug` in `env/program.ts` says it. */
export type BugInfo = {
  readonly id: string;
  readonly family: BugFamily;
  readonly breaks: string;
  readonly clientMaySee: string;
  readonly shownBy: string;
  /** Why blind schedules are not expected to find it, or null. */
  readonly guided: string | null;
  /** Why no schedule can show it, or null: an equivalent counts for nothing. */
  readonly equivalent: string | null;
  /** Absolute path of its module. */
  readonly file: string;
  /** The subject's client with the bug in it; null when the bug is in the nodes' program. */
  readonly openClient: OpenClient | null;
};

/** JSON Schema of one option; `default` holds where a workload says nothing. */
export type OptionSchema = {
  readonly type: "integer" | "boolean";
  readonly default: number | boolean;
  readonly description: string;
  readonly minimum?: number;
  readonly maximum?: number;
};

export type OptionProblem = { readonly option: string; readonly expected: string };

/** Opens a client for operations of `model`. */
export type OpenClient = (model: string, context: ClientContext) => Client;

/** A system under test: what runs on a node, and how a client talks to it. */
export type Subject = {
  /** Kebab-case; equals the folder's name. */
  readonly name: string;
  readonly summary: string;
  /** How many nodes it may have. */
  readonly nodeCounts: readonly number[];
  readonly nodesDefault: number;
  /** Operations its client knows, by model: `{ "versioned-kv": ["get", "put"] }`. */
  readonly models: Readonly<Record<string, readonly string[]>>;
  /** Whether the program reads the wall clock for anything it decides: said in the report. */
  readonly readsWallClock: boolean;
  /** Whether its nodes write the trace of `cluster/raft`: Raft's invariants are then checked. */
  readonly tracesRaft: boolean;
  /** Absolute path of the module that exports `program: NodeProgram`. */
  readonly programFile: string;
  readonly bugs: readonly BugInfo[];
  /** What a workload's `options` may hold, by name. */
  readonly options: Readonly<Record<string, OptionSchema>>;
  /** What the schemas cannot say: options that do not fit each other. */
  findOptionProblem(options: NodeOptions): OptionProblem | null;
  readonly openClient: OpenClient;
  /** Asks one node; `done` exactly once, within `timeoutMs`. */
  status(
    env: ClientEnv,
    node: NodeName,
    timeoutMs: number,
    done: (probe: StatusProbe) => void,
  ): void;
  /** Gives one node an order; null where nobody takes any. `done` as of `status`. */
  readonly order: GiveOrder | null;
};

export type GiveOrder = (
  env: ClientEnv,
  to: NodeName,
  order: Order,
  timeoutMs: number,
  done: (answer: OrderAnswer) => void,
) => void;
