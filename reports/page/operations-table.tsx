import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { describeCall, describeResult, formatMoment, formatTook, plural } from "../describe.ts";
import type { LaidOperation } from "../operations.ts";
import { useObserved, useSettled } from "./observable.ts";
import { rowsDuring } from "./operation-json.ts";
import { type SortColumn, sortRows } from "./row-order.ts";
import { scrollTo, windowOf } from "./row-window.ts";
import { marksOf, type Timeline } from "./timeline-model.ts";
import type { Moves } from "./timeline-moves.ts";
import type { Sort } from "./timeline-state.ts";

type Props = { readonly timeline: Timeline; readonly moves: Moves };

const rowHeight = 24;
const headHeight = 26;
const bodyHeight = 12 * rowHeight;
const settleMs = 150;
/** So many rows are seen below the one at which it opens. */
const rowsBelow = 6;

const columns: readonly (readonly [by: SortColumn, title: string, isNumber?: true])[] = [
  ["op", "Op", true],
  ["client", "Client", true],
  ["f", "Operation"],
  ["key", "Key"],
  ["node", "Node"],
  ["outcome", "Outcome"],
  ["error", "Answer"],
  ["took", "Took", true],
];

/**
 * The operations that the filter and the timeline leave, as a table. Only the rows that can be seen
 * are in the page; arrow keys move through all of them, Enter selects.
 */
export function OperationsTable({ timeline, moves }: Props): VNode {
  const rows = useRows(timeline);
  const sort = useObserved(timeline.state, (state) => state.sort);
  const selected = useObserved(timeline.state, (state) => state.selected);
  return (
    <details class="operations" id="operations" open>
      <summary>
        {plural(rows.length, "operation")} <small>in what is shown above</small>
      </summary>
      <Grid timeline={timeline} rows={rows} sort={sort} selected={selected} moves={moves} />
    </details>
  );
}

/** In the order asked for, at once; follows the timeline once it stands still. */
function useRows(timeline: Timeline): Int32Array {
  const { table } = timeline.data;
  const { viewport } = useSettled(timeline.state, settleMs);
  const sort = useObserved(timeline.state, (state) => state.sort);
  const { mask } = useObserved(timeline.matches, (found) => found);
  return useMemo(() => {
    const rows = rowsDuring(table, viewport, mask);
    sortRows(rows, table, sort.by, sort.isDescending);
    return rows;
  }, [table, viewport.from, viewport.to, mask, sort]);
}

function Head({ sort, moves }: { sort: Sort; moves: Moves }) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map(([by, title, isNumber]) => {
          const isSorted = sort.by === by;
          const order = sort.isDescending ? "descending" : "ascending";
          const arrow = sort.isDescending ? " ▾" : " ▴";
          return (
            <th
              key={by}
              scope="col"
              class={isNumber ? `${by} number` : by}
              aria-sort={isSorted ? order : "none"}
            >
              <button
                type="button"
                onClick={() => moves.sort({ by, isDescending: isSorted && !sort.isDescending })}
              >
                {title}
                <span aria-hidden="true">{isSorted ? arrow : ""}</span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

type GridProps = Props & {
  readonly rows: Int32Array;
  readonly sort: Sort;
  readonly selected: number | null;
};

function Grid({ timeline, rows, sort, selected, moves }: GridProps) {
  const { table } = timeline.data;
  const box = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [active, setActive] = useState(0);
  const scrolled = { count: rows.length, rowHeight, scrollTop, seen: bodyHeight };
  const { first, end, top, height } = windowOf(scrolled);
  const current = Math.max(0, Math.min(rows.length - 1, active));

  const goTo = (position: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, position));
    setActive(next);
    const reach = scrollTo(next, { ...scrolled, scrollTop: box.current?.scrollTop ?? 0 });
    if (box.current !== null) box.current.scrollTop = reach;
    setScrollTop(reach);
  };
  const anomaly = useObserved(timeline.state, (state) => state.anomaly);
  const focus = timeline.data.view.focuses[anomaly];
  const marked = marksOf(focus)[0];
  // An anomaly inside the nodes names no operation: it stands before the first one called after it.
  const moment = marked === undefined ? (focus?.at ?? null) : null;
  const rowAfter = moment === null ? -1 : table.firstCallAt(moment);
  const opened = useRef<number | null>(null);
  // It opens at the anomaly, and at another one when that is shown; a reader who sorts wants the first row.
  useEffect(() => {
    if (anomaly === opened.current || selected !== null || sort.by !== "op") return;
    const row = marked === undefined ? rowAfter : table.rowOf(marked);
    const position = rows.indexOf(row);
    if (position === -1) return;
    opened.current = anomaly;
    goTo(position + rowsBelow);
    goTo(position);
  }, [anomaly, rows]);
  // What was selected elsewhere is shown here too.
  useEffect(() => {
    const position = selected === null ? -1 : rows.indexOf(table.rowOf(selected));
    if (position !== -1) goTo(position);
  }, [selected, rows]);

  const select = (position: number) => {
    const row = rows[position];
    if (row !== undefined) moves.select(table.index[row] as number);
  };
  const shown = Array.from({ length: end - first }, (_, at) => first + at);
  return (
    <div
      ref={box}
      class="grid"
      style={{ height: `${bodyHeight + headHeight}px` }}
      onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
    >
      <div style={{ height: `${headHeight + height}px`, paddingTop: `${top}px` }}>
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table with keys is a grid
          role="grid"
          tabIndex={0}
          aria-label="Operations: arrow keys move, Enter selects"
          aria-rowcount={rows.length + 1}
          aria-activedescendant={rows.length > 0 ? `row-${current}` : undefined}
          onKeyDown={(event) => onRowKey(event, { current, count: rows.length, goTo, select })}
        >
          <Head sort={sort} moves={moves} />
          <tbody>
            {shown.map((position) => (
              <Row
                key={position}
                position={position}
                operation={table.at(rows[position] as number)}
                isActive={position === current}
                isMarked={table.index[rows[position] as number] === marked}
                isAfterMoment={rows[position] === rowAfter}
                selected={selected}
                onSelect={() => {
                  setActive(position);
                  select(position);
                }}
              />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length === 0 && <p class="hint">No operation matches in what is shown.</p>}
    </div>
  );
}

function onRowKey(
  event: KeyboardEvent,
  to: {
    readonly current: number;
    readonly count: number;
    readonly goTo: (position: number) => void;
    readonly select: (position: number) => void;
  },
): void {
  const { current, count, goTo, select } = to;
  const actions = new Map<string, () => void>([
    ["ArrowDown", () => goTo(current + 1)],
    ["ArrowUp", () => goTo(current - 1)],
    ["PageDown", () => goTo(current + 11)],
    ["PageUp", () => goTo(current - 11)],
    ["Home", () => goTo(0)],
    ["End", () => goTo(count - 1)],
    ["Enter", () => select(current)],
    [" ", () => select(current)],
  ]);
  const action = actions.get(event.key);
  // A key on a heading's button is the button's.
  const isOwn = event.target === event.currentTarget;
  if (action === undefined || !isOwn || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  action();
}

function Row(props: {
  readonly position: number;
  readonly operation: LaidOperation;
  readonly isActive: boolean;
  /** It is the one that an anomaly is about. */
  readonly isMarked: boolean;
  /** The anomaly has a moment, and this is the first operation after it. */
  readonly isAfterMoment: boolean;
  readonly selected: number | null;
  readonly onSelect: () => void;
}) {
  const { position, operation, isActive, isMarked, isAfterMoment, selected, onSelect } = props;
  const { index, process, outcome, call, return: returned } = operation;
  const cells: readonly string[] = [
    String(index),
    String(process),
    describeCall(operation),
    operation.key ?? "–",
    operation.node ?? "–",
    outcome,
    describeResult(operation),
    returned === null ? "–" : formatTook(returned - call),
  ];
  return (
    <tr
      id={`row-${position}`}
      class={`${isActive ? "active" : ""} ${isMarked ? "culprit" : ""} ${isAfterMoment ? "after-moment" : ""}`}
      aria-rowindex={position + 2}
      aria-selected={index === selected}
      title={`asked at ${formatMoment(call, 6)}`}
      onClick={onSelect}
    >
      {columns.map(([by, , isNumber], at) => (
        <td key={by} class={isNumber ? `${by} number` : by}>
          {by === "outcome" && <i class={`swatch ${outcome}`} />}
          {cells[at]}
        </td>
      ))}
    </tr>
  );
}
