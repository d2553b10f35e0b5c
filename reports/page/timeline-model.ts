import { letterOf } from "../core-orders.ts";
import type { Focus } from "../focus.ts";
import { type LeaderChange, leaderChanges } from "../leader-changes.ts";
import type { PageData } from "./data.ts";
import { type Filter, isOpen, type Matches, matchRows } from "./filter.ts";
import { type Layout, layOut } from "./layout.ts";
import { type Observable, observable } from "./observable.ts";
import { inSlices } from "./slices.ts";
import { emptySummary, type Summary, summarise } from "./summary.ts";
import type { TimelineState } from "./timeline-state.ts";

/** What the parts of the timeline share. Lives as long as the page. */
export type Timeline = {
  readonly data: PageData;
  readonly layout: Layout;
  readonly leaders: readonly LeaderChange[];
  readonly state: Observable<TimelineState>;
  /** What the filter leaves; behind `state` by some milliseconds while `isBusy`. */
  readonly matches: Observable<Found>;
  /** Counts that agree with `matches`. */
  readonly summary: Summary;
  /** Ends its work. */
  readonly end: () => void;
};

export type Found = Matches & { readonly isBusy: boolean };

/** The state outlives the data: the page has it before its operations are read. */
export function createTimeline(data: PageData, state: Observable<TimelineState>): Timeline {
  const { table, view } = data;
  const summary = emptySummary(table.laneCount, view.endNs);
  const matches = observable<Found>({ mask: null, count: table.size, problems: [], isBusy: false });
  summarise(summary, table, null);

  let cancel = () => {};
  const find = (filter: Filter) => {
    cancel();
    matches.set({ ...matches.get(), isBusy: true });
    cancel = inSlices(matchRows(table, filter), (found) => {
      const isAsBefore = found.mask === null && matches.get().mask === null;
      if (!isAsBefore) summarise(summary, table, found.mask);
      matches.set({ ...found, isBusy: false });
    });
  };
  if (!isOpen(state.get().filter)) find(state.get().filter);
  const stop = state.subscribe(({ filter }, before) => {
    if (!isSameChoice(filter, before.filter)) find(filter);
  });
  const leaders = leaderChanges(view.nodes);
  const layout = layOut(view, leaders.length > 0);
  const end = () => {
    cancel();
    stop();
  };
  return { data, layout, leaders, state, matches, summary, end };
}

function isSameChoice(a: Filter, b: Filter): boolean {
  return a === b || JSON.stringify({ ...a, others: 0 }) === JSON.stringify({ ...b, others: 0 });
}

/** The operations of an anomaly by their `index`: the culprit first, then those that contradict it. */
export function marksOf(focus: Focus | undefined): readonly number[] {
  const named = (focus?.operations ?? []).filter(({ part }) => part !== "context");
  const rank = { culprit: 0, related: 1, context: 2 };
  return named.sort((a, b) => rank[a.part] - rank[b.part]).map(({ index }) => index);
}

/** An operation of the anomaly that is shown, by the letter that the drawing of the anomaly gives it. */
export type Lettered = {
  readonly row: number;
  readonly process: number;
  readonly letter: string;
};

/** Those of them that are in the table, in the order of their letters. */
export function letteredNow({ data, state }: Timeline): readonly Lettered[] {
  const focus = data.view.focuses[state.get().anomaly];
  return (focus?.operations ?? [])
    .filter(({ part }) => part !== "context")
    .map(({ index, process }, place) => {
      return { row: data.table.rowOf(index), process, letter: letterOf(place) };
    })
    .filter(({ row }) => row !== -1);
}

/** When the anomaly that is shown happened, where it names no operation, as inside of the nodes. */
export function momentNow({ data, state }: Timeline): number | null {
  const focus = data.view.focuses[state.get().anomaly];
  return marksOf(focus).length > 0 ? null : (focus?.at ?? null);
}

/** The operations of the anomaly that is shown. */
export function markedNow({ data, state }: Timeline): readonly number[] {
  return marksOf(data.view.focuses[state.get().anomaly]);
}
