import { coreStretch } from "./home.ts";
import { toX } from "./overview-scale.ts";
import type { Palette } from "./palette.ts";
import { channels, readSummary, type Summary } from "./summary.ts";
import type { Timeline } from "./timeline-model.ts";

export const overviewHeight = 58;
const markHeight = 9;
const faultHeight = 5;

/** How many operations run when, by outcome, over the whole run; faults above, anomalies as triangles. */
export function drawOverview(
  context: CanvasRenderingContext2D,
  timeline: Timeline,
  options: {
    readonly width: number;
    readonly palette: Palette;
    readonly marked: readonly number[];
    /** When an anomaly without operations happened. */
    readonly moment: number | null;
  },
): void {
  const { width, palette, marked, moment } = options;
  const { view, table } = timeline.data;
  context.clearRect(0, 0, width, overviewHeight);
  const scale = { width, endNs: view.endNs };
  for (const band of view.bands) {
    const x = toX(band.from, scale);
    const span = Math.max(2, toX(band.to, scale) - x);
    context.fillStyle = palette.fault(band.kind);
    context.globalAlpha = 0.1;
    context.fillRect(x, markHeight, span, overviewHeight);
    context.globalAlpha = 0.9;
    context.fillRect(x, markHeight, span, faultHeight);
    context.globalAlpha = 1;
  }
  drawDensity(context, timeline.summary, { width, palette, endNs: view.endNs });
  for (const focus of view.focuses) {
    const at = coreStretch(focus)?.from;
    if (at !== undefined) drawTick(context, palette, toX(at, scale));
  }
  if (moment !== null) drawMark(context, palette, toX(moment, scale), 5);
  for (const [position, index] of marked.entries()) {
    const row = table.rowOf(index);
    if (row === -1) continue;
    drawMark(context, palette, toX(table.call[row] as number, scale), position === 0 ? 5 : 3.5);
  }
}

/** Another anomaly than the one that is shown: small, so that the shown one stands out. */
function drawTick(context: CanvasRenderingContext2D, palette: Palette, x: number) {
  context.strokeStyle = palette.culprit;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, 7);
  context.lineTo(x - 3.5, 0.5);
  context.lineTo(x + 3.5, 0.5);
  context.closePath();
  context.stroke();
}

function drawMark(context: CanvasRenderingContext2D, palette: Palette, x: number, size: number) {
  context.fillStyle = palette.culprit;
  context.fillRect(Math.round(x), 0, 1, overviewHeight);
  context.beginPath();
  context.moveTo(x, 2 * size);
  context.lineTo(x - size, 0);
  context.lineTo(x + size, 0);
  context.fill();
}

function drawDensity(
  context: CanvasRenderingContext2D,
  summary: Summary,
  options: { readonly width: number; readonly palette: Palette; readonly endNs: number },
): void {
  const { width, palette, endNs } = options;
  // Half as many columns as pixels: a summary has a bucket for each of these at least.
  const columns = Math.max(1, Math.min(256, Math.floor(width / 2)));
  const strip = { first: 0, columns, columnNs: endNs / columns };
  const sums = sumsOf(summary, strip);
  const [ok, fail, info, other] = [0, 1, 2, 3].map((channel) =>
    Float64Array.from({ length: columns }, (_, at) => sums[at * channels + channel] ?? 0),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const totals = ok.map(
    (count, at) => count + (fail[at] ?? 0) + (info[at] ?? 0) + (other[at] ?? 0),
  );
  const max = totals.reduce((most, one) => Math.max(most, one), 1);
  const top = markHeight + faultHeight + 2;
  const room = overviewHeight - top;
  const columnWidth = width / columns;
  for (let at = 0; at < columns; at++) {
    let y = overviewHeight;
    const stack = (count: number, colour: string, alpha: number, least: number) => {
      if (count === 0) return;
      const height = Math.max(least, (count / max) * room);
      context.globalAlpha = alpha;
      context.fillStyle = colour;
      context.fillRect(at * columnWidth, y - height, Math.max(1, columnWidth - 0.5), height);
      y -= height;
    };
    stack(ok[at] ?? 0, palette.ok, 1, 1);
    stack(other[at] ?? 0, palette.muted, 0.22, 0);
    stack(fail[at] ?? 0, palette.fail, 1, 2);
    stack(info[at] ?? 0, palette.info, 1, 2);
  }
  context.globalAlpha = 1;
}

/** Of all lanes together. */
function sumsOf(
  summary: Summary,
  strip: { readonly first: number; readonly columns: number; readonly columnNs: number },
): Float64Array {
  const sums = new Float64Array(strip.columns * channels);
  const counts = new Uint32Array(strip.columns * channels);
  for (let lane = 0; lane < summary.laneCount; lane++) {
    readSummary(summary, lane, strip, counts);
    for (let at = 0; at < sums.length; at++)
      sums[at] = (sums[at] as number) + (counts[at] as number);
  }
  return sums;
}
