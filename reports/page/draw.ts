import { drawAxis, drawGutter } from "./draw-axis.ts";
import { drawFaults } from "./draw-faults.ts";
import { drawNodes } from "./draw-nodes.ts";
import { drawLane } from "./draw-operations.ts";
import { gutter } from "./layout.ts";
import type { Scene } from "./scene.ts";

const font = "11px system-ui, sans-serif";

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
  drawNodes(context, scene);
  for (const [position, lane] of scene.lanes.entries()) drawLane(context, scene, position, lane);
  context.restore();
  drawGutter(context, scene);
  context.fillStyle = palette.line;
  context.fillRect(gutter - 1, 0, 1, layout.height);
}
