import { formatMoment } from "../describe.ts";
import type { FaultBand, NodeEffect } from "../fault-bands.ts";

/** A fault that ended so long ago may still explain an answer: a thawed leader serves old state. */
const afterNs = 2e9;

/** What explains most first. */
const ranks: readonly (readonly NodeEffect["state"][])[] = [
  ["cut", "paused", "down", "retired"],
  ["partly-cut", "away", "disk"],
  ["lossy", "reset", "slow", "skewed"],
];

export type NearFault = {
  readonly band: FaultBand;
  /** What it did to the node that was asked about; null when it was about others. */
  readonly effect: NodeEffect | null;
};

/** The gravest thing that was being done to any of `nodes`; else what was going on elsewhere. */
export function faultNear(
  nodes: readonly string[],
  from: number,
  until: number,
  bands: readonly FaultBand[],
): NearFault | null {
  const near = bands.filter(
    (band) => band.effective !== false && band.from <= until && band.to >= from - afterNs,
  );
  // Of one rank, the latest to begin.
  const found = near
    .toReversed()
    .flatMap((band) =>
      band.touched.filter(({ node }) => nodes.includes(node)).map((effect) => ({ band, effect })),
    );
  // Of equally grave ones, one that a probe saw.
  const isUnseen = ({ band }: { readonly band: FaultBand }) => Number(band.effective !== true);
  const [best] = found.sort(
    (a, b) => rankOf(a.effect) - rankOf(b.effect) || isUnseen(a) - isUnseen(b),
  );
  if (best !== undefined) return best;
  const other = near.at(-1);
  return other === undefined ? null : { band: other, effect: null };
}

function rankOf({ state }: NodeEffect): number {
  const rank = ranks.findIndex((states) => states.includes(state));
  return rank < 0 ? ranks.length : rank;
}

/** `from 9.2 s to 12.3 s`; of what took hold later than it was asked for both; and whether a probe saw it. */
export function duringBand(band: FaultBand, effect: NodeEffect | null = null): string {
  const from = effect?.from ?? band.from;
  const decimals = formatMoment(from, 1) === formatMoment(band.to, 1) ? 2 : 1;
  const asked = formatMoment(band.from, decimals);
  const isLate = formatMoment(from, decimals) !== asked;
  const late = isLate
    ? ` (${band.kind === "crash-point" ? "armed" : "asked for"} at ${asked})`
    : "";
  const proof =
    band.effective === null && effect?.from === undefined ? " (asked for, not proven)" : "";
  return `from ${formatMoment(from, decimals)}${late} to ${formatMoment(band.to, decimals)}${proof}`;
}
