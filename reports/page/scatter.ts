import type uPlot from "uplot";
import type { Palette } from "./palette.ts";

const sizePx = 3;

/** Points of three series with a shape each: a filled square, a hollow one, a triangle. */
export function drawScatter(plot: uPlot, palette: Palette): void {
  const { ctx, data, bbox, series } = plot;
  const [at, ...lines] = data;
  const { min = 0, max = 0 } = plot.scales["x"] ?? {};
  const size = sizePx * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = devicePixelRatio;
  for (const [outcome, line] of lines.entries()) {
    if (series[outcome + 1]?.show === false) continue;
    const colour = [palette.ok, palette.fail, palette.info][outcome] ?? palette.ink;
    ctx.fillStyle = colour;
    ctx.strokeStyle = colour;
    ctx.globalAlpha = outcome === 0 ? 0.55 : 0.9;
    for (const [place, value] of line.entries()) {
      const second = at[place] as number;
      if (value === null || value === undefined || second < (min ?? 0) || second > (max ?? 0))
        continue;
      const x = plot.valToPos(second, "x", true);
      const y = plot.valToPos(value, "y", true);
      if (outcome === 0) ctx.fillRect(x - size / 2, y - size / 2, size, size);
      else if (outcome === 1) ctx.strokeRect(x - size / 2, y - size / 2, size, size);
      else triangle(ctx, x, y, size);
    }
  }
  ctx.restore();
}

function triangle(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  ctx.beginPath();
  ctx.moveTo(x, y - size);
  ctx.lineTo(x + size * 0.9, y + size * 0.6);
  ctx.lineTo(x - size * 0.9, y + size * 0.6);
  ctx.closePath();
  ctx.fill();
}
