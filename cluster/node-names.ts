import type { Workload } from "../workloads/workload.ts";
import type { NodeName } from "./env/env.ts";

/**
 * `n1`, `n2`, ... Taken from the keys of an object, of which the engine has one copy each and compares
 * the addresses: a simulation compares names, and looks them up, at every message.
 */
export function nodeNames(count: number): NodeName[] {
  const names = Array.from({ length: count }, (_, at) => [`n${at + 1}`, null]);
  return Object.keys(Object.fromEntries(names));
}

/** Who votes unless members are changed: every node, or the first few where an option says so. */
export function voterNames({ nodes, options }: Pick<Workload, "nodes" | "options">): NodeName[] {
  const count = Number(options["initialVoters"] ?? 0);
  return nodeNames(nodes).slice(0, count === 0 ? nodes : count);
}
