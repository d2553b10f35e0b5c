import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LaidOperation } from "../operations.ts";
import type { PageData } from "./data.ts";
import { drawScene } from "./draw.ts";
import { byLane, gutter, type Layout, layOut, toTime } from "./layout.ts";
import { OperationDetails } from "./operation-details.tsx";
import { onPaletteChange, type Palette, readPalette } from "./palette.ts";
import { type Pointed, pointAt, Tooltip } from "./pointing.tsx";
import type { Scene } from "./scene.ts";
import { TimelineBar } from "./timeline-bar.tsx";
import { type Moves, onKey, useDrag, useWheel } from "./timeline-input.ts";
import { frame, pan, type Viewport, zoom } from "./viewport.ts";

type Props = {
  readonly data: PageData;
  /** Operations of the anomaly shown above, the culprit first. */
  readonly marked: readonly number[];
  readonly selected: number | null;
  readonly onSelect: (index: number | null) => void;
};

const help =
  "Timeline of clients, nodes and faults. Arrow keys move and zoom, n and p step through " +
  "operations, a jumps to the anomaly, 0 shows the whole run.";

/** Every operation, node and fault on one time axis. */
export function Timeline({ data, marked, selected, onSelect }: Props): VNode {
  const { view } = data;
  const canvas = useRef<HTMLCanvasElement>(null);
  const { layout, lanes, byIndex } = useMemo(() => index(data), [data]);
  const [viewport, setViewport] = useState<Viewport>({ from: 0, to: view.endNs });
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [key, setKey] = useState("");
  const width = useWidth(canvas);
  const palette = usePalette();
  const chosen = selected === null ? undefined : byIndex.get(selected);
  const shown = { view, lanes, layout, viewport, width };
  const moves = movesOf({
    props: { data, marked, selected, onSelect },
    lanes,
    byIndex,
    setViewport,
  });

  useReveal(chosen, viewport, view.endNs, setViewport);
  const highlight = { selected, marked, hovered: pointed?.operation?.index ?? null };
  useDrawing(canvas, { ...shown, ...highlight, palette, key: key === "" ? null : key });
  useWheel(canvas, moves, shown);
  const drag = useDrag(viewport, {
    drag: (deltaPx, start) => {
      setPointed(null);
      const perPixel = (start.to - start.from) / (width - gutter);
      setViewport(pan(start, -deltaPx * perPixel, view.endNs));
    },
    hover: (x, y) => setPointed(pointAt({ x, y }, shown)),
    click: (x, y) => onSelect(pointAt({ x, y }, shown)?.operation?.index ?? null),
  });

  return (
    <section id="timeline" aria-labelledby="timeline-title">
      <TimelineBar
        moves={moves}
        hasAnomaly={marked.length > 0}
        highlightedKey={key}
        onKey={setKey}
      />
      <div class="canvas-box">
        <canvas
          ref={canvas}
          tabIndex={0}
          aria-label={help}
          style={{ height: `${layout.height}px` }}
          data-from={viewport.from}
          data-to={viewport.to}
          onKeyDown={(event) => onKey(event, moves)}
          onPointerLeave={() => setPointed(null)}
          onDblClick={(event) => moves.scale(0.4, toTime(event.offsetX, viewport, width))}
          {...drag}
        />
        {pointed !== null && <Tooltip pointed={pointed} width={width} />}
      </div>
      <p class="hint">
        Drag to move. Click it, then turn the wheel to zoom (or Ctrl and the wheel). Keys: ← → move,
        ↑ ↓ zoom, n p next and previous operation, a anomaly, 0 whole run.
      </p>
      <OperationDetails operation={chosen} />
    </section>
  );
}

type Index = {
  readonly layout: Layout;
  readonly lanes: readonly (readonly LaidOperation[])[];
  readonly byIndex: ReadonlyMap<number, LaidOperation>;
};

function index({ view, table }: PageData): Index {
  const operations = Array.from({ length: table.size }, (_, row) => table.at(row));
  return {
    layout: layOut(view),
    lanes: byLane(operations, view.laneCount),
    byIndex: new Map(operations.map((operation) => [operation.index, operation])),
  };
}

function movesOf(
  parts: Pick<Index, "lanes" | "byIndex"> & {
    readonly props: Props;
    readonly setViewport: (change: (current: Viewport) => Viewport) => void;
  },
): Moves {
  const { props, lanes, byIndex, setViewport } = parts;
  const { marked, onSelect } = props;
  const { endNs } = props.data.view;
  return {
    move: (share) => setViewport((now) => pan(now, share * (now.to - now.from), endNs)),
    scale: (factor, anchor) =>
      setViewport((now) => zoom(now, factor, anchor ?? (now.from + now.to) / 2, endNs)),
    fit: () => setViewport(() => ({ from: 0, to: endNs })),
    jump: () => {
      const found = marked.map((name) => byIndex.get(name)).filter((op) => op !== undefined);
      if (found.length === 0) return;
      const from = Math.min(...found.map(({ call }) => call));
      const to = Math.max(...found.map((op) => op.return ?? op.call));
      setViewport(() => frame(from, to, endNs));
      onSelect(marked[0] ?? null);
    },
    step: (by) => {
      const chosen = byIndex.get(props.selected ?? -1);
      const lane = lanes[chosen?.lane ?? 0] ?? [];
      const position = (chosen === undefined ? -1 : lane.indexOf(chosen)) + by;
      onSelect(lane[Math.max(0, Math.min(lane.length - 1, position))]?.index ?? null);
    },
    deselect: () => onSelect(null),
  };
}

/** Brings a selection into view that came from elsewhere: the address, a list, a step. */
function useReveal(
  chosen: LaidOperation | undefined,
  viewport: Viewport,
  endNs: number,
  setViewport: (viewport: Viewport) => void,
): void {
  useEffect(() => {
    if (chosen === undefined) return;
    const end = chosen.return ?? chosen.call;
    const isInside = chosen.call >= viewport.from && end <= viewport.to;
    const isVisible = (viewport.to - viewport.from) / 400 < (chosen.return ?? endNs) - chosen.call;
    if (!(isInside && isVisible)) setViewport(frame(chosen.call, end, endNs));
  }, [chosen]);
}

function useDrawing(canvas: { readonly current: HTMLCanvasElement | null }, scene: Scene): void {
  const { view, lanes, layout, viewport, width, palette, selected, hovered, marked, key } = scene;
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || width === 0) return;
    element.width = width * devicePixelRatio;
    element.height = layout.height * devicePixelRatio;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    drawScene(context, scene);
  }, [view, lanes, layout, viewport, width, palette, selected, hovered, marked, key]);
}

function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const observer = new ResizeObserver(() => setWidth(target.clientWidth));
    observer.observe(target);
    return () => observer.disconnect();
  }, []);
  return width;
}

function usePalette(): Palette {
  const [palette, setPalette] = useState(readPalette);
  useEffect(() => onPaletteChange(() => setPalette(readPalette())), []);
  return palette;
}
