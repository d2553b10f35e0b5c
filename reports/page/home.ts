import type { ViewModel } from "../view-model.ts";
import { frame, type Viewport, zoom } from "./viewport.ts";

export type Run = Pick<ViewModel, "endNs" | "focuses">;

/** A page opens at least so far around its anomaly: enough to see the faults and elections beside it. */
const homeSpanNs = 3e9;

/** What the timeline shows at first: the stretch around an anomaly, or the whole run where none has a time. */
export function homeOf({ endNs, focuses }: Run, anomaly: number): Viewport {
  const core = coreStretch(focuses[anomaly]);
  if (core === null) return { from: 0, to: endNs };
  const near = frame(core.from, core.to, endNs);
  const span = near.to - near.from;
  const middle = (core.from + core.to) / 2;
  return span >= homeSpanNs ? near : zoom(near, homeSpanNs / span, middle, endNs);
}

/** From the first call to the last return of what contradicts each other; null where nothing has a time. */
export function coreStretch(focus: Run["focuses"][number] | undefined): Viewport | null {
  if (focus === undefined) return null;
  const core = focus.operations.filter(({ part }) => part !== "context");
  const times = core.flatMap(({ call, return: returned }) => [call, returned ?? call]);
  if (core.length === 0 && focus.at !== null) times.push(focus.at);
  if (times.length === 0) return null;
  return { from: Math.min(...times), to: Math.max(...times) };
}
