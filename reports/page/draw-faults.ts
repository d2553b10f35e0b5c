import type { FaultBand } from "../fault-bands.ts";
import { wordsOf } from "./draw-words.ts";
import { toX } from "./layout.ts";
import type { Scene } from "./scene.ts";

export function drawFaults(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, viewport, width, palette } = scene;
  for (const row of layout.faultRows) {
    const colour = palette.fault(row.kind);
    const words = wordsOf(context, width);
    for (const [position, band] of row.bands.entries()) {
      const x = toX(band.from, viewport, width);
      const end = Math.max(x + 2, toX(band.to, viewport, width));
      if (end < 0 || x > width) continue;
      context.fillStyle = colour;
      context.globalAlpha = 0.09;
      context.fillRect(x, row.top, end - x, layout.height - row.top);
      context.globalAlpha = 0.85;
      context.fillRect(x, row.top + 2, end - x, row.height - 4);
      context.globalAlpha = 1;
      // A fault that no probe saw is hollow: it proves nothing.
      if (band.effective === false) {
        context.fillStyle = palette.panel;
        context.fillRect(x + 1.5, row.top + 3.5, end - x - 3, row.height - 7);
      }
      const ink = band.effective === false ? palette.ink : palette.panel;
      // Bars of one kind may overlap: a word ends where the next one begins.
      const next = row.bands[position + 1];
      const until = next === undefined ? end : Math.min(end, toX(next.from, viewport, width));
      words.put(labelsOf(band), { x, end: until, y: row.top + row.height / 2, ink });
    }
  }
}

/** From all that is known to the least that helps; the kind stands beside the row. */
function labelsOf({ label, kind, targets }: FaultBand): string[] {
  const withoutKind = label.startsWith(`${kind} `) ? label.slice(kind.length + 1) : label;
  const nodes = targets.join(" ");
  const shape = withoutKind.endsWith(nodes) ? withoutKind.slice(0, -nodes.length).trim() : "";
  return [label, withoutKind, shape, nodes].filter((text) => text !== "");
}
