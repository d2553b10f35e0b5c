import type { CampaignRun } from "../campaign.ts";
import { type CoverageRole, coverageRoles, type Phase, phases, sumCoverage } from "./coverage.ts";
import type { FaultCounts } from "./digest.ts";

/** Fault kinds down, roles and phases across. */
export type CoverageGrid = {
  readonly roles: readonly CoverageRole[];
  readonly rows: readonly {
    readonly fault: string;
    readonly counts: FaultCounts;
    readonly cells: readonly CoverageCell[];
  }[];
  /** Cells that can be reached, and those of them that never were. */
  readonly reachable: number;
  readonly never: number;
};

export type CoverageCell = {
  readonly role: CoverageRole;
  readonly phase: Phase;
  readonly count: number;
  /** False: a candidate stands for election, so it is never met in a steady phase. */
  readonly isReachable: boolean;
};

/** What the runs covered together, for every kind of fault that any of them was asked for. */
export function coverageGrid(runs: readonly CampaignRun[]): CoverageGrid {
  const digests = runs.flatMap(({ digest }) => digest ?? []);
  const counts = sumCoverage(digests.flatMap(({ coverage }) => coverage));
  const faults = sumFaults(digests.map((digest) => digest.faults));
  // Subjects without roles have a column of their own; where all have roles, it would only be empty.
  const hasRoles = counts.some(({ role }) => role !== "no-role");
  const hasNone = counts.some(({ role }) => role === "no-role");
  const roles = coverageRoles.filter((role) => (role === "no-role" ? hasNone : hasRoles));
  const rows = [...faults]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([fault, ofFault]) => ({
      fault,
      counts: ofFault,
      cells: roles.flatMap((role) =>
        phases.map((phase) => {
          const found = counts.find(
            (one) => one.fault === fault && one.role === role && one.phase === phase,
          );
          const isReachable = role !== "candidate" || phase !== "steady";
          return { role, phase, count: found?.count ?? 0, isReachable };
        }),
      ),
    }));
  const reachable = rows.flatMap(({ cells }) => cells.filter(isExpected));
  return {
    roles,
    rows,
    reachable: reachable.length,
    never: reachable.filter(({ count }) => count === 0).length,
  };
}

/** Nobody has to have hit what has no role. */
function isExpected({ isReachable, role }: CoverageCell): boolean {
  return isReachable && role !== "no-role";
}

function sumFaults(
  all: readonly Readonly<Record<string, FaultCounts>>[],
): Map<string, FaultCounts> {
  const sums = new Map<string, FaultCounts>();
  for (const [fault, counts] of all.flatMap((faults) => Object.entries(faults))) {
    const before = sums.get(fault) ?? { injected: 0, effective: 0, skipped: 0 };
    sums.set(fault, {
      injected: before.injected + counts.injected,
      effective: before.effective + counts.effective,
      skipped: before.skipped + counts.skipped,
    });
  }
  return sums;
}
