import { firstAfter, type Inside } from "../inside.ts";
import type { Steps } from "../trace-scan.ts";
import { fit } from "./draw-marks.ts";
import type { MessageScene } from "./draw-messages.ts";
import { gutter, type Row, toTime, toX } from "./layout.ts";

/** Numbers take the place of the line where so many pixels lie between two of them. */
const numberPx = 46;

/**
 * How far each node had committed, on one scale for all of them, as a line in the lower half of its row;
 * as numbers where few changes are in view.
 */
export function drawCommits(context: CanvasRenderingContext2D, scene: MessageScene): void {
  const { inside, layout, view } = scene;
  if (inside === null) return;
  const range = rangeOf(inside, scene);
  for (const [position, { node, goneFrom }] of view.nodes.entries()) {
    const row = layout.nodeRows[position];
    const steps = inside.nodes.find((one) => one.node === node)?.commitIndex;
    if (row === undefined || steps === undefined || steps.at.length === 0) continue;
    const end = Math.min(scene.width, toX(goneFrom ?? Infinity, scene.viewport, scene.width));
    if (end <= gutter) continue;
    const { first, last } = inView(steps, scene);
    const room = (scene.width - gutter) / Math.max(1, last - first + 1);
    if (last > first && room >= numberPx) drawNumbers(context, scene, row, { steps, first, last });
    else if (range.max > range.min)
      drawLine(context, scene, row, { steps, first, last, range, end });
  }
}

type Range = { readonly min: number; readonly max: number };
type Part = { readonly steps: Steps; readonly first: number; readonly last: number };

/** Positions of the step that holds at the left edge and of the last one in view. */
function inView(steps: Steps, { viewport }: MessageScene): { first: number; last: number } {
  const first = Math.max(0, firstAfter(steps.at, viewport.from) - 1);
  return { first, last: firstAfter(steps.at, viewport.to) - 1 };
}

function rangeOf({ nodes }: Inside, scene: MessageScene): Range {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const { commitIndex } of nodes) {
    const { first, last } = inView(commitIndex, scene);
    // A restarted node begins at zero for a moment, and nowhere else does it go back.
    if (last < first) continue;
    min = Math.min(min, commitIndex.value[first] ?? min);
    max = Math.max(max, commitIndex.value[last] ?? max);
  }
  return { min, max };
}

/** Rectangles on whole pixels, one a height: a path of a thousand steps takes long to stroke. */
function drawLine(
  context: CanvasRenderingContext2D,
  { viewport, width, palette }: MessageScene,
  row: Row,
  { steps, first, last, range, end }: Part & { readonly range: Range; readonly end: number },
): void {
  const bottom = row.top + row.height - 3;
  const height = row.height * 0.4;
  const yOf = (value: number) => {
    const share = (value - range.min) / (range.max - range.min);
    return Math.round(bottom - Math.max(0, Math.min(1, share)) * height);
  };
  context.fillStyle = palette.ok;
  let start = gutter;
  let y: number | null = null;
  for (let position = first; position <= last; position++) {
    const x = Math.max(gutter, Math.floor(toX(steps.at[position] as number, viewport, width)));
    // Of the steps within one pixel the last one: a long run has a hundred thousand of them.
    position = lastUntil(steps.at, toTime(x + 1, viewport, width), { from: position, last });
    const next = yOf(steps.value[position] as number);
    if (next === y) continue;
    if (y === null) start = x;
    else {
      context.fillRect(start, y - 1, x - start, 2);
      context.fillRect(x, Math.min(y, next) - 1, 1, Math.abs(next - y) + 2);
      start = x;
    }
    y = next;
  }
  if (y !== null) context.fillRect(start, y - 1, Math.max(1, end - start), 2);
}

/** Last position from `from` on whose time is at most `ns`; `from` if there is none. Near ones are found first. */
function lastUntil(
  at: readonly number[],
  ns: number,
  { from, last }: { readonly from: number; readonly last: number },
): number {
  let low = from;
  let step = 1;
  for (; low + step <= last && (at[low + step] as number) <= ns; step *= 2) low += step;
  for (; step >= 1; step /= 2) {
    if (low + step <= last && (at[low + step] as number) <= ns) low += step;
  }
  return low;
}

function drawNumbers(
  context: CanvasRenderingContext2D,
  { viewport, width, palette }: MessageScene,
  row: Row,
  { steps, first, last }: Part,
): void {
  const places = Array.from({ length: last - first + 1 }, (_, place) => first + place)
    // What holds from before the picture began would lie over the role.
    .filter((place) => (steps.at[place] as number) >= viewport.from)
    .map((place) => ({ x: toX(steps.at[place] as number, viewport, width), place }));
  context.fillStyle = palette.ok;
  for (const { x } of places) context.fillRect(x, row.top + row.height - 9, 1.4, 7);
  context.textAlign = "left";
  let free = gutter;
  for (const { x, place } of places) {
    const text = fit(context, `c${steps.value[place]}`, numberPx);
    if (x < free || text === "") continue;
    const box = context.measureText(text).width;
    context.fillStyle = palette.panel;
    context.fillRect(x + 2, row.top + row.height - 12, box + 3, 10);
    context.fillStyle = palette.ink;
    context.fillText(text, x + 3, row.top + row.height - 7);
    free = x + box + 8;
  }
}
