import type { NodeEnv, NodeName } from "./env.ts";

/** What a node is told at start, beside its environment. */
export type NodeConfig = {
  /** All members, this node included, in the order of the cluster. */
  readonly nodes: readonly NodeName[];
};

/**
 * What runs on a node: the same program in containers, processes and simulation.
 *
 * `Rules` is the program's table of decisions: named functions, one of which a planted bug replaces.
 */
export type NodeProgram<Rules> = {
  readonly rules: Rules;
  start(env: NodeEnv, config: NodeConfig, rules: Rules): void;
};

/** One known way to get the program wrong, in a file of its own (DESIGN 7). */
export type Bug<Rules> = {
  /** Its name in the catalogue, e.g. `M20`; the file has the same name in lower case. */
  readonly id: string;
  /** One line each, for `whitewater list bugs` and the report. */
  readonly breaks: string;
  readonly clientMaySee: string;
  readonly shownBy: string;
  /** The table with one entry replaced. */
  plant(rules: Rules): Rules;
};
