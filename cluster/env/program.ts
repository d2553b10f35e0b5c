import type { NodeEnv, NodeName } from "./env.ts";

/** A program's options, by name. */
export type NodeOptions = { readonly [name: string]: number | boolean };

/** What a node is told at start, beside its environment. */
export type NodeConfig = {
  /** What the workload says of the program; the subject has validated it and filled in defaults. */
  readonly options: NodeOptions;
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

/** What a bug gets wrong: the part of the program that it is in. */
export type BugFamily =
  | "elections"
  | "replication"
  | "persistence"
  | "reads"
  | "snapshots"
  | "membership"
  | "clients"
  | "locks"
  | "server";

/** What a bug's file says of it. */
type BugText = {
  /** Its name in the catalogue, e.g. `M20`; the file has the same name in lower case. */
  readonly id: string;
  readonly family: BugFamily;
  /** One line each, for `whitewater list bugs` and the report. */
  readonly breaks: string;
  readonly clientMaySee: string;
  readonly shownBy: string;
  /** Why schedules that know nothing of it are not expected to find it; absent: they are. */
  readonly guided?: string;
  /** Why no schedule can show it in this implementation; absent: its witness does. */
  readonly equivalent?: string;
};

/** One known way to get the program wrong, in a file of its own (DESIGN 7). */
export type Bug<Rules> = BugText & {
  /** The table with one entry replaced. A bug has this, `wrap`, or both. */
  plant?(rules: Rules): Rules;
  /** The environment with one port replaced: for bugs in how a node uses the world. */
  wrap?(env: NodeEnv): NodeEnv;
};

/** One known way to get a subject's client wrong; its nodes run the correct program. */
export type ClientBug<ClientRules> = BugText & {
  /** The client's table with one entry replaced. */
  plantClient(rules: ClientRules): ClientRules;
};

/** The program with the bug in it. */
export function plantBug<Rules>(
  program: NodeProgram<Rules>,
  bug: Pick<Bug<Rules>, "plant" | "wrap">,
): NodeProgram<Rules> {
  return {
    rules: bug.plant?.(program.rules) ?? program.rules,
    start: (env, config, rules) => program.start(bug.wrap?.(env) ?? env, config, rules),
  };
}
