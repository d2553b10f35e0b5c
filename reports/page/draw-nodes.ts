import type { NodeLane, RoleSpan, StateSpan } from "../node-lanes.ts";
import { type Box, cross, dashes, hatch } from "./draw-marks.ts";
import { wordsOf } from "./draw-words.ts";
import { type Row, toX } from "./layout.ts";
import type { Scene } from "./scene.ts";

/** States of a node that is up: a dashed line below its role, or above it where its links are meant. */
const atBottom: ReadonlySet<string> = new Set(["skewed", "away", "disk"]);
const onLinks: ReadonlySet<string> = new Set(["slow", "lossy", "reset", "partly-cut"]);
/** There is no process that could do anything. */
const isGone: ReadonlySet<string> = new Set(["down", "retired", "exited"]);

/** One lane a node, in the order of `view.nodes`. */
export function drawNodes(context: CanvasRenderingContext2D, scene: Scene): void {
  for (const [position, row] of scene.layout.nodeRows.entries()) {
    const lane = scene.view.nodes[position];
    if (lane !== undefined) drawNode(context, scene, row, lane);
  }
}

function drawNode(context: CanvasRenderingContext2D, scene: Scene, row: Row, lane: NodeLane): void {
  const { viewport, width, palette } = scene;
  const isSeen = ({ from, to }: { from: number; to: number }) =>
    to >= viewport.from && from <= viewport.to;
  const boxOf = ({ from, to }: { from: number; to: number }): Box => {
    const x = toX(from, viewport, width);
    return {
      x,
      top: row.top + 2,
      end: Math.max(x + 1, toX(to, viewport, width)),
      height: row.height - 4,
    };
  };
  const roles = lane.roles.filter(isSeen);
  const states = lane.states.filter(isSeen);
  for (const span of roles) {
    const { x, top, end, height } = boxOf(span);
    context.fillStyle = palette[colourOf(span)];
    context.fillRect(x, top, end - x, height);
  }
  for (const span of states) drawState(context, scene, span.state, boxOf(span));

  // The lower half is for how far it had committed.
  const y = row.top + 9;
  const words = wordsOf(context, width);
  for (const span of states) {
    if (span.state === "partly-cut") continue;
    const place = { ...boxOf(span), y, ink: palette.ink, plate: palette.panel };
    words.put([span.state], { ...place, align: "right" });
  }
  for (const span of roles) {
    const ink = colourOf(span) === "leader" ? palette.panel : palette.ink;
    const { role, term } = span;
    const texts = term === null ? [role] : [`${role} · term ${term}`, role];
    words.put(texts, { ...boxOf(span), y, ink });
  }
}

function colourOf({ role }: RoleSpan): "leader" | "candidate" | "follower" {
  return role === "leader" || role === "candidate" ? role : "follower";
}

function drawState(
  context: CanvasRenderingContext2D,
  { palette }: Scene,
  state: StateSpan["state"],
  box: Box,
): void {
  const { x, top, height } = box;
  const end = Math.max(x + 2, box.end);
  context.strokeStyle = state === "partly-cut" ? palette.muted : palette.ink;
  if (isGone.has(state)) {
    context.fillStyle = palette.panel;
    context.fillRect(x, top, end - x, height);
    cross(context, { x, top, end, height });
  }
  if (state === "paused") hatch(context, { x, top, end, height }, palette.ink, 6);
  if (atBottom.has(state)) dashes(context, x, end, top + height - 1);
  if (onLinks.has(state)) dashes(context, x, end, top + 1);
  context.lineWidth = 1.5;
  if (state === "cut") context.strokeRect(x, top + 0.5, end - x, height - 1);
}
