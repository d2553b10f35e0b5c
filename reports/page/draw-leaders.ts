import type { LeaderChange } from "../leader-changes.ts";
import { measure } from "./draw-marks.ts";
import { toX } from "./layout.ts";
import type { Scene } from "./scene.ts";

/** A thin line through all rows for each change of leader. */
export function drawLeaderLines(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, palette, leaders } = scene;
  const { leaderRow } = layout;
  if (leaderRow === null) return;
  context.fillStyle = palette.leader;
  let drawnTo = -Infinity;
  for (const change of leaders) {
    const x = xOf(change, scene);
    if (x === null || x <= drawnTo) continue;
    context.globalAlpha = 0.4;
    context.fillRect(x, leaderRow.top, 1, layout.height - leaderRow.top);
    context.globalAlpha = 1;
    // A flag: the shape of an election, also where no label has room.
    context.beginPath();
    context.moveTo(x, leaderRow.top + 3);
    context.lineTo(x + 6, leaderRow.top + 6);
    context.lineTo(x, leaderRow.top + 9);
    context.fill();
    drawnTo = x;
  }
}

/** `n3 leads, term 5` beside each line, as far as there is room before the next. */
export function drawLeaderLabels(context: CanvasRenderingContext2D, scene: Scene): void {
  const { leaderRow } = scene.layout;
  if (leaderRow === null) return;
  const shown = scene.leaders
    .map((change) => ({ ...change, x: xOf(change, scene) }))
    .filter((change): change is LeaderChange & { x: number } => change.x !== null);
  context.textAlign = "left";
  context.fillStyle = scene.palette.muted;
  for (const [position, { label, node, x }] of shown.entries()) {
    const room = (shown[position + 1]?.x ?? scene.width) - x - 14;
    const text = [label, label.replace(" leads, term ", " t"), node].find(
      (one) => measure(context, one) <= room,
    );
    if (text !== undefined) context.fillText(text, x + 9, leaderRow.top + leaderRow.height / 2);
  }
}

/** Null when it is not in view. */
function xOf({ at }: LeaderChange, { viewport, width }: Scene): number | null {
  if (at < viewport.from || at > viewport.to) return null;
  return Math.round(toX(at, viewport, width));
}
