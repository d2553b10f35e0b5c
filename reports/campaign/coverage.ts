import type { FaultBand } from "../fault-bands.ts";
import { faultBands } from "../fault-bands.ts";
import type { FaultResult } from "../result.ts";

/**
 * Which fault hit whom, and when: fault kind x role of the targets x phase of the run.
 *
 * Counted at the moment of the injection, and only where its probe saw an effect. An injection
 * counts once for each role among the nodes that it touched and once for each phase that it was in.
 */
export type CoverageCount = {
  readonly fault: string;
  readonly role: CoverageRole;
  readonly phase: Phase;
  readonly count: number;
};

/** `no-role`: nothing was traced of the node, or its subject knows no roles. */
export type CoverageRole = "leader" | "follower" | "candidate" | "no-role";

/**
 * `election`: in the highest term that any node has entered nobody leads. `overlap`: another fault is
 * active. `steady`: neither of them; the other two may hold together.
 */
export type Phase = "steady" | "election" | "overlap";

export const coverageRoles: readonly CoverageRole[] = [
  "leader",
  "follower",
  "candidate",
  "no-role",
];
export const phases: readonly Phase[] = ["steady", "election", "overlap"];

/** A node became this in this term. */
export type RoleTurn = { readonly at: number; readonly role: string; readonly term: number };

/** The turns of each node in the order of time. */
export type RoleTurns = Readonly<Record<string, readonly RoleTurn[]>>;

/** What one run covered, in a fixed order, without zeros. */
export function coverageOf(faults: readonly FaultResult[], turns: RoleTurns): CoverageCount[] {
  const bands = faultBands(faults, Number.POSITIVE_INFINITY);
  const counts: CoverageCount[] = [];
  for (const band of bands) {
    if (band.effective !== true) continue;
    const roles = new Set(nodesHit(band).map((node) => roleAt(turns[node], band.from)));
    for (const role of roles) {
      for (const phase of phasesAt(band, bands, turns)) {
        counts.push({ fault: band.kind, role, phase, count: 1 });
      }
    }
  }
  return sumCoverage(counts);
}

/** Adds up what several runs covered. */
export function sumCoverage(counts: readonly CoverageCount[]): CoverageCount[] {
  const sums = new Map<string, CoverageCount>();
  for (const one of counts) {
    const name = `${one.fault} ${one.role} ${one.phase}`;
    const count = (sums.get(name)?.count ?? 0) + one.count;
    sums.set(name, { fault: one.fault, role: one.role, phase: one.phase, count });
  }
  return [...sums.values()].sort(
    (a, b) =>
      (a.fault < b.fault ? -1 : a.fault > b.fault ? 1 : 0) ||
      coverageRoles.indexOf(a.role) - coverageRoles.indexOf(b.role) ||
      phases.indexOf(a.phase) - phases.indexOf(b.phase),
  );
}

/** The targets; of a fault that names none, the nodes that it cut off, else all that it touched. */
function nodesHit({ targets, touched }: FaultBand): string[] {
  if (targets.length > 0) return [...targets];
  const cut = touched.filter(({ state }) => state === "cut");
  return [...new Set((cut.length > 0 ? cut : touched).map(({ node }) => node))];
}

function roleAt(turns: readonly RoleTurn[] | undefined, at: number): CoverageRole {
  const role = turns?.findLast((turn) => turn.at <= at)?.role;
  if (role === "leader" || role === "candidate") return role;
  return role === undefined ? "no-role" : "follower";
}

function phasesAt(band: FaultBand, bands: readonly FaultBand[], turns: RoleTurns): Phase[] {
  const others = bands.filter(
    (other) => other !== band && other.from <= band.from && other.to > band.from,
  );
  const isElection = isElecting(turns, silentNodes(others), band.from);
  const isOverlap = others.length > 0;
  if (!isElection && !isOverlap) return ["steady"];
  return [...(isElection ? ["election" as const] : []), ...(isOverlap ? ["overlap" as const] : [])];
}

/** A node that was killed or frozen as a leader has traced no other role, and leads nobody. */
function silentNodes(bands: readonly FaultBand[]): Set<string> {
  const silent = bands.flatMap(({ touched }) =>
    touched.filter(({ state }) => state === "down" || state === "paused"),
  );
  return new Set(silent.map(({ node }) => node));
}

function isElecting(turns: RoleTurns, silent: ReadonlySet<string>, at: number): boolean {
  let term = -1;
  let isLed = false;
  for (const [node, ofNode] of Object.entries(turns)) {
    const turn = ofNode.findLast((one) => one.at <= at);
    if (turn === undefined || turn.term < term) continue;
    if (turn.term > term) isLed = false;
    term = turn.term;
    isLed ||= turn.role === "leader" && !silent.has(node);
  }
  return term >= 0 && !isLed;
}
