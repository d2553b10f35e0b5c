import { fit } from "./draw-marks.ts";
import { laneName } from "./lane-name.ts";
import { axisHeight, gutter, toX } from "./layout.ts";
import type { Scene } from "./scene.ts";

export function drawAxis(context: CanvasRenderingContext2D, scene: Scene): void {
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
  const every = Math.ceil(12 / layout.laneHeight);
  for (let lane = 0; lane < scene.view.laneCount; lane += every) {
    const y = layout.lanes.top + (lane + 0.5) * layout.laneHeight;
    context.fillText(fit(context, laneName(scene.table, lane, scene.viewport), room), right, y);
  }
}
