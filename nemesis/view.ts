import type { Link } from "../cluster/control.ts";
import type { NodeName } from "../cluster/env/env.ts";
import type { NodeStatus, StatusProbe } from "../cluster/subject.ts";
import { collect } from "./each.ts";
import type { AtlasMode, ClusterView, Effect, FaultContext } from "./fault.ts";
import { askStatus } from "./status-look.ts";

/** What the nemesis knows without asking. */
export type Known = {
  readonly nodes: readonly NodeName[];
  readonly atlas: AtlasMode;
  /** Of all instances, at the moment it is called. */
  readonly effects: () => readonly Effect[];
  /** Who votes when all is well; all nodes when absent. */
  readonly voters?: readonly NodeName[];
};

/** Asks every node for its status that could answer; what else is wrong is known from `effects`. */
export function lookAround(
  known: Known,
  context: Pick<FaultContext, "status" | "clock">,
  done: (view: ClusterView) => void,
): void {
  const effects = known.effects();
  const mute = new Set([...pausedBy(effects), ...effects.flatMap(({ retired = [] }) => retired)]);
  askAll(known.nodes, mute, context, (probes) => done(viewOf(known, probes)));
}

/** A frozen node would keep a look waiting. */
export function pausedBy(effects: readonly Effect[]): ReadonlySet<NodeName> {
  return new Set(effects.flatMap(({ paused = [] }) => paused));
}

/** The answers of all nodes, in their order; those of `mute` are not asked. */
export function askAll(
  nodes: readonly NodeName[],
  mute: ReadonlySet<NodeName>,
  context: Pick<FaultContext, "status" | "clock">,
  done: (probes: readonly (StatusProbe | null)[]) => void,
): void {
  collect<NodeName, StatusProbe>(
    nodes,
    (node, next) => {
      if (mute.has(node)) next(null, { kind: "silent" });
      else askStatus(context, node, (probe) => next(null, probe));
    },
    (_error, probes) => done(probes),
  );
}

/** Who leads in the highest term says so, at this place among the answers; null when nobody does. */
export function leaderAmong(
  probes: readonly (StatusProbe | null)[],
): (NodeStatus & { readonly at: number }) | null {
  let found: (NodeStatus & { readonly at: number }) | null = null;
  for (const [at, probe] of probes.entries()) {
    if (probe?.kind !== "answers" || probe.status.term <= (found?.term ?? -1)) continue;
    // The single node of a subject without elections leads itself.
    if (probe.status.role !== "leader" && probe.status.role !== "single") continue;
    found = { ...probe.status, at };
  }
  return found;
}

/** `probes` in the order of `nodes`. A node that refuses is down, whoever stopped it. */
function viewOf(
  { nodes, voters, atlas, effects: effectsNow }: Known,
  probes: readonly (StatusProbe | null)[],
): ClusterView {
  const leader = leaderAmong(probes);
  const view = {
    nodes,
    leader: leader === null ? null : (nodes[leader.at] ?? null),
    ...(voters !== undefined && { electorate: voters }),
    voters: leader?.members?.voters ?? null,
    down: new Set(nodes.filter((_, at) => probes[at]?.kind === "refused")),
    paused: new Set<NodeName>(),
    cut: [] as Link[],
    skewed: new Set<NodeName>(),
    slow: [] as Link[],
    lossy: [] as Link[],
    reset: [] as Link[],
    disks: new Set<NodeName>(),
    retired: new Set<NodeName>(),
    away: new Set<NodeName>(),
    atlas,
  };
  for (const effect of effectsNow()) {
    for (const name of nodeEffects) for (const node of effect[name] ?? []) view[name].add(node);
    for (const name of linkEffects) for (const link of effect[name] ?? []) view[name].push(link);
    for (const { node } of effect.skewed ?? []) view.skewed.add(node);
  }
  return view;
}

const nodeEffects = ["down", "paused", "disks", "retired", "away"] as const;
const linkEffects = ["cut", "slow", "lossy", "reset"] as const;
