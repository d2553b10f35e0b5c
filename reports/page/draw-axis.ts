import { fit, measure } from "./draw-marks.ts";
import { laneName } from "./lane-name.ts";
import { axisHeight, gutter, toX } from "./layout.ts";
import type { Scene } from "./scene.ts";

const labelGap = 6;

export function drawAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const { viewport, width, layout, palette } = scene;
  const seconds = (viewport.to - viewport.from) / 1e9;
  const step = niceStep(seconds / Math.max(2, (width - gutter) / 110));
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(step))));
  const first = Math.ceil(viewport.from / 1e9 / step);
  const last = Math.floor(viewport.to / 1e9 / step);
  context.textAlign = "center";
  let free = gutter;
  for (let tick = first; tick <= last; tick++) {
    const x = Math.round(toX(tick * step * 1e9, viewport, width));
    context.fillStyle = palette.line;
    context.fillRect(x, axisHeight - 4, 1, layout.height);
    context.fillStyle = palette.muted;
    const text = `${(tick * step).toFixed(decimals)} s`;
    const half = context.measureText(text).width / 2;
    const middle = Math.max(gutter + half, Math.min(width - half, x));
    // Long numbers at the edge are pushed inwards: rather none than two in one.
    if (middle - half < free) continue;
    free = middle + half + labelGap;
    context.fillText(text, middle, axisHeight / 2 - 1);
  }
}

/** 1, 2 or 5 times a power of ten, at least `atLeast`. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return ([1, 2, 5].find((digit) => digit * power >= atLeast) ?? 10) * power;
}

export function drawGutter(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, palette } = scene;
  context.textAlign = "right";
  context.fillStyle = palette.muted;
  const right = gutter - 8;
  const room = gutter - 12;
  for (const row of layout.faultRows) {
    context.fillText(fit(context, row.kind, room), right, row.top + row.height / 2);
  }
  for (const [position, row] of layout.nodeRows.entries()) {
    const node = scene.view.nodes[position]?.node ?? "";
    context.fillText(fit(context, node, room), right, row.top + row.height / 2);
  }
  drawLaneNames(context, scene, { right, room });
}

/** Height of a name. */
const namePx = 12;

/** The lanes of the anomaly first, by their letters; of the others as many as have room. */
function drawLaneNames(
  context: CanvasRenderingContext2D,
  { layout, table, view, viewport, lettered, palette }: Scene,
  { right, room }: { readonly right: number; readonly room: number },
): void {
  const middleOf = (lane: number) => layout.lanes.top + (lane + 0.5) * layout.laneHeight;
  const taken: number[] = [];
  const plain = context.font;
  context.font = `bold ${plain}`;
  context.fillStyle = palette.culprit;
  for (const [lane, { letters, process }] of [...lanesOf(lettered, table)].sort(byLane)) {
    // Of two that are close the lower one makes room.
    const y = Math.max(middleOf(lane), (taken.at(-1) ?? 0) + namePx);
    taken.push(y);
    const text = [`${letters} client ${process}`, `${letters} c. ${process}`, letters].find(
      (one) => context.measureText(one).width <= room,
    );
    if (text !== undefined) context.fillText(text, right, y);
  }
  context.font = plain;
  context.fillStyle = palette.muted;
  const every = Math.ceil(namePx / layout.laneHeight);
  for (let lane = 0; lane < view.laneCount; lane += every) {
    const y = middleOf(lane);
    if (taken.some((other) => Math.abs(other - y) < namePx)) continue;
    const name = laneName(table, lane, viewport);
    const text = [name, name.replace(" …", "")].find((one) => measure(context, one) <= room);
    if (text !== undefined) context.fillText(text, right, y);
  }
}

type LaneLetters = Map<number, { letters: string; process: number }>;

const byLane = ([a]: [number, unknown], [b]: [number, unknown]) => a - b;

function lanesOf(lettered: Scene["lettered"], table: Scene["table"]): LaneLetters {
  const lanes: LaneLetters = new Map();
  for (const { row, letter, process } of lettered) {
    const lane = table.lane[row] as number;
    lanes.set(lane, { process, letters: `${lanes.get(lane)?.letters ?? ""}${letter}` });
  }
  return lanes;
}
