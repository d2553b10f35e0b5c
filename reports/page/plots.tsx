import type { VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import type uPlot from "uplot";
import { formatCount } from "../describe.ts";
import {
  clockColumns,
  lagColumns,
  type Sample,
  sampleLatency,
  scatterColumns,
} from "../plot-data.ts";
import type { PageData } from "./data.ts";
import { useObserved, useSettled } from "./observable.ts";
import type { Palette } from "./palette.ts";
import { Plot, type PlotWindow } from "./plot.tsx";
import { drawScatter } from "./scatter.ts";
import type { Timeline } from "./timeline-model.ts";
import type { Moves } from "./timeline-moves.ts";
import { type Viewport, zoom } from "./viewport.ts";

/** As many as can be told apart, and drawn in some milliseconds. */
const scatterMax = 12_000;

type Props = { readonly timeline: Timeline; readonly moves: Moves };

/** They follow the timeline when it stands still. */
const settleMs = 150;

/** Latency, rate, and what the nodes' traces say of clocks and logs, with the faults behind them. */
export function Plots({ timeline, moves }: Props): VNode {
  const { data } = timeline;
  const { view } = data;
  const { at, latency, rate, open } = view.series;
  const { viewport } = useSettled(timeline.state, settleMs);
  const isWhole = useObserved(
    timeline.state,
    (now) => now.viewport.from <= 0 && now.viewport.to >= view.endNs,
  );
  const dragged = useRef<Viewport | null>(null);
  const window: PlotWindow = {
    // What was drawn with the pointer is meant as it is.
    shown: viewport === dragged.current ? viewport : widened(viewport, view),
    marked: viewport,
    show: (stretch) => {
      dragged.current = stretch;
      moves.show(stretch);
    },
  };
  const common = { bands: view.bands, window };
  const fixed = useMemo(
    () => ({
      quantiles: () => [at, latency.median, latency.p95, latency.p99, latency.max],
      rate: () => [at, rate.ok, rate.fail, rate.info],
      open: () => [at, open],
    }),
    [view],
  );
  return (
    <section id="plots" aria-labelledby="plots-title">
      <h2 id="plots-title">Latency, rate, clocks and logs</h2>
      <p class="hint">
        They show what the timeline shows, and what is around that where it is short. Drag over a
        plot to show another stretch in all of them.{" "}
        <button type="button" disabled={isWhole} onClick={moves.fit}>
          Whole run
        </button>
      </p>
      <Scatter data={data} {...common} />
      <Plot
        {...common}
        title="Latency of operations that succeeded, milliseconds, logarithmic: quantiles over time"
        columns={fixed.quantiles}
        scale="log"
        height={190}
        lines={(palette) => [
          { label: "median", stroke: palette.ok, width: 2 },
          { label: "p95", stroke: palette.info, width: 1.5, dash: [6, 3] },
          { label: "p99", stroke: palette.fault("partition"), width: 1.2, dash: [3, 2] },
          { label: "max", stroke: palette.muted, width: 1, dash: [2, 3] },
        ]}
      />
      <Plot
        {...common}
        title="Completions a second, by outcome"
        columns={fixed.rate}
        scale="from-zero"
        height={160}
        lines={(palette) => [
          { label: "ok", stroke: palette.ok, width: 2 },
          { label: "failed", stroke: palette.fail, width: 1.5, dash: [6, 3] },
          { label: "unknown", stroke: palette.info, width: 1.5, dash: [2, 3] },
        ]}
      />
      <Plot
        {...common}
        title="Operations under way"
        columns={fixed.open}
        scale="from-zero"
        height={130}
        lines={(palette) => [{ label: "open", stroke: palette.ok, width: 1.5 }]}
      />
      {hasNodePlots(view) && <NodePlots data={data} {...common} />}
    </section>
  );
}

/** A single node that traced no state of its own has nothing to plot. */
function hasNodePlots({ nodes }: PageData["view"]): boolean {
  return nodes.length > 1
    ? nodes.some(({ roles }) => roles.length > 0)
    : nodes.some(({ commits }) => commits.length > 0);
}

/** Fewer of the steps in which rates and quantiles are counted make no picture. */
const stepsMin = 24;

function widened(viewport: Viewport, { series, endNs }: PageData["view"]): Viewport {
  const [first = 0, second = 0] = series.at;
  const span = Math.min(endNs, stepsMin * (second - first) * 1e9);
  const { from, to } = viewport;
  return to - from >= span ? viewport : zoom(viewport, span / (to - from), (from + to) / 2, endNs);
}

type Common = Pick<Parameters<typeof Plot>[0], "bands" | "window">;

function Scatter({ data, ...common }: Common & { readonly data: PageData }): VNode {
  const { table, isRead } = data;
  const sample = useMemo(() => (isRead ? sampleLatency(table, scatterMax) : null), [table, isRead]);
  const columns = useMemo(
    () => (sample === null ? null : () => scatterColumns(table, sample)),
    [table, sample],
  );
  return (
    <Plot
      {...common}
      title="Latency of each operation, milliseconds, logarithmic"
      note={sample === null ? null : shareOf(sample)}
      columns={columns}
      scale="log"
      height={230}
      overlay={drawScatter}
      lines={(palette) => [
        { label: "● ok", stroke: palette.ok, paths: () => null },
        { label: "□ failed", stroke: palette.fail, paths: () => null },
        { label: "▲ unknown", stroke: palette.info, paths: () => null },
      ]}
    />
  );
}

function shareOf({ rows, answered }: Sample): string {
  const drawn = formatCount(rows.length);
  return rows.length === answered
    ? `all ${drawn} that ended`
    : `${drawn} of ${formatCount(answered)} that ended: the slowest, and evenly of the others`;
}

/** What the nodes' traces tell; their places are kept free until those are read. */
function NodePlots({ data, ...common }: Common & { readonly data: PageData }): VNode {
  const { view, inside } = data;
  const clocks = useMemo(
    () => (inside === null ? null : () => clockColumns(inside)),
    [inside], //
  );
  const lags = useMemo(
    () => (inside === null ? null : () => lagColumns(inside, view.nodes, view.endNs)),
    [inside, view],
  );
  const lines = (palette: Palette) =>
    view.nodes.map(({ node }, place) => nodeLine(node, place, palette));
  return (
    <>
      <Plot
        {...common}
        title="Wall clock of each node ahead of the run's, milliseconds, as its trace shows it"
        columns={clocks}
        scale="free"
        height={160}
        lines={(palette) => lines(palette).map((line) => ({ ...line, spanGaps: true }))}
      />
      {/* One node lags behind nobody. */}
      {view.nodes.length > 1 && (
        <Plot
          {...common}
          title="Entries by which the log of each node ended before the leader's"
          columns={lags}
          scale="from-zero"
          height={160}
          lines={lines}
        />
      )}
    </>
  );
}

const dashes: readonly number[][] = [[], [6, 3], [2, 3], [8, 3, 2, 3], [12, 3], [1, 2], [4, 4]];

function nodeLine(node: string, place: number, palette: Palette): uPlot.Series {
  const { ok, info, fail, ink, fault } = palette;
  const colours = [ok, info, fault("partition"), fault("pause"), fail, fault("clock"), ink];
  const dash = dashes[place % dashes.length] ?? [];
  const stroke = colours[place % colours.length] ?? ink;
  return { label: node, stroke, width: 1.5, ...(dash.length > 0 && { dash }) };
}
