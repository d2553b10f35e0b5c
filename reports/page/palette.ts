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
