import type { VNode } from "preact";
import { describeCall, describeResult, formatMoment, formatTook } from "../describe.ts";

import type { LaidOperation } from "../operations.ts";

import { firstEndingAt, type Row, toTime, toX } from "./layout.ts";
import type { Scene } from "./scene.ts";

/** What is under the pointer. */
export type Pointed = {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
  readonly operation?: LaidOperation;
};

const reachPx = 3;

type Where = Pick<Scene, "view" | "lanes" | "layout" | "viewport" | "width">;

/** The operation, fault or node at a point of the timeline, or null. */
export function pointAt(
  point: { readonly x: number; readonly y: number },
  where: Where,
): Pointed | null {
  const { layout, view, viewport, width } = where;
  const at = toTime(point.x, viewport, width);
  const isIn = (row: Row) => point.y >= row.top && point.y < row.top + row.height;
  if (isIn(layout.lanes)) {
    const lane = where.lanes[Math.floor((point.y - layout.lanes.top) / layout.laneHeight)] ?? [];
    const operation = nearest(lane, point.x, where);
    return operation === undefined
      ? null
      : { ...point, operation, lines: operationLines(operation) };
  }
  const band = layout.faultRows
    .find(isIn)
    ?.bands.findLast(({ from, to }) => from <= at && at <= to);
  if (band !== undefined) {
    const stretch = `${formatMoment(band.from)} to ${formatMoment(band.to)}`;
    const seen = { true: "its effect was seen", false: "no effect was seen", null: "not judged" };
    return { ...point, lines: [band.label, stretch, seen[`${band.effective}`]] };
  }
  const lane = view.nodes[layout.nodeRows.findIndex(isIn)];
  if (lane === undefined) return null;
  const role = lane.roles.findLast(({ from, to }) => from <= at && at <= to);
  const states = lane.states.filter(({ from, to }) => from <= at && at <= to);
  const now =
    role === undefined ? [] : [`${role.role}${role.term === null ? "" : `, term ${role.term}`}`];
  const lines = [lane.node, ...now, ...states.map(({ state, fault }) => `${state} (${fault})`)];
  return { ...point, lines: [...lines, formatMoment(at, 3)] };
}

/** The operation at `x` of its lane; narrow ones can be hit within a few pixels. */
function nearest(
  lane: readonly LaidOperation[],
  x: number,
  { view, viewport, width }: Where,
): LaidOperation | undefined {
  let best: LaidOperation | undefined;
  let bestDistance = reachPx;
  const first = firstEndingAt(lane, toTime(x - reachPx, viewport, width));
  for (let position = first; position < lane.length; position++) {
    const operation = lane[position];
    if (operation === undefined || toX(operation.call, viewport, width) > x + reachPx) break;
    const start = toX(operation.call, viewport, width);
    const end = toX(operation.return ?? view.endNs, viewport, width);
    const distance = Math.max(0, start - x, x - end);
    if (distance < bestDistance) {
      best = operation;
      bestDistance = distance;
    }
    if (distance === 0) break;
  }
  return best;
}

function operationLines(operation: LaidOperation): string[] {
  const { index, process, node, call, return: returned } = operation;
  const took = returned === null ? "never answered" : `took ${formatTook(returned - call)}`;
  return [
    describeCall(operation),
    `→ ${describeResult(operation)}`,
    `op ${index} · client ${process}${node === null ? "" : ` · ${node}`}`,
    `at ${formatMoment(call, 4)}, ${took}`,
  ];
}

const tooltipWidth = 260;

export function Tooltip({ pointed, width }: { pointed: Pointed; width: number }): VNode {
  const left = Math.max(0, Math.min(pointed.x + 14, width - tooltipWidth));
  return (
    <div class="tooltip" style={{ left: `${left}px`, top: `${pointed.y + 16}px` }}>
      {pointed.lines.map((line, position) => (
        <div key={position}>{line}</div>
      ))}
    </div>
  );
}
