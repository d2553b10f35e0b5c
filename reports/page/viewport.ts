/** The stretch of time that the timeline shows, nanoseconds since the run began. */
export type Viewport = { readonly from: number; readonly to: number };

/** Closest zoom: a tenth of a millisecond across the timeline. */
const spanMinNs = 100e3;

/** Scales by `factor` (below 1 = closer) and keeps the moment `anchor` where it is. */
export function zoom(view: Viewport, factor: number, anchor: number, endNs: number): Viewport {
  const span = view.to - view.from;
  const next = Math.min(endNs, Math.max(spanMinNs, span * factor));
  const share = (anchor - view.from) / span;
  return within(anchor - share * next, next, endNs);
}

/** Moves by `deltaNs`, without leaving the run. */
export function pan(view: Viewport, deltaNs: number, endNs: number): Viewport {
  return within(view.from + deltaNs, view.to - view.from, endNs);
}

/** Shows `from..to` with as much again on both sides, for context. */
export function frame(from: number, to: number, endNs: number): Viewport {
  const span = Math.min(endNs, Math.max(spanMinNs, 3 * (to - from)));
  return within((from + to) / 2 - span / 2, span, endNs);
}

/** Shows exactly `from..to`, in either order, as far as the run and the closest zoom allow. */
export function between(from: number, to: number, endNs: number): Viewport {
  const span = Math.min(endNs, Math.max(spanMinNs, Math.abs(to - from)));
  return within((from + to) / 2 - span / 2, span, endNs);
}

/** Moves one end to `at`; the other stays. */
export function moveEnd(view: Viewport, end: "from" | "to", at: number, endNs: number): Viewport {
  const inside = Math.max(0, Math.min(endNs, at));
  return end === "from"
    ? { from: Math.min(inside, view.to - spanMinNs), to: view.to }
    : { from: view.from, to: Math.max(inside, view.from + spanMinNs) };
}

function within(from: number, span: number, endNs: number): Viewport {
  const start = Math.max(0, Math.min(from, endNs - span));
  return { from: start, to: start + span };
}
