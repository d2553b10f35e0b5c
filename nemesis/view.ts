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
  const mute = new Set<NodeName>();
  for (const { paused, retired } of known.effects()) {
    addAll(mute, paused);
    addAll(mute, retired);
  }
  askAll(known.nodes, mute, context, (probes) => done(viewOf(known, probes)));
}

/** A frozen node would keep a look waiting. */
export function pausedBy(effects: readonly Effect[]): ReadonlySet<NodeName> {
  const nodes = new Set<NodeName>();
  for (const { paused } of effects) addAll(nodes, paused);
  return nodes;
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
): { readonly at: number; readonly status: NodeStatus } | null {
  let found: { readonly at: number; readonly status: NodeStatus } | null = null;
  for (let at = 0; at < probes.length; at++) {
    const probe = probes[at];
    if (probe?.kind !== "answers" || probe.status.term <= (found?.status.term ?? -1)) continue;
    // The single node of a subject without elections leads itself.
    if (probe.status.role !== "leader" && probe.status.role !== "single") continue;
    found = { at, status: probe.status };
  }
  return found;
}

/** `probes` in the order of `nodes`. A node that refuses is down, whoever stopped it. */
function viewOf(
  { nodes, voters, atlas, effects }: Known,
  probes: readonly (StatusProbe | null)[],
): ClusterView {
  const leader = leaderAmong(probes);
  const view = {
    nodes,
    leader: leader === null ? null : (nodes[leader.at] ?? null),
    electorate: voters ?? nodes,
    voters: leader?.status.members?.voters ?? null,
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
  for (const { down, paused, disks, retired, away, cut, slow, lossy, reset, skewed } of effects()) {
    addAll(view.down, down);
    addAll(view.paused, paused);
    addAll(view.disks, disks);
    addAll(view.retired, retired);
    addAll(view.away, away);
    if (cut !== undefined) view.cut.push(...cut);
    if (slow !== undefined) view.slow.push(...slow);
    if (lossy !== undefined) view.lossy.push(...lossy);
    if (reset !== undefined) view.reset.push(...reset);
    for (const { node } of skewed ?? []) view.skewed.add(node);
  }
  return view;
}

function addAll(nodes: Set<NodeName>, more: readonly NodeName[] | undefined): void {
  if (more !== undefined) for (const node of more) nodes.add(node);
}
