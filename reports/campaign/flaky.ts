import { type Interval, wilsonInterval } from "../scorecard.ts";
import type { OutcomeCounts } from "./cells.ts";
import type { OverNights } from "./night.ts";

/** How a cell's runs differ in their verdicts. */
export type Flakiness = OverNights & {
  /** Runs that found an anomaly, of those that came to `valid` or `invalid`. */
  readonly invalid: number;
  readonly decided: number;
  /** Of the share `invalid / decided`. */
  readonly interval: Interval;
  /** Runs that decided nothing: kept apart, they are no evidence either way. */
  readonly undecided: OutcomeCounts;
  /**
   * `mixed`: valid and invalid runs; `undecided`: of one verdict, but some runs decided nothing;
   * `steady`: neither.
   */
  readonly kind: "mixed" | "undecided" | "steady";
};

/** Mixed cells first, the most evenly mixed of them at the top; then by how much was undecided. */
export function flakinessOf(cells: Iterable<OverNights>): Flakiness[] {
  return [...cells]
    .map(judge)
    .sort(
      (a, b) =>
        order[a.kind] - order[b.kind] || evenness(b) - evenness(a) || undecided(b) - undecided(a),
    );
}

const order = { mixed: 0, undecided: 1, steady: 2 } as const;

function judge(cell: OverNights): Flakiness {
  const { valid = 0, invalid = 0, unknown = 0, vacuous = 0, environment = 0 } = cell.counts;
  const decided = valid + invalid;
  const rest = unknown + vacuous + environment;
  const kind =
    valid > 0 && invalid > 0 ? "mixed" : rest > 0 && decided > 0 ? "undecided" : "steady";
  const undecidedCounts = {
    ...(unknown > 0 ? { unknown } : {}),
    ...(vacuous > 0 ? { vacuous } : {}),
    ...(environment > 0 ? { environment } : {}),
  };
  const interval = wilsonInterval(invalid, decided);
  return { ...cell, invalid, decided, interval, undecided: undecidedCounts, kind };
}

/** 0 where all runs agree, 0.5 where half of them do not. */
function evenness({ invalid, decided }: Flakiness): number {
  return decided === 0 ? 0 : Math.min(invalid, decided - invalid) / decided;
}

function undecided({ counts }: Flakiness): number {
  return (counts.unknown ?? 0) + (counts.vacuous ?? 0) + (counts.environment ?? 0);
}
