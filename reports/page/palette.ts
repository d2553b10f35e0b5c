import type { Inks } from "./lane-image.ts";

const names = [
  "ink",
  "muted",
  "line",
  "panel",
  "ok",
  "fail",
  "info",
  "culprit",
  "leader",
  "follower",
  "candidate",
] as const;

/** The colours of the style sheet, for what is drawn on a canvas. */
export type Palette = Readonly<Record<(typeof names)[number], string>> & {
  readonly fault: (kind: string) => string;
};

const faultHues = new Map([
  ["partition", 1],
  ["kill", 2],
  ["pause", 3],
  ["clock", 4],
]);

/** Reads the colours in force: they depend on the colour scheme. */
export function readPalette(): Palette {
  const styles = getComputedStyle(document.documentElement);
  const read = (name: string) => styles.getPropertyValue(`--${name}`).trim();
  const colours = Object.fromEntries(names.map((name) => [name, read(name)]));
  return {
    ...(colours as Record<(typeof names)[number], string>),
    fault: (kind) => read(`fault-${faultHues.get(kind) ?? 5}`),
  };
}

/** Calls back when the colours may have changed; returns what undoes it. */
export function onPaletteChange(listener: () => void): () => void {
  const queries = ["(prefers-color-scheme: dark)", "print"].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener("change", listener);
  return () => {
    for (const query of queries) query.removeEventListener("change", listener);
  };
}

const faintness = 0.2;
const inksByPalette = new WeakMap<Palette, Inks>();

/** The colours of operations as pixels of an image. */
export function inksOf(palette: Palette): Inks {
  const known = inksByPalette.get(palette);
  if (known !== undefined) return known;
  const canvas = document.createElement("canvas");
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const pixelOf = (colour: string, alpha: number): number => {
    if (context === null) return 0;
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const { data } = context.getImageData(0, 0, 1, 1);
    // Whatever order of bytes this machine has: written as bytes, read as one number.
    data[3] = Math.round(255 * alpha);
    return new Uint32Array(data.buffer)[0] ?? 0;
  };
  const { ok, fail, info, muted } = palette;
  const inks: Inks = {
    outcomes: [pixelOf(ok, 1), pixelOf(fail, 1), pixelOf(info, 1)],
    faint: [pixelOf(ok, faintness), pixelOf(fail, faintness), pixelOf(info, faintness)],
    other: pixelOf(muted, faintness),
  };
  inksByPalette.set(palette, inks);
  return inks;
}
