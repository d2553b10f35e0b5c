import { describeCall, describeResult } from "../describe.ts";
import { drawText } from "./draw-marks.ts";
import { type Inks, type LaneBox, type Pixels, paintBar, paintCounts } from "./lane-image.ts";
import { gutter, toX } from "./layout.ts";
import { inksOf } from "./palette.ts";
import type { Scene } from "./scene.ts";
import { channels, isSummarised, readOperations, readSummary, type Strip } from "./summary.ts";

/** Draws the client lanes of a scene. */
export type OperationPainter = (context: CanvasRenderingContext2D, scene: Scene) => void;

const labelsMax = 20_000;
/** A bar narrower than this says nothing in words. */
const labelWidthMin = 40;

/** Keeps the buffers and labels from one frame to the next. */
export function operationPainter(): OperationPainter {
  const sheet = document.createElement("canvas");
  const labels = new Map<number, string>();
  let counts = new Uint32Array(0);
  let image = new ImageData(1, 1);
  return (context, scene) => {
    const { layout, width, viewport, summary, table } = scene;
    const ratio = devicePixelRatio;
    const columns = Math.max(1, Math.round((width - gutter) * ratio));
    const laneHeight = Math.max(3, Math.round(layout.laneHeight * ratio));
    const columnNs = (viewport.to - viewport.from) / columns;
    const first = Math.floor(viewport.from / columnNs);
    // One more: the first may be seen in part only.
    const strip: Strip = { first, columns: columns + 1, columnNs };
    const height = Math.max(1, laneHeight * table.laneCount);
    if (sheet.width !== strip.columns || sheet.height !== height) {
      sheet.width = strip.columns;
      sheet.height = height;
      image = new ImageData(strip.columns, height);
      counts = new Uint32Array(strip.columns * channels);
    }
    const pixels = { data: new Uint32Array(image.data.buffer), width: strip.columns };
    const wide: number[] = [];
    const isFar = isSummarised(summary, strip);
    const inks = visibleInks(inksOf(scene.palette), scene.isHidden);
    for (let lane = 0; lane < table.laneCount; lane++) {
      if (isFar) readSummary(summary, lane, strip, counts);
      else {
        const where = { lane, strip, endNs: scene.view.endNs };
        readOperations(table, where, scene.mask, counts, wide);
      }
      const box = boxOf(lane, laneHeight);
      paintCounts(pixels, box, counts, { columns: strip.columns, first, inks });
    }
    paintBars(pixels, scene, { wide, strip, laneHeight, inks });
    sheet.getContext("2d")?.putImageData(image, 0, 0);
    const shift = Math.round(first - viewport.from / columnNs) / ratio;
    const drawnHeight = layout.laneHeight * table.laneCount;
    context.imageSmoothingEnabled = false;
    context.drawImage(sheet, gutter + shift, layout.lanes.top, strip.columns / ratio, drawnHeight);
    if (labels.size > labelsMax) labels.clear();
    drawLabels(context, scene, wide, labels);
  };
}

/** Faint pixels of what is hidden are none at all. */
function visibleInks(inks: Inks, isHidden: boolean): Inks {
  return isHidden ? { ...inks, faint: [0, 0, 0], other: 0 } : inks;
}

function boxOf(lane: number, laneHeight: number): LaneBox {
  return { top: lane * laneHeight + 1, height: laneHeight - 2 };
}

function paintBars(
  pixels: Pixels,
  { table, mask, view }: Scene,
  options: {
    readonly wide: readonly number[];
    readonly strip: Strip;
    readonly laneHeight: number;
    readonly inks: Inks;
  },
): void {
  const { wide, strip, laneHeight, inks } = options;
  const { first, columnNs } = strip;
  for (const row of wide) {
    const call = table.call[row] as number;
    const end = Math.min(view.endNs, table.endOf(row));
    const bar = {
      from: Math.round(call / columnNs - first),
      // A column is left free, so that two that follow each other are two.
      to: Math.round(end / columnNs - first) - 1,
      outcome: table.outcome[row] as number,
      isFaint: mask !== null && mask[row] === 0,
    };
    paintBar(pixels, boxOf(table.lane[row] as number, laneHeight), bar, { first, inks });
  }
}

function drawLabels(
  context: CanvasRenderingContext2D,
  scene: Scene,
  wide: readonly number[],
  labels: Map<number, string>,
): void {
  const { table, layout, viewport, width, palette, view, mask } = scene;
  if (layout.laneHeight < 13) return;
  const height = layout.laneHeight - 5;
  for (const row of wide) {
    const isFaint = mask !== null && mask[row] === 0;
    if (isFaint && scene.isHidden) continue;
    const x = toX(table.call[row] as number, viewport, width);
    const end = toX(Math.min(view.endNs, table.endOf(row)), viewport, width);
    if (Math.min(end, width) - Math.max(x, gutter) < labelWidthMin) continue;
    const y = layout.lanes.top + ((table.lane[row] as number) + 0.5) * layout.laneHeight + 0.5;
    const outcome = table.outcome[row];
    const ink = isFaint ? palette.muted : outcome === 0 ? palette.panel : palette.ink;
    const plate = outcome === 2 && !isFaint ? palette.panel : undefined;
    drawText(context, labelOf(scene, row, labels), { x, end, y, ink, plate, height });
  }
}

function labelOf({ table }: Scene, row: number, labels: Map<number, string>): string {
  const known = labels.get(row);
  if (known !== undefined) return known;
  const operation = table.at(row);
  const label = `${describeCall(operation)} → ${describeResult(operation)}`;
  labels.set(row, label);
  return label;
}
