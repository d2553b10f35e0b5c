import type { LaidOperation } from "../columns.ts";
import { describeCall, describeResult } from "../describe.ts";
import type { NodeLane } from "../node-lanes.ts";
import type { ViewModel } from "../view-model.ts";
import { axisHeight, firstEndingAt, gutter, type Layout, type Row, toX } from "./layout.ts";
import type { Palette } from "./palette.ts";
import type { Viewport } from "./viewport.ts";

/** Everything that one picture of the timeline depends on. */
export type Scene = {
  readonly view: ViewModel;
  readonly lanes: readonly (readonly LaidOperation[])[];
  readonly layout: Layout;
  readonly viewport: Viewport;
  readonly width: number;
  readonly palette: Palette;
  readonly selected: number | null;
  readonly hovered: number | null;
  /** Operations that the anomaly is about: the culprit first. */
  readonly marked: readonly number[];
  /** Only operations on this key stand out; null = all do. */
  readonly key: string | null;
};

const font = "11px system-ui, sans-serif";
const severity = { ok: 0, fail: 1, info: 2 } as const;

export function drawScene(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, layout, palette } = scene;
  context.clearRect(0, 0, width, layout.height);
  context.font = font;
  context.textBaseline = "middle";
  drawAxis(context, scene);
  context.save();
  context.beginPath();
  context.rect(gutter, 0, width - gutter, layout.height);
  context.clip();
  drawFaults(context, scene);
  for (const [position, row] of layout.nodeRows.entries()) {
    const lane = scene.view.nodes[position];
    if (lane !== undefined) drawNode(context, scene, row, lane);
  }
  for (const [position, lane] of scene.lanes.entries()) drawLane(context, scene, position, lane);
  context.restore();
  drawGutter(context, scene);
  context.fillStyle = palette.line;
  context.fillRect(gutter - 1, 0, 1, layout.height);
}

function drawAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const { viewport, width, layout, palette } = scene;
  const seconds = (viewport.to - viewport.from) / 1e9;
  const step = niceStep(seconds / Math.max(2, (width - gutter) / 110));
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(step))));
  const first = Math.ceil(viewport.from / 1e9 / step);
  const last = Math.floor(viewport.to / 1e9 / step);
  context.textAlign = "center";
  for (let tick = first; tick <= last; tick++) {
    const x = Math.round(toX(tick * step * 1e9, viewport, width));
    context.fillStyle = palette.line;
    context.fillRect(x, axisHeight - 4, 1, layout.height);
    context.fillStyle = palette.muted;
    const text = `${(tick * step).toFixed(decimals)} s`;
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.max(gutter + half, Math.min(width - half, x)), axisHeight / 2 - 1);
  }
}

/** 1, 2 or 5 times a power of ten, at least `atLeast`. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return ([1, 2, 5].find((digit) => digit * power >= atLeast) ?? 10) * power;
}

function drawFaults(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, viewport, width, palette } = scene;
  for (const row of layout.faultRows) {
    const colour = palette.fault(row.kind);
    for (const band of row.bands) {
      const x = toX(band.from, viewport, width);
      const end = Math.max(x + 2, toX(band.to, viewport, width));
      context.fillStyle = colour;
      context.globalAlpha = 0.09;
      context.fillRect(x, row.top, end - x, layout.height - row.top);
      context.globalAlpha = 0.85;
      context.fillRect(x, row.top + 2, end - x, row.height - 4);
      context.globalAlpha = 1;
      // A fault that no probe saw is hollow: it proves nothing.
      if (band.effective === false) {
        context.fillStyle = palette.panel;
        context.fillRect(x + 1.5, row.top + 3.5, end - x - 3, row.height - 7);
      }
      const ink = band.effective === false ? palette.ink : palette.panel;
      drawText(context, band.label, { x, end, y: row.top + row.height / 2, ink });
    }
  }
}

/** States of a node that is up: a dashed line below its role, or above it where its links are meant. */
const atBottom: ReadonlySet<string> = new Set(["skewed", "away", "disk"]);
const onLinks: ReadonlySet<string> = new Set(["slow", "lossy", "reset"]);

function drawNode(context: CanvasRenderingContext2D, scene: Scene, row: Row, lane: NodeLane): void {
  const { viewport, width, palette } = scene;
  const top = row.top + 2;
  const height = row.height - 4;
  for (const span of lane.roles) {
    const x = toX(span.from, viewport, width);
    const end = toX(span.to, viewport, width);
    const role = span.role === "leader" || span.role === "candidate" ? span.role : "follower";
    context.fillStyle = palette[role];
    context.fillRect(x, top, Math.max(1, end - x), height);
    const ink = role === "leader" ? palette.panel : palette.ink;
    const text = span.term === null ? span.role : `${span.role} · term ${span.term}`;
    drawText(context, text, { x, end, y: row.top + row.height / 2, ink });
  }
  for (const { from, to, state } of lane.states) {
    const x = toX(from, viewport, width);
    const end = Math.max(x + 2, toX(to, viewport, width));
    context.strokeStyle = state === "partly-cut" ? palette.muted : palette.ink;
    context.fillStyle = palette.panel;
    if (state === "down" || state === "retired") context.fillRect(x, top, end - x, height);
    if (state === "paused") hatch(context, { x, top, end, height }, palette.ink, 6);
    if (atBottom.has(state)) dashes(context, x, end, row.top + row.height - 3);
    if (onLinks.has(state)) dashes(context, x, end, top + 1);
    context.lineWidth = 1.5;
    if (state === "cut") context.strokeRect(x, top + 0.5, end - x, height - 1);
    if (state === "partly-cut") {
      dashes(context, x, end, top + 1);
      continue;
    }
    if (state === "down" || state === "retired") cross(context, { x, top, end, height });
    const y = row.top + row.height / 2;
    drawText(context, state, { x, end, y, ink: palette.ink, plate: palette.panel, align: "right" });
  }
}

type Box = {
  readonly x: number;
  readonly top: number;
  readonly end: number;
  readonly height: number;
};

function hatch(context: CanvasRenderingContext2D, box: Box, colour: string, gap: number): void {
  // Only what can be seen: a zoomed bar may be a million pixels wide.
  const x = Math.max(box.x, gutter - gap);
  const end = Math.min(box.end, gutter + 10_000);
  context.save();
  context.beginPath();
  context.rect(x, box.top, end - x, box.height);
  context.clip();
  context.beginPath();
  for (let at = x - box.height; at < end; at += gap) {
    context.moveTo(at, box.top + box.height);
    context.lineTo(at + box.height, box.top);
  }
  context.lineWidth = 1;
  context.strokeStyle = colour;
  context.stroke();
  context.restore();
}

function cross(context: CanvasRenderingContext2D, { x, top, end, height }: Box): void {
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, top + 0.5, Math.max(1, end - x - 1), height - 1);
  context.beginPath();
  context.moveTo(x, top + height / 2);
  context.lineTo(end, top + height / 2);
  context.stroke();
}

function dashes(context: CanvasRenderingContext2D, x: number, end: number, y: number): void {
  context.save();
  context.setLineDash([2, 3]);
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(end, y);
  context.stroke();
  context.restore();
}

function drawLane(
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

/** Text inside a bar, kept in view while the bar is; nothing when it does not fit. */
function drawText(
  context: CanvasRenderingContext2D,
  text: string,
  place: {
    readonly x: number;
    readonly end: number;
    readonly y: number;
    readonly ink: string;
    /** Colour of a plate behind the text, for bars with a pattern. */
    readonly plate?: string | undefined;
    readonly align?: "right";
  },
): void {
  const x = Math.max(place.x, gutter) + 4;
  const room = Math.min(place.end, context.canvas.clientWidth) - x - 4;
  if (room < 18) return;
  const fitted = fit(context, text, room);
  if (fitted === "") return;
  const width = context.measureText(fitted).width;
  const left = place.align === "right" ? x + room - width : x;
  if (place.plate !== undefined) {
    context.fillStyle = place.plate;
    context.fillRect(left - 3, place.y - 6, width + 6, 12);
  }
  context.textAlign = "left";
  context.fillStyle = place.ink;
  context.fillText(fitted, left, place.y);
}

function fit(context: CanvasRenderingContext2D, text: string, room: number): string {
  const width = context.measureText(text).width;
  if (width <= room) return text;
  const count = Math.floor((text.length * room) / width) - 1;
  return count < 3 ? "" : `${text.slice(0, count)}…`;
}

function drawGutter(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, palette } = scene;
  context.textAlign = "right";
  context.fillStyle = palette.muted;
  const right = gutter - 8;
  for (const row of layout.faultRows) {
    context.fillText(fit(context, row.kind, gutter - 12), right, row.top + row.height / 2);
  }
  for (const [position, row] of layout.nodeRows.entries()) {
    const node = scene.view.nodes[position]?.node ?? "";
    context.fillText(fit(context, node, gutter - 12), right, row.top + row.height / 2);
  }
  const every = Math.ceil(12 / layout.laneHeight);
  for (let lane = 0; lane < scene.view.laneCount; lane += every) {
    const y = layout.lanes.top + (lane + 0.5) * layout.laneHeight;
    context.fillText(`lane ${lane}`, right, y);
  }
}
