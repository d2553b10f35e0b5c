import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { FaultBand } from "../fault-bands.ts";
import type { ViewModel } from "../view-model.ts";
import { onPaletteChange, type Palette, readPalette } from "./palette.ts";

const plotHeight = 200;

/** Latency and rate over the run, with the faults behind them. */
export function Plots({ view }: { view: ViewModel }): VNode {
  const { at, latency, rate } = view.series;
  return (
    <section id="plots" aria-labelledby="plots-title">
      <h2 id="plots-title">Latency and rate</h2>
      <Plot
        title="Latency of operations that succeeded, milliseconds, logarithmic"
        data={[at, latency.median, latency.p95, latency.max]}
        bands={view.bands}
        isLog={true}
        lines={(palette) => [
          { label: "median ms", stroke: palette.ok, width: 2 },
          { label: "p95 ms", stroke: palette.info, width: 1.5, dash: [6, 3] },
          { label: "max ms", stroke: palette.muted, width: 1, dash: [2, 3] },
        ]}
      />
      <Plot
        title="Completions a second"
        data={[at, rate.ok, rate.fail, rate.info]}
        bands={view.bands}
        isLog={false}
        lines={(palette) => [
          { label: "ok/s", stroke: palette.ok, width: 2 },
          { label: "failed/s", stroke: palette.fail, width: 1.5, dash: [6, 3] },
          { label: "unknown/s", stroke: palette.info, width: 1.5, dash: [2, 3] },
        ]}
      />
    </section>
  );
}

type PlotProps = {
  readonly title: string;
  readonly data: readonly (readonly (number | null)[])[];
  readonly bands: readonly FaultBand[];
  readonly isLog: boolean;
  readonly lines: (palette: Palette) => readonly uPlot.Series[];
};

function Plot(props: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const make = () => new uPlot(options(props, element.clientWidth), columns(props.data), element);
    let plot = make();
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: plotHeight }),
    );
    observer.observe(element);
    const undo = onPaletteChange(() => {
      plot.destroy();
      plot = make();
    });
    return () => {
      undo();
      observer.disconnect();
      plot.destroy();
    };
  }, []);
  return (
    <figure>
      <figcaption>{props.title}</figcaption>
      <div class="plot" ref={box} />
    </figure>
  );
}

function columns(data: PlotProps["data"]): uPlot.AlignedData {
  const [at = [], ...values] = data.map((column) => [...column]);
  return [at.map((second) => second ?? 0), ...values];
}

function options(props: PlotProps, width: number): uPlot.Options {
  const palette = readPalette();
  const axis = {
    stroke: palette.muted,
    grid: { stroke: palette.line, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: plotHeight,
    cursor: { sync: { key: "run" }, drag: { x: true, y: false } },
    scales: {
      x: { time: false },
      y: props.isLog ? { distr: 3 } : { range: (_, __, max) => [0, Math.max(1, max * 1.05)] },
    },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((tick) => `${tick} s`) },
      { ...axis, size: 56 },
    ],
    series: [
      { label: "time", value: (_, second) => (second === null ? "–" : `${second.toFixed(1)} s`) },
      ...props.lines(palette).map((line) => ({ ...line, points: { show: false }, value: figure })),
    ],
    hooks: { drawClear: [(plot) => drawBands(plot, props.bands, palette)] },
  };
}

function figure(_: uPlot, value: number | null): string {
  return value === null ? "–" : value.toFixed(value < 10 ? 2 : 0);
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
