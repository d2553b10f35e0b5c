import { formatMoment } from "../describe.ts";
import type { Box } from "./draw-marks.ts";
import { measure } from "./draw-marks.ts";
import { axisHeight, gutter, toTime, toX } from "./layout.ts";
import type { Highlights, Scene } from "./scene.ts";

/** The anomaly, the selection, the marked stretch and the pointer: over the picture. */
export function drawHighlights(
  context: CanvasRenderingContext2D,
  scene: Scene,
  highlights: Highlights,
): void {
  const { width, layout, table } = scene;
  const { marked, selected, pointer, stretch } = highlights;
  context.save();
  context.beginPath();
  context.rect(gutter, 0, width - gutter, layout.height);
  context.clip();
  if (stretch !== null) drawStretch(context, scene, stretch);
  if (pointer !== null) drawPointer(context, scene, pointer.x);
  if (highlights.moment !== null) drawMoment(context, scene, highlights.moment);
  // The culprit last: nothing covers it.
  for (const index of [...marked].reverse()) {
    drawRing(context, scene, table.rowOf(index), {
      colour: scene.palette.culprit,
      line: index === selected ? 3 : 2,
    });
  }
  drawLetters(context, scene);
  if (pointer !== null) {
    drawRing(context, scene, pointer.row, { colour: scene.palette.ink, line: 1.5 });
  }
  if (selected !== null && !marked.includes(selected)) {
    const ring = { colour: scene.palette.ink, line: 3 };
    drawRing(context, scene, table.rowOf(selected), ring);
  }
  context.restore();
}

function drawStretch(
  context: CanvasRenderingContext2D,
  { viewport, width, layout, palette }: Scene,
  stretch: { readonly from: number; readonly to: number },
): void {
  const x = toX(stretch.from, viewport, width);
  const end = toX(stretch.to, viewport, width);
  context.fillStyle = palette.ok;
  context.globalAlpha = 0.14;
  context.fillRect(x, 0, end - x, layout.height);
  context.globalAlpha = 1;
  context.fillRect(Math.round(x), 0, 1, layout.height);
  context.fillRect(Math.round(end) - 1, 0, 1, layout.height);
}

/** When an invariant broke: a line through all rows under a triangle. */
function drawMoment(
  context: CanvasRenderingContext2D,
  { viewport, width, layout, palette }: Scene,
  at: number,
): void {
  const x = Math.round(toX(at, viewport, width));
  context.fillStyle = palette.culprit;
  context.fillRect(x - 1, axisHeight, 2, layout.height);
  context.beginPath();
  context.moveTo(x, axisHeight + 9);
  context.lineTo(x - 6, axisHeight - 1);
  context.lineTo(x + 6, axisHeight - 1);
  context.fill();
}

/** A hair line and the time there. */
function drawPointer(context: CanvasRenderingContext2D, scene: Scene, x: number): void {
  const { viewport, width, layout, palette } = scene;
  if (x < gutter) return;
  context.fillStyle = palette.muted;
  context.globalAlpha = 0.6;
  context.fillRect(Math.round(x), axisHeight, 1, layout.height);
  context.globalAlpha = 1;
  const decimals = Math.max(
    2,
    Math.min(7, Math.ceil(11 - Math.log10(viewport.to - viewport.from))),
  );
  const text = formatMoment(toTime(x, viewport, width), decimals);
  const half = measure(context, text) / 2 + 4;
  const middle = Math.max(gutter + half, Math.min(width - half, x));
  context.fillStyle = palette.ink;
  context.fillRect(middle - half, 2, 2 * half, axisHeight - 4);
  context.fillStyle = palette.panel;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, middle, axisHeight / 2);
}

function drawRing(
  context: CanvasRenderingContext2D,
  scene: Scene,
  row: number,
  style: { readonly colour: string; readonly line: number },
): void {
  if (row === -1) return;
  const { x, top, end, height } = boxOf(scene, row);
  if (end < gutter - 8 || x > scene.width + 8) return;
  context.strokeStyle = style.colour;
  context.lineWidth = style.line;
  context.strokeRect(x - 1.5, top - 1, end - x + 3, height + 2);
}

const tagPx = 13;

/** A tag with its letter over each operation of the anomaly, beside one another where they are close. */
function drawLetters(context: CanvasRenderingContext2D, scene: Scene): void {
  const { lettered, palette, width } = scene;
  const placed: Tag[] = [];
  context.save();
  context.font = `bold ${context.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { row, letter } of lettered) {
    const { x, top, end } = boxOf(scene, row);
    if (end < gutter || x > width) continue;
    const middle = (Math.max(x, gutter) + Math.min(end, width)) / 2;
    let left = Math.min(width - tagPx, Math.max(gutter, middle - tagPx / 2));
    const tip = top - 1;
    // Beside the one that is there, towards where there is more room.
    const aside = (middle < (gutter + width) / 2 ? 1 : -1) * (tagPx + 2);
    while (placed.some((one) => isOver(one, { left, tip }))) left += aside;
    placed.push({ left, tip });
    context.fillStyle = palette.culprit;
    context.fillRect(left, tip - 4 - tagPx, tagPx, tagPx);
    context.beginPath();
    context.moveTo(middle, top + 1);
    context.lineTo(left + 2, tip - 4);
    context.lineTo(left + 8, tip - 4);
    context.fill();
    context.fillStyle = palette.panel;
    context.fillText(letter, left + tagPx / 2, tip - 3.5 - tagPx / 2);
  }
  context.restore();
}

type Tag = { readonly left: number; readonly tip: number };

function isOver(a: Tag, b: Tag): boolean {
  return Math.abs(a.left - b.left) < tagPx && Math.abs(a.tip - b.tip) < tagPx;
}

function boxOf({ table, layout, viewport, width, view }: Scene, row: number): Box {
  const x = toX(table.call[row] as number, viewport, width);
  const end = toX(Math.min(view.endNs, table.endOf(row)), viewport, width);
  const top = layout.lanes.top + (table.lane[row] as number) * layout.laneHeight + 1;
  // Not wider than can be seen: a stroke of a million pixels is slow.
  return {
    x: Math.max(-20, x),
    top,
    end: Math.min(width + 20, Math.max(x + 1, end)),
    height: layout.laneHeight - 2,
  };
}
