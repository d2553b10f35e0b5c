import type { NodeName } from "../cluster/env/env.ts";
import type { StatusProbe } from "../cluster/subject.ts";
import { collect } from "./each.ts";
import type { AtlasMode, ClusterView, Effect, FaultContext } from "./fault.ts";
import { askStatus } from "./status-look.ts";

/** What the nemesis knows without asking. */
export type Known = {
  readonly nodes: readonly NodeName[];
  readonly atlas: AtlasMode;
  /** Of all instances, at the moment it is called. */
  readonly effects: () => readonly Effect[];
};

/** Asks every node for its status that could answer; what else is wrong is known from `effects`. */
export function lookAround(
  known: Known,
  context: Pick<FaultContext, "status" | "clock">,
  done: (view: ClusterView) => void,
): void {
  const mute = new Set(
    known.effects().flatMap(({ paused = [], retired = [] }) => [...paused, ...retired]),
  );
  collect<NodeName, StatusProbe>(
    known.nodes,
    (node, next) => {
      // A frozen node would keep the look waiting.
      if (mute.has(node)) next(null, { kind: "silent" });
      else askStatus(context, node, (probe) => next(null, probe));
    },
    (_error, probes) => done(viewOf(known, probes)),
  );
}

/** `probes` in the order of `nodes`. A node that refuses is down, whoever stopped it. */
function viewOf(
  { nodes, atlas, effects: effectsNow }: Known,
  probes: readonly (StatusProbe | null)[],
): ClusterView {
  const effects = effectsNow();
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
    slow: effects.flatMap(({ slow = [] }) => slow),
    lossy: effects.flatMap(({ lossy = [] }) => lossy),
    reset: effects.flatMap(({ reset = [] }) => reset),
    disks: new Set(effects.flatMap(({ disks = [] }) => disks)),
    retired: new Set(effects.flatMap(({ retired = [] }) => retired)),
    atlas,
  };
}
