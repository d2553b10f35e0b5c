import type { VNode } from "preact";
import { describeCall, describeResult, formatMoment, formatTook } from "../describe.ts";
import type { LaidOperation } from "../operations.ts";
import { messageAt } from "./draw-messages.ts";
import { type Row, toTime, toX } from "./layout.ts";
import { nodeLines } from "./pointing-nodes.ts";
import type { Scene } from "./scene.ts";
import { firstEndingAt } from "./summary.ts";

/** What is under the pointer. */
export type Pointed = {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
  /** Of the table; -1 when it is no operation. */
  readonly row: number;
};

const reachPx = 3;

export type Where = Pick<
  Scene,
  "view" | "table" | "inside" | "leaders" | "layout" | "viewport" | "width" | "mask" | "isHidden"
> & {
  /** Rows of the anomaly: met first where several are in reach. */
  readonly markedRows: ReadonlySet<number>;
};

/** The operation, fault, node or change of leader at a point of the timeline, or null. */
export function pointAt(
  point: { readonly x: number; readonly y: number },
  where: Where,
): Pointed | null {
  const { layout, view, viewport, width } = where;
  const at = toTime(point.x, viewport, width);
  const isIn = (row: Row) => point.y >= row.top && point.y < row.top + row.height;
  const lines = (said: readonly string[]) => ({ ...point, lines: said, row: -1 });
  if (isIn(layout.lanes)) {
    const lane = Math.floor((point.y - layout.lanes.top) / layout.laneHeight);
    const row = nearest(lane, point.x, where);
    if (row === -1) return null;
    return { ...point, row, lines: operationLines(where.table.at(row)) };
  }
  if (layout.leaderRow !== null && isIn(layout.leaderRow)) {
    const change = where.leaders.findLast(
      (one) => toX(one.at, viewport, width) <= point.x + reachPx,
    );
    return change === undefined
      ? null
      : lines([change.label, `since ${formatMoment(change.at, 3)}`]);
  }
  const band = layout.faultRows
    .find(isIn)
    ?.bands.findLast(({ from, to }) => from <= at && at <= to);
  if (band !== undefined) {
    const stretch = `${formatMoment(band.from)} to ${formatMoment(band.to)}`;
    const seen = { true: "its effect was seen", false: "no effect was seen", null: "not judged" };
    return lines([band.label, stretch, seen[`${band.effective}`]]);
  }
  const message = messageAt(point, where);
  if (message !== null) return lines(message);
  const lane = view.nodes[layout.nodeRows.findIndex(isIn)];
  return lane === undefined ? null : lines(nodeLines(lane, where.inside, at));
}

/** The row at `x` of a lane, or -1; narrow ones can be hit within a few pixels. */
function nearest(lane: number, x: number, where: Where): number {
  const { table, view, viewport, width, mask, isHidden, markedRows } = where;
  const rows = table.laneRows(lane);
  let best = -1;
  let bestScore = Infinity;
  const first = firstEndingAt(table, rows, toTime(x - reachPx, viewport, width));
  for (let position = first; position < rows.length; position++) {
    const row = rows[position] as number;
    const start = toX(table.call[row] as number, viewport, width);
    if (start > x + reachPx) break;
    const end = toX(Math.min(view.endNs, table.endOf(row)), viewport, width);
    const distance = Math.max(0, start - x, x - end);
    const isOther = mask !== null && mask[row] === 0;
    if (distance > reachPx || (isOther && isHidden)) continue;
    const score = distance + (isOther ? reachPx + 1 : 0) - (markedRows.has(row) ? 2 * reachPx : 0);
    if (score < bestScore) {
      best = row;
      bestScore = score;
    }
  }
  return best;
}

const valueCharactersMax = 300;

/** The whole operation, a line each. */
function operationLines(operation: LaidOperation): string[] {
  const { index, process, node, call, return: returned, outcome, error } = operation;
  const took = returned === null ? "never answered" : `took ${formatTook(returned - call)}`;
  const until = returned === null ? "" : ` to ${formatMoment(returned, 6)}`;
  return [
    describeCall(operation),
    `→ ${describeResult(operation)}`,
    `op ${index} · client ${process}${node === null ? "" : ` · ${node}`} · ${outcome}`,
    `${formatMoment(call, 6)}${until}, ${took}`,
    ...(error === null ? [] : [`error ${cut(error)}`]),
    ...value("argument", operation.input),
    ...value("result", operation.output),
  ];
}

function value(name: string, content: unknown): string[] {
  if (content === undefined || content === null) return [];
  return [`${name} ${cut(JSON.stringify(content))}`];
}

function cut(text: string): string {
  return text.length > valueCharactersMax ? `${text.slice(0, valueCharactersMax - 1)}…` : text;
}

const tooltipWidth = 300;

export function Tooltip({ pointed, width }: { pointed: Pointed; width: number }): VNode {
  const left = Math.max(0, Math.min(pointed.x + 14, width - tooltipWidth));
  return (
    <div class="tooltip" role="tooltip" style={{ left: `${left}px`, top: `${pointed.y + 16}px` }}>
      {pointed.lines.map((line, position) => (
        <div key={position}>{line}</div>
      ))}
    </div>
  );
}
