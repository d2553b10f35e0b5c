import { describeCall, describeResult } from "../describe.ts";
import type { LaidOperation } from "../operations.ts";
import { type Box, drawText, hatch } from "./draw-marks.ts";
import { firstEndingAt, toX } from "./layout.ts";
import type { Palette } from "./palette.ts";
import type { Scene } from "./scene.ts";

const severity = { ok: 0, fail: 1, info: 2 } as const;

export function drawLane(
  context: CanvasRenderingContext2D,
  scene: Scene,
  position: number,
  lane: readonly LaidOperation[],
): void {
  const { layout, viewport, width, palette } = scene;
  const top = layout.lanes.top + position * layout.laneHeight;
  let drawnTo = -1;
  let drawnSeverity = -1;
  for (let at = firstEndingAt(lane, viewport.from); at < lane.length; at++) {
    const operation = lane[at];
    if (operation === undefined || operation.call > viewport.to) break;
    const x = toX(operation.call, viewport, width);
    const end = Math.max(x + 1, toX(operation.return ?? scene.view.endNs, viewport, width));
    const isNamed =
      operation.index === scene.selected ||
      operation.index === scene.hovered ||
      scene.marked.includes(operation.index);
    // Thousands share a pixel: the most telling outcome is drawn, the others would be overdrawn.
    const isHidden = end <= drawnTo && severity[operation.outcome] <= drawnSeverity;
    if (isHidden && !isNamed) continue;
    drawnTo = Math.ceil(end);
    drawnSeverity = severity[operation.outcome];
    const box = { x, top: top + 1, end, height: layout.laneHeight - 2 };
    context.globalAlpha = scene.key === null || operation.key === scene.key ? 1 : 0.18;
    drawOperation(context, operation, box, palette);
    context.globalAlpha = 1;
    if (isNamed) drawRing(context, scene, operation, box);
  }
}

function drawOperation(
  context: CanvasRenderingContext2D,
  operation: LaidOperation,
  box: Box,
  palette: Palette,
): void {
  const { x, top, end, height } = box;
  const colour = palette[operation.outcome];
  context.fillStyle = colour;
  context.strokeStyle = colour;
  let ink = palette.ink;
  if (end - x < 4) {
    // Too narrow for a pattern: the height tells the outcomes apart.
    const share = operation.outcome === "fail" ? 0.5 : 1;
    context.fillRect(x, top + height * (1 - share), end - x, height * share);
    return;
  }
  if (operation.outcome === "ok") {
    context.fillRect(x, top, end - x, height);
    ink = palette.panel;
  } else if (operation.outcome === "fail") {
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, top + 0.5, end - x - 1, height - 1);
  } else {
    hatch(context, box, colour, 5);
    context.fillRect(x, top, 2, height);
  }
  if (end - x < 40 || height < 11) return;
  const text = `${describeCall(operation)} → ${describeResult(operation)}`;
  const plate = operation.outcome === "info" ? palette.panel : undefined;
  drawText(context, text, { x, end, y: top + height / 2 + 0.5, ink, plate });
}

function drawRing(
  context: CanvasRenderingContext2D,
  { palette, marked, selected }: Scene,
  { index }: LaidOperation,
  { x, top, end, height }: Box,
): void {
  const isMarked = marked.includes(index);
  context.strokeStyle = isMarked ? palette.culprit : palette.ink;
  context.lineWidth = index === selected ? 3 : 2;
  context.strokeRect(x - 1.5, top - 1, end - x + 3, height + 2);
  if (!isMarked) return;
  const size = index === marked[0] ? 6 : 4;
  const middle = (x + end) / 2;
  context.fillStyle = palette.culprit;
  context.beginPath();
  context.moveTo(middle, top + 1);
  context.lineTo(middle - size, top - 1.6 * size);
  context.lineTo(middle + size, top - 1.6 * size);
  context.fill();
}
