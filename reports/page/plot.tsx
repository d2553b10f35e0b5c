import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { FaultBand } from "../fault-bands.ts";
import type { PlotColumns } from "../plot-data.ts";
import { onPaletteChange, type Palette, readPalette } from "./palette.ts";
import type { Viewport } from "./viewport.ts";

/** The stretch of time that all plots show, and how it is changed. */
export type PlotWindow = {
  readonly shown: Viewport;
  /** What the timeline shows: marked where that is a part only. */
  readonly marked: Viewport;
  readonly show: (window: Viewport) => void;
};

export type PlotProps = {
  readonly title: string;
  /** What a reader must know of it; null until that is known. Its line is kept free. */
  readonly note?: string | null;
  /**
   * Called when the plot comes near for the first time: it may take some milliseconds. Null until there
   * is something to draw.
   */
  readonly columns: (() => PlotColumns) | null;
  readonly lines: (palette: Palette) => readonly uPlot.Series[];
  readonly scale: "log" | "from-zero" | "free";
  readonly height: number;
  readonly bands: readonly FaultBand[];
  readonly window: PlotWindow;
  readonly figure?: (value: number) => string;
  /** Drawn over the plot: what uPlot has no shape for. */
  readonly overlay?: (plot: uPlot, palette: Palette) => void;
};

/** Room for the legend below. */
const legendHeight = 30;
/** It is drawn when it is that close to being seen. */
const nearPx = "600px";

/** A plot of uPlot's that is made when it comes near, in a place that is kept free for it. */
export function Plot(props: PlotProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const isNear = useNear(box);
  const { shown } = props.window;
  const marked = useRef(props.window.marked);
  marked.current = props.window.marked;
  useEffect(() => {
    const element = box.current;
    if (element === null || !isNear || props.columns === null) return;
    const columns = props.columns();
    const make = () => {
      plot.current?.destroy();
      plot.current = new uPlot(
        options(props, element.clientWidth, marked),
        aligned(columns),
        element,
      );
      setWindow(plot.current, shown);
    };
    make();
    const observer = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: props.height }),
    );
    observer.observe(element);
    const undo = onPaletteChange(make);
    return () => {
      undo();
      observer.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [isNear, props.columns]);
  useEffect(() => {
    if (plot.current !== null) setWindow(plot.current, shown);
  }, [shown]);
  return (
    <figure>
      <figcaption>
        {props.title}
        {props.note !== undefined && <small> {props.note ?? "…"}</small>}
      </figcaption>
      <div class="plot" ref={box} style={{ minHeight: `${props.height + legendHeight}px` }} />
    </figure>
  );
}

function setWindow(plot: uPlot, { from, to }: Viewport): void {
  plot.setScale("x", { min: from / 1e9, max: to / 1e9 });
}

function useNear(box: { readonly current: HTMLElement | null }): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setNear(true),
      { rootMargin: nearPx },
    );
    observer.observe(element);
    const onPrint = () => setNear(true);
    addEventListener("beforeprint", onPrint);
    return () => {
      removeEventListener("beforeprint", onPrint);
      observer.disconnect();
    };
  }, []);
  return isNear;
}

function aligned(columns: PlotColumns): uPlot.AlignedData {
  const [at = [], ...values] = columns.map((column) => [...column]);
  return [at.map((second) => second ?? 0), ...values];
}

const scales: Readonly<Record<PlotProps["scale"], uPlot.Scale>> = {
  log: { distr: 3 },
  "from-zero": { range: (_, __, max) => [0, Math.max(1, max * 1.05)] },
  // A straight line at zero needs room on both sides.
  free: { range: (_, min, max) => [Math.min(min, -5) * 1.05, Math.max(max, 5) * 1.05] },
};

function options(
  props: PlotProps,
  width: number,
  marked: { readonly current: Viewport },
): uPlot.Options {
  const palette = readPalette();
  const figure = props.figure ?? shortFigure;
  const value = (_: uPlot, number: number | null) => (number === null ? "–" : figure(number));
  const axis = {
    stroke: palette.muted,
    grid: { stroke: palette.line, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: props.height,
    cursor: { sync: { key: "run" }, drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: false }, y: scales[props.scale] },
    axes: [
      { ...axis, size: 30, values: (_, ticks) => ticks.map((tick) => `${tick} s`) },
      {
        ...axis,
        size: 60,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : figure(tick))),
      },
    ],
    series: [
      { label: "time", value: (_, second) => (second === null ? "–" : `${second.toFixed(2)} s`) },
      ...props.lines(palette).map((line) => ({ points: { show: false }, ...line, value })),
    ],
    hooks: {
      drawClear: [(plot) => drawBands(plot, props.bands, palette)],
      drawAxes: [(plot) => drawMarked(plot, marked.current, palette)],
      draw: [(plot) => props.overlay?.(plot, palette)],
      setSelect: [(plot) => onSelect(plot, props.window)],
    },
  };
}

/** A stretch that is drawn with the pointer is shown everywhere. */
function onSelect(plot: uPlot, window: PlotWindow): void {
  const { left, width } = plot.select;
  if (width < 4) return;
  const from = plot.posToVal(left, "x") * 1e9;
  const to = plot.posToVal(left + width, "x") * 1e9;
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  window.show({ from, to });
}

export function shortFigure(value: number): string {
  const size = Math.abs(value);
  if (size >= 10_000) return `${Number((value / 1000).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}

/** Two lines where what the timeline shows begins and ends. */
function drawMarked(plot: uPlot, { from, to }: Viewport, palette: Palette): void {
  const { left, top, width, height } = plot.bbox;
  const x = plot.valToPos(from / 1e9, "x", true);
  const end = plot.valToPos(to / 1e9, "x", true);
  if (x <= left + 1 && end >= left + width - 1) return;
  const line = Math.max(1, devicePixelRatio);
  plot.ctx.fillStyle = palette.ink;
  plot.ctx.globalAlpha = 0.12;
  plot.ctx.fillRect(x, top, Math.max(line, end - x), height);
  plot.ctx.globalAlpha = 0.7;
  for (const edge of [x, end]) plot.ctx.fillRect(Math.round(edge), top, line, height);
  plot.ctx.globalAlpha = 1;
}

function drawBands(plot: uPlot, bands: readonly FaultBand[], palette: Palette): void {
  const { left, top, width, height } = plot.bbox;
  plot.ctx.save();
  plot.ctx.beginPath();
  plot.ctx.rect(left, top, width, height);
  plot.ctx.clip();
  for (const { kind, from, to } of bands) {
    const x = plot.valToPos(from / 1e9, "x", true);
    const end = plot.valToPos(to / 1e9, "x", true);
    plot.ctx.fillStyle = palette.fault(kind);
    plot.ctx.globalAlpha = 0.12;
    plot.ctx.fillRect(x, top, end - x, height);
    plot.ctx.globalAlpha = 0.9;
    plot.ctx.fillRect(x, top, end - x, 3 * devicePixelRatio);
  }
  plot.ctx.restore();
}
