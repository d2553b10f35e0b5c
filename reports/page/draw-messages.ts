import { formatCount, formatMoment } from "../describe.ts";
import type { Inside } from "../inside.ts";
import { lookOf, type MessageKind, messageLines, visibleMessages } from "../message-kind.ts";
import type { NodeLane } from "../node-lanes.ts";
import { gutter, type Layout, toX } from "./layout.ts";
import type { Palette } from "./palette.ts";
import type { Viewport } from "./viewport.ts";

/** What the messages are drawn on: part of a scene. */
export type MessageScene = {
  readonly view: { readonly nodes: readonly Pick<NodeLane, "node" | "goneFrom">[] };
  readonly layout: Pick<Layout, "nodeRows">;
  readonly viewport: Viewport;
  readonly width: number;
  readonly palette: Palette;
  readonly inside: Inside | null;
};

/** More would be a grey surface. */
const arrowsMax = 600;
const lostPx = 9;
/** A message that is on its way for longer than this on the screen shows its two ends only. */
const wholePx = 260;
/** What is drawn of such an end. */
const endPx = 22;

type Arrow = {
  readonly row: number;
  /** A message that something held is drawn as a beginning without a head and an end of its own. */
  readonly part: "whole" | "beginning" | "end";
  readonly x: number;
  readonly y: number;
  readonly endX: number;
  readonly endY: number;
};

/**
 * Messages between nodes as thin arrows from row to row. Colour and dashes tell what they are about,
 * a hollow head is a reply, a cross is lost, a ring is held for long, and a line without any of them ends
 * in ignorance.
 */
export function drawMessages(context: CanvasRenderingContext2D, scene: MessageScene): void {
  const { inside, palette } = scene;
  if (inside === null || inside.messages.sent.length === 0) return;
  const { arrows, inView } = arrowsOf(scene, inside);
  for (const arrow of arrows) drawArrow(context, arrow, inside, palette);
  drawCount(context, scene, { drawn: new Set(arrows.map(({ row }) => row)).size, inView });
}

function arrowsOf(
  scene: Omit<MessageScene, "palette">,
  { messages }: Inside,
): { arrows: Arrow[]; inView: number } {
  const { layout, viewport, width, view } = scene;
  const places = new Map(view.nodes.map(({ node }, position) => [node, layout.nodeRows[position]]));
  const { rows, inView } = visibleMessages(messages, viewport, arrowsMax);
  const arrows: Arrow[] = [];
  for (const row of rows) {
    const from = places.get(messages.dictionary[messages.from[row] ?? 0] ?? "");
    const to = places.get(messages.dictionary[messages.to[row] ?? 0] ?? "");
    if (from === undefined || to === undefined || from === to) continue;
    const isDown = to.top > from.top;
    const y = isDown ? from.top + from.height : from.top;
    const endY = isDown ? to.top : to.top + to.height;
    const [sent, received] = [messages.sent[row] as number, messages.received[row] as number];
    const x = toX(sent < 0 ? received : sent, viewport, width);
    const endX = received < 0 ? x + lostPx : toX(received, viewport, width);
    arrows.push(...partsOf({ row, part: "whole", x, y, endX, endY }, received < 0, width));
  }
  return { arrows, inView };
}

/** What of an arrow is drawn: what never arrived does not reach the other row. */
function partsOf(whole: Arrow, isLost: boolean, width: number): Arrow[] {
  const { x, y, endX, endY } = whole;
  if (isLost) return [{ ...whole, endY: y + (endY - y) * 0.6 }];
  if (endX - x <= wholePx) return [whole];
  const rise = (endY - y) * Math.min(0.4, 26 / Math.abs(endY - y));
  const beginning = { ...whole, part: "beginning" as const, endX: x + endPx, endY: y + rise };
  const end = { ...whole, part: "end" as const, x: endX - endPx, y: endY - rise };
  return [beginning, end].filter((part) => part.endX >= gutter && part.x <= width);
}

function colourOf(kind: MessageKind, palette: Palette): string {
  if (kind === "vote") return palette.info;
  if (kind === "entries") return palette.ok;
  if (kind === "snapshot") return palette.fault("partition");
  return palette.muted;
}

function drawArrow(
  context: CanvasRenderingContext2D,
  { row, part, x, y, endX, endY }: Arrow,
  { messages }: Inside,
  palette: Palette,
): void {
  const { kind, isReply, fate } = lookOf(messages, row);
  const colour = colourOf(kind, palette);
  context.strokeStyle = colour;
  context.fillStyle = isReply ? palette.panel : colour;
  context.lineWidth = kind === "heartbeat" || kind === "other" ? 0.8 : 1.3;
  context.setLineDash(kind === "vote" ? [4, 2] : fate === "unknown" ? [1, 3] : []);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(endX, endY);
  context.stroke();
  context.setLineDash([]);
  if (fate === "lost") drawCross(context, endX, endY, palette.culprit);
  else if (part === "beginning") drawHeld(context, endX, endY);
  else if (fate !== "unknown") drawHead(context, { x, y, endX, endY });
}

/** It arrived, but much later. */
function drawHeld(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.beginPath();
  context.arc(x, y, 2.2, 0, 2 * Math.PI);
  context.stroke();
}

function drawHead(
  context: CanvasRenderingContext2D,
  { x, y, endX, endY }: Omit<Arrow, "row" | "part">,
): void {
  const length = Math.hypot(endX - x, endY - y) || 1;
  const [dx, dy] = [(endX - x) / length, (endY - y) / length];
  const [backX, backY] = [endX - dx * 6, endY - dy * 6];
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(endX, endY);
  context.lineTo(backX - dy * 2.6, backY + dx * 2.6);
  context.lineTo(backX + dy * 2.6, backY - dx * 2.6);
  context.closePath();
  context.fill();
  context.stroke();
}

function drawCross(context: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 1.6;
  context.beginPath();
  context.moveTo(x - 3.5, y - 3.5);
  context.lineTo(x + 3.5, y + 3.5);
  context.moveTo(x + 3.5, y - 3.5);
  context.lineTo(x - 3.5, y + 3.5);
  context.stroke();
}

/** How many are drawn, of those that are known: below the last node. */
function drawCount(
  context: CanvasRenderingContext2D,
  scene: MessageScene,
  { drawn, inView }: { readonly drawn: number; readonly inView: number },
): void {
  const { layout, width, palette } = scene;
  const last = layout.nodeRows.at(-1);
  if (last === undefined || inView === 0) return;
  const text =
    drawn === inView
      ? `${formatCount(inView)} messages`
      : `${formatCount(drawn)} of ${formatCount(inView)} messages (elections, snapshots, losses)`;
  const y = last.top + last.height + 8;
  drawLegend(context, scene, y);
  context.textAlign = "right";
  context.fillStyle = palette.muted;
  context.fillText(text, width - 4, y, width - gutter - 8);
}

/** What the arrows mean, left of their count where there is room for both. */
function drawLegend(
  context: CanvasRenderingContext2D,
  { width, palette }: MessageScene,
  y: number,
): void {
  if (width < 900) return;
  const words: readonly (readonly [string, string])[] = [
    ["┄ election", colourOf("vote", palette)],
    ["— entries", colourOf("entries", palette)],
    ["— heartbeat", palette.muted],
    ["▷ hollow: reply", palette.muted],
    ["× lost", palette.culprit],
    ["○ held for long", palette.muted],
  ];
  context.textAlign = "left";
  let x = gutter + 6;
  for (const [word, colour] of words) {
    context.fillStyle = colour;
    context.fillText(word, x, y);
    x += context.measureText(word).width + 12;
  }
}

const reachPx = 4;

/** What the message under a point is, a line each; null where there is none. */
export function messageAt(
  point: { readonly x: number; readonly y: number },
  scene: Omit<MessageScene, "palette">,
): string[] | null {
  const { inside } = scene;
  if (inside === null) return null;
  const { arrows } = arrowsOf(scene, inside);
  let best: Arrow | null = null;
  let bestPx = reachPx;
  for (const arrow of arrows) {
    const px = distance(point, arrow);
    if (px <= bestPx) [best, bestPx] = [arrow, px];
  }
  if (best === null) return null;
  return messageLines(inside.messages, best.row, (ns) => formatMoment(ns, 5));
}

function distance(
  { x, y }: { readonly x: number; readonly y: number },
  { x: fromX, y: fromY, endX, endY }: Arrow,
): number {
  const [dx, dy] = [endX - fromX, endY - fromY];
  const along = ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy || 1);
  const share = Math.max(0, Math.min(1, along));
  return Math.hypot(x - fromX - share * dx, y - fromY - share * dy);
}
