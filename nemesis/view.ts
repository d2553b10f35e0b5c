import type { NodeName } from "../cluster/env/env.ts";
import type { StatusProbe } from "../cluster/subject.ts";
import { collect } from "./each.ts";
import type { ClusterView, Effect, FaultContext } from "./fault.ts";
import { askStatus } from "./status-look.ts";

/** Asks every node for its status; what is cut, paused and skewed is known from `effects`. */
export function lookAround(
  nodes: readonly NodeName[],
  context: Pick<FaultContext, "status">,
  effects: () => readonly Effect[],
  done: (view: ClusterView) => void,
): void {
  collect<NodeName, StatusProbe>(
    nodes,
    (node, next) => askStatus(context, node, (probe) => next(null, probe)),
    (_error, probes) => done(viewOf(nodes, probes, effects())),
  );
}

/** `probes` in the order of `nodes`. A node that refuses is down, whoever stopped it. */
function viewOf(
  nodes: readonly NodeName[],
  probes: readonly (StatusProbe | null)[],
  effects: readonly Effect[],
): ClusterView {
  const refusing = nodes.filter((_, at) => probes[at]?.kind === "refused");
  let leader: NodeName | null = null;
  let leaderTerm = -1;
  for (const [at, node] of nodes.entries()) {
    const probe = probes[at];
    if (probe?.kind !== "answers" || probe.status.term <= leaderTerm) continue;
    // The single node of a subject without elections leads itself.
    if (probe.status.role !== "leader" && probe.status.role !== "single") continue;
    leader = node;
    leaderTerm = probe.status.term;
  }
  return {
    nodes,
    leader,
    down: new Set([...refusing, ...effects.flatMap(({ down = [] }) => down)]),
    paused: new Set(effects.flatMap(({ paused = [] }) => paused)),
    cut: effects.flatMap(({ cut = [] }) => cut),
    skewed: new Set(effects.flatMap(({ skewed = [] }) => skewed.map(({ node }) => node))),
  };
}
