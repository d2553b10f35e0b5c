import { measure } from "./draw-marks.ts";
import { gutter } from "./layout.ts";

/** Words that share one row: each has its own place, or is left out. */
export type Words = {
  /** The first of `texts` that fits between `x` and `end`, whole and over no other word; else none. */
  readonly put: (texts: readonly string[], place: WordPlace) => void;
};

type WordPlace = {
  readonly x: number;
  readonly end: number;
  readonly y: number;
  readonly ink: string;
  /** Colour of a plate behind it, for bars with a pattern. */
  readonly plate?: string;
  /** Tried first; a word may stand at the other end too. */
  readonly align?: "right";
};

const margin = 4;

/** The words of one row of the timeline, which is `width` wide. Those that matter most are put first. */
export function wordsOf(context: CanvasRenderingContext2D, width: number): Words {
  const taken: (readonly [from: number, to: number])[] = [];
  const isFree = (from: number, to: number) =>
    taken.every(([start, end]) => to <= start || from >= end);
  const put: Words["put"] = (texts, place) => {
    const left = Math.max(place.x, gutter) + margin;
    const right = Math.min(place.end, width) - margin;
    for (const text of texts) {
      const size = measure(context, text);
      if (left + size > right) continue;
      const ends = place.align === "right" ? [right - size, left] : [left, right - size];
      const x = ends.find((at) => isFree(at - margin, at + size + margin));
      if (x === undefined) continue;
      taken.push([x - margin, x + size + margin]);
      if (place.plate !== undefined) {
        context.fillStyle = place.plate;
        context.fillRect(x - 3, place.y - 6, size + 6, 12);
      }
      context.textAlign = "left";
      context.fillStyle = place.ink;
      context.fillText(text, x, place.y);
      return;
    }
  };
  return { put };
}
