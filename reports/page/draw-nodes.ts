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

/** One lane a node, in the order of `view.nodes`; its words are drawn later. */
export function drawNodes(context: CanvasRenderingContext2D, scene: Scene): void {
  eachNode(scene, (row, lane) => {
    const { roles, states, boxOf } = spansIn(scene, row, lane);
    for (const span of roles) {
      const { x, top, end, height } = boxOf(span);
      context.fillStyle = scene.palette[colourOf(span)];
      context.fillRect(x, top, end - x, height);
    }
    for (const span of states) drawState(context, scene, span.state, boxOf(span));
  });
}

/** What nodes were, in words: over the messages between them, which would strike them out. */
export function drawNodeWords(context: CanvasRenderingContext2D, scene: Scene): void {
  const { palette, width } = scene;
  eachNode(scene, (row, lane) => {
    const { roles, states, boxOf } = spansIn(scene, row, lane);
    // The lower half is for how far it had committed.
    const y = row.top + 9;
    const words = wordsOf(context, width);
    for (const span of states) {
      if (span.state === "partly-cut") continue;
      const place = { ...boxOf(span), y, ink: palette.ink, plate: palette.panel };
      words.put([span.state], { ...place, align: "right" });
    }
    for (const span of roles) {
      const colour = colourOf(span);
      const ink = colour === "leader" ? palette.panel : palette.ink;
      const { role, term } = span;
      const texts = term === null ? [role] : [`${role} · term ${term}`, role];
      words.put(texts, { ...boxOf(span), y, ink, plate: palette[colour] });
    }
  });
}

function eachNode({ layout, view }: Scene, draw: (row: Row, lane: NodeLane) => void): void {
  for (const [position, row] of layout.nodeRows.entries()) {
    const lane = view.nodes[position];
    if (lane !== undefined) draw(row, lane);
  }
}

/** What of a lane is in view, and where. */
function spansIn({ viewport, width }: Scene, row: Row, lane: NodeLane) {
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
  return { roles: lane.roles.filter(isSeen), states: lane.states.filter(isSeen), boxOf };
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
