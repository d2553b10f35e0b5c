import type { Filter } from "./filter.ts";
import { coreStretch, homeOf } from "./home.ts";
import { firstEndingAt } from "./summary.ts";
import { markedNow, type Timeline } from "./timeline-model.ts";
import type { Sort, TimelineState } from "./timeline-state.ts";
import { between, frame, pan, type Viewport, zoom } from "./viewport.ts";

/** Everything that a reader can do to the timeline, by whatever means. */
export type Moves = {
  readonly show: (viewport: Viewport) => void;
  /** By a share of what is shown; to the right if positive. */
  readonly move: (share: number) => void;
  /** Below 1 = closer; around the middle without an anchor. */
  readonly scale: (factor: number, anchor?: number) => void;
  readonly fit: () => void;
  /** Shows the anomaly and selects its culprit. */
  readonly jump: () => void;
  /** Selects an operation and brings it into view. */
  readonly select: (index: number | null) => void;
  /** Selects the operation so many places on in the same lane. */
  readonly step: (by: 1 | -1) => void;
  /** Selects the next or previous operation that matches the filter, in call order. */
  readonly stepMatch: (by: 1 | -1) => void;
  readonly filter: (change: Partial<Filter>) => void;
  readonly mark: (stretch: Viewport | null) => void;
  readonly zoomToStretch: () => void;
  readonly sort: (sort: Sort) => void;
  readonly showAnomaly: (position: number) => void;
  /** Takes back one thing: the stretch, else the selection. */
  readonly escape: () => void;
};

/** Shown on both sides of an anomaly that has a moment and no operations. */
const momentNs = 0.5e9;

export function movesOf(timeline: Timeline): Moves {
  const { state, data } = timeline;
  const { endNs } = data.view;
  const change = (part: Partial<TimelineState>) => state.set({ ...state.get(), ...part });
  const view = () => state.get().viewport;
  const select = (index: number | null) => change({ selected: index, ...reveal(timeline, index) });
  return {
    show: (viewport) => change({ viewport }),
    move: (share) => change({ viewport: pan(view(), share * spanOf(view()), endNs) }),
    scale: (factor, anchor) => {
      const around = anchor ?? (view().from + view().to) / 2;
      change({ viewport: zoom(view(), factor, around, endNs) });
    },
    fit: () => change({ viewport: { from: 0, to: endNs } }),
    jump: () => {
      const core = coreStretch(data.view.focuses[state.get().anomaly]);
      if (core === null) return;
      const around = core.from === core.to ? momentNs : 0;
      const viewport = frame(core.from - around, core.to + around, endNs);
      change({ viewport, selected: markedNow(timeline)[0] ?? null });
    },
    select,
    step: (by) => select(neighbour(timeline, by)),
    stepMatch: (by) => {
      const index = nextMatch(timeline, by);
      if (index !== null) select(index);
    },
    filter: (part) => change({ filter: { ...state.get().filter, ...part } }),
    mark: (stretch) => change({ stretch }),
    zoomToStretch: () => {
      const { stretch } = state.get();
      if (stretch !== null) change({ viewport: between(stretch.from, stretch.to, endNs) });
    },
    sort: (sort) => change({ sort }),
    showAnomaly: (anomaly) => change({ anomaly, viewport: homeOf(data.view, anomaly) }),
    escape: () => {
      if (state.get().stretch !== null) change({ stretch: null });
      else change({ selected: null });
    },
  };
}

function spanOf({ from, to }: Viewport): number {
  return to - from;
}

/** A viewport in which the operation can be seen; none when it can be already. */
function reveal({ state, data }: Timeline, index: number | null): Partial<TimelineState> {
  const { table, view } = data;
  const row = index === null ? -1 : table.rowOf(index);
  if (row === -1) return {};
  const call = table.call[row] as number;
  const end = Math.min(view.endNs, table.endOf(row));
  const { from, to } = state.get().viewport;
  const isInside = call >= from && end <= to;
  const isWideEnough = (to - from) / 400 < end - call;
  if (isInside && isWideEnough) return {};
  // One that never ended is framed by its beginning.
  const until = table.endOf(row) === Infinity ? Math.min(end, call + 50e6) : end;
  return { viewport: frame(call, until, view.endNs) };
}

function neighbour({ state, data }: Timeline, by: 1 | -1): number | null {
  const { table } = data;
  const { selected, viewport } = state.get();
  const chosen = selected === null ? -1 : table.rowOf(selected);
  const rows = table.laneRows(chosen === -1 ? 0 : (table.lane[chosen] as number));
  const first = firstEndingAt(table, rows, chosen === -1 ? viewport.from : 0);
  const position = chosen === -1 ? first : rows.indexOf(chosen) + by;
  const row = rows[Math.max(0, Math.min(rows.length - 1, position))];
  return row === undefined ? null : (table.index[row] as number);
}

/** From the selected operation on, else from the left edge of what is shown; at the end from the start again. */
function nextMatch({ state, data, matches }: Timeline, by: 1 | -1): number | null {
  const { table } = data;
  const { mask } = matches.get();
  const { selected, viewport } = state.get();
  const chosen = selected === null ? -1 : table.rowOf(selected);
  const start = chosen === -1 ? table.firstCallAt(viewport.from) - (by === 1 ? 1 : 0) : chosen;
  for (let steps = 1; steps <= table.size; steps++) {
    const row = (((start + by * steps) % table.size) + table.size) % table.size;
    if (mask === null || mask[row] === 1) return table.index[row] as number;
  }
  return null;
}
