import { placeOn, type Stretch } from "../core-scale.ts";

/** Where a stretch of time is on a track, as CSS. */
export function stretch(
  scale: readonly Stretch[],
  from: number,
  to: number,
): Record<"left" | "width", string> {
  const left = placeOn(scale, from);
  return { left: percent(left), width: percent(placeOn(scale, to) - left) };
}

export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(3)}%`;
}
