import type { NodeLane } from "../node-lanes.ts";
import { cross, dashes, drawText, hatch } from "./draw-marks.ts";
import { type Row, toX } from "./layout.ts";
import type { Scene } from "./scene.ts";

/** States of a node that is up: a dashed line below its role, or above it where its links are meant. */
const atBottom: ReadonlySet<string> = new Set(["skewed", "away", "disk"]);
const onLinks: ReadonlySet<string> = new Set(["slow", "lossy", "reset"]);

/** One lane a node, in the order of `view.nodes`. */
export function drawNodes(context: CanvasRenderingContext2D, scene: Scene): void {
  for (const [position, row] of scene.layout.nodeRows.entries()) {
    const lane = scene.view.nodes[position];
    if (lane !== undefined) drawNode(context, scene, row, lane);
  }
}

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
    // The lower half is for how far it had committed.
    drawText(context, text, { x, end, y: row.top + 9, ink });
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
    const y = row.top + 9;
    drawText(context, state, { x, end, y, ink: palette.ink, plate: palette.panel, align: "right" });
  }
}
