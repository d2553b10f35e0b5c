import type { Workload } from "../workloads/workload.ts";
import type { NodeName } from "./env/env.ts";

/** `n1`, `n2`, ... */
export function nodeNames(count: number): NodeName[] {
  return Array.from({ length: count }, (_, at) => `n${at + 1}`);
}

/** Who votes unless members are changed: every node, or the first few where an option says so. */
export function voterNames({ nodes, options }: Pick<Workload, "nodes" | "options">): NodeName[] {
  const count = Number(options["initialVoters"] ?? 0);
  return nodeNames(nodes).slice(0, count === 0 ? nodes : count);
}
