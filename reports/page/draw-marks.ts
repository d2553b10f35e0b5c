import { gutter } from "./layout.ts";

// What every part of the timeline is drawn with.

export type Box = {
  readonly x: number;
  readonly top: number;
  readonly end: number;
  readonly height: number;
};

export function hatch(
  context: CanvasRenderingContext2D,
  box: Box,
  colour: string,
  gap: number,
): void {
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

export function cross(context: CanvasRenderingContext2D, { x, top, end, height }: Box): void {
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, top + 0.5, Math.max(1, end - x - 1), height - 1);
  context.beginPath();
  context.moveTo(x, top + height / 2);
  context.lineTo(end, top + height / 2);
  context.stroke();
}

export function dashes(context: CanvasRenderingContext2D, x: number, end: number, y: number): void {
  context.save();
  context.setLineDash([2, 3]);
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(end, y);
  context.stroke();
  context.restore();
}

/** Text inside a bar, kept in view while the bar is; nothing when it does not fit. */
export function drawText(
  context: CanvasRenderingContext2D,
  text: string,
  place: {
    readonly x: number;
    readonly end: number;
    readonly y: number;
    readonly ink: string;
    /** Pixels that the plate may be high. */
    readonly height?: number;
    /** Colour of a plate behind the text, for bars with a pattern. */
    readonly plate?: string | undefined;
  },
): void {
  const x = Math.max(place.x, gutter) + 4;
  const room = Math.min(place.end, context.canvas.width / devicePixelRatio) - x - 4;
  if (room < 18) return;
  const fitted = fit(context, text, room);
  if (fitted === "") return;
  const width = measure(context, fitted);
  if (place.plate !== undefined) {
    context.fillStyle = place.plate;
    const height = Math.min(12, place.height ?? 12);
    context.fillRect(x - 3, place.y - height / 2, width + 6, height);
  }
  context.textAlign = "left";
  context.fillStyle = place.ink;
  context.fillText(fitted, x, place.y);
}

export function fit(context: CanvasRenderingContext2D, text: string, room: number): string {
  const width = measure(context, text);
  if (width <= room) return text;
  const count = Math.floor((text.length * room) / width) - 1;
  return count < 3 ? "" : `${text.slice(0, count)}…`;
}

const widths = new Map<string, number>();
const widthsMax = 20_000;

/** How wide a text is in the one font of the timeline. Remembered: the same ones come every frame. */
export function measure(context: CanvasRenderingContext2D, text: string): number {
  const known = widths.get(text);
  if (known !== undefined) return known;
  const { width } = context.measureText(text);
  if (widths.size >= widthsMax) widths.clear();
  widths.set(text, width);
  return width;
}
