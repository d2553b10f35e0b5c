import { drawAxis, drawGutter } from "./draw-axis.ts";
import { drawCommits } from "./draw-commit.ts";
import { drawFaults } from "./draw-faults.ts";
import { drawLeaderLabels, drawLeaderLines } from "./draw-leaders.ts";
import { drawMessages } from "./draw-messages.ts";
import { drawNodes, drawNodeWords } from "./draw-nodes.ts";
import type { OperationPainter } from "./draw-operations.ts";
import { gutter } from "./layout.ts";
import type { Scene } from "./scene.ts";

const font = "11px system-ui, sans-serif";

export function drawScene(
  context: CanvasRenderingContext2D,
  scene: Scene,
  operations: OperationPainter,
): void {
  const { width, layout, palette } = scene;
  context.fillStyle = palette.panel;
  context.fillRect(0, 0, width, layout.height);
  context.font = font;
  context.textBaseline = "middle";
  drawAxis(context, scene);
  context.save();
  context.beginPath();
  context.rect(gutter, 0, width - gutter, layout.height);
  context.clip();
  drawFaults(context, scene);
  drawNodes(context, scene);
  drawCommits(context, scene);
  drawMessages(context, scene);
  drawNodeWords(context, scene);
  operations(context, scene);
  drawLeaderLines(context, scene);
  drawLeaderLabels(context, scene);
  context.restore();
  drawGutter(context, scene);
  context.fillStyle = palette.line;
  context.fillRect(gutter - 1, 0, 1, layout.height);
}
