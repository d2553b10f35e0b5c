import { isOverBefore } from "../anomaly/facts.ts";
import { placeOn, type Stretch } from "../core-scale.ts";
import type { FocusOperation } from "../focus.ts";

/** A row of the core with the places of what is drawn in it, pixels from its top. */
export type CoreRowPlaces = {
  readonly operation: FocusOperation;
  readonly height: number;
  /** From the top of the first row to this one's. */
  readonly top: number;
  readonly barMiddle: number;
  readonly labelTop: number;
  /** Fractions of the axis. */
  readonly left: number;
  readonly right: number;
  /** The label begins where the bar does, or ends where it ends. */
  readonly labelAt: "left" | "right";
};

/** Of the words and the bar of an operation. */
export const headHeight = 64;
export const lineHeight = 18;
const linesMargin = 6;
const above = { labelTop: 6, barMiddle: 42 };
const below = { labelTop: 38, barMiddle: 22 };
const border = 1;

/**
 * Rows from the top down. No label lies on a bar; it stands above it, below it where an arrow comes in
 * from an operation before.
 */
export function layoutOf(
  operations: readonly FocusOperation[],
  scale: readonly Stretch[],
): CoreRowPlaces[] {
  let top = 0;
  return operations.map((operation) => {
    const { lines } = operation;
    const left = placeOn(scale, operation.call);
    const right = operation.return === null ? 1 : placeOn(scale, operation.return);
    const labelAt = 1 - left >= right ? "left" : "right";
    const hasArrow = operations.some((other) => isOverBefore(other, operation));
    const height = headHeight + (lines.length === 0 ? 0 : lines.length * lineHeight + linesMargin);
    const row = { operation, height, top, left, right, labelAt } as const;
    top += height + border;
    return { ...row, ...(labelAt === "right" && hasArrow ? below : above) };
  });
}
