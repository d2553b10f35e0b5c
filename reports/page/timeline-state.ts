import { type Filter, noFilter } from "./filter.ts";
import { homeOf, type Run } from "./home.ts";
import type { SortColumn } from "./row-order.ts";
import type { Viewport } from "./viewport.ts";

/** What a reader chose to see of the timeline; a link holds all of it. */
export type TimelineState = {
  readonly viewport: Viewport;
  readonly filter: Filter;
  /** `index` of the operation whose details are shown. */
  readonly selected: number | null;
  /** A stretch of time that was marked by hand. */
  readonly stretch: Viewport | null;
  /** Which of the anomalies is shown. */
  readonly anomaly: number;
  readonly sort: Sort;
};

export type Sort = { readonly by: SortColumn; readonly isDescending: boolean };

/** Near an anomaly if there is one, nothing filtered, nothing selected. */
export function initialState(run: Run, anomaly = 0): TimelineState {
  return {
    viewport: homeOf(run, anomaly),
    filter: noFilter,
    selected: null,
    stretch: null,
    anomaly,
    sort: { by: "op", isDescending: false },
  };
}
