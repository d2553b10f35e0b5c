import type { NodeName } from "./env.ts";
import type { NodeOptions } from "./program.ts";

export type Address = { readonly host: string; readonly port: number };

/**
 * What a driver tells a node's process at start: JSON in the environment variable
 * `WHITEWATER_NODE`.
 */
export type NodeLaunch = {
  readonly node: NodeName;
  /** All members, this node included, in the order of the cluster. */
  readonly nodes: readonly NodeName[];
  readonly options: NodeOptions;
  /** Where it listens for clients. */
  readonly client: Address;
  /** Where it listens for frames of its peers. */
  readonly peer: Address;
  /** Where it reaches each other member. */
  readonly peers: Readonly<Record<NodeName, Address>>;
  /** An existing folder that outlives the process. */
  readonly dataDir: string;
  /** Appended to over all incarnations. */
  readonly traceFile: string;
  /** Where the last messages from and to its peers are kept, over all incarnations (`message-ring.ts`). */
  readonly messageFile: string;
  /** The run's origin on the host's monotonic clock, nanoseconds. */
  readonly originNs: number;
  /** The node ends when its standard input does: for nodes that no container removes. */
  readonly exitWithStdin?: boolean;
};

/** What may come on standard input, one JSON value a line: how the runtime's wall clock lies. */
export type NodeCommand = {
  readonly clock: { readonly offsetMs: number; readonly rate: number };
};

/** What a node's log says when its trace cannot be written on. */
export const traceEnds = "the trace ends here";
