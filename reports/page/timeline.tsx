import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LaidOperation } from "../columns.ts";
import type { PageData } from "./data.ts";
import { drawScene } from "./draw.ts";
import { byLane, gutter, layOut, toTime } from "./layout.ts";
import { OperationDetails } from "./operation-details.tsx";
import { onPaletteChange, readPalette } from "./palette.ts";
import { isEditable, type Pointed, pointAt, Tooltip } from "./pointing.tsx";
import { frame, pan, type Viewport, zoom } from "./viewport.ts";

type Props = {
  readonly data: PageData;
  /** Operations of the anomaly shown above, the culprit first. */
  readonly marked: readonly number[];
  readonly selected: number | null;
  readonly onSelect: (index: number | null) => void;
};

const keyPan = 0.15;
const keyZoom = 0.6;

/** Every operation, node and fault on one time axis. */
export function Timeline({ data, marked, selected, onSelect }: Props): VNode {
  const { view, operations } = data;
  const { endNs } = view;
  const canvas = useRef<HTMLCanvasElement>(null);
  const layout = useMemo(() => layOut(view), [view]);
  const lanes = useMemo(() => byLane(operations, view.laneCount), [operations, view]);
  const byIndex = useMemo(
    () => new Map(operations.map((operation) => [operation.index, operation])),
    [operations],
  );
  const [viewport, setViewport] = useState<Viewport>({ from: 0, to: endNs });
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [key, setKey] = useState("");
  const width = useWidth(canvas);
  const palette = usePalette();
  const chosen = selected === null ? undefined : byIndex.get(selected);
  const hovered = pointed?.operation?.index ?? null;

  const reveal = (indexes: readonly number[]) => {
    const found = indexes.map((index) => byIndex.get(index)).filter((op) => op !== undefined);
    if (found.length === 0) return;
    const from = Math.min(...found.map(({ call }) => call));
    const to = Math.max(...found.map((op) => op.return ?? op.call));
    setViewport(frame(from, to, endNs));
  };
  const select = (operation: LaidOperation | undefined) => onSelect(operation?.index ?? null);
  const jump = () => {
    reveal(marked);
    select(byIndex.get(marked[0] ?? -1));
  };

  // A selection that comes from elsewhere (the address, a list) is brought into view.
  useEffect(() => {
    if (chosen === undefined) return;
    const isInView = chosen.call >= viewport.from && (chosen.return ?? chosen.call) <= viewport.to;
    const isVisible = (viewport.to - viewport.from) / 400 < (chosen.return ?? endNs) - chosen.call;
    if (!(isInView && isVisible)) reveal([chosen.index]);
  }, [chosen]);

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (canvas.current === null || context === null || context === undefined || width === 0) return;
    const ratio = devicePixelRatio;
    canvas.current.width = width * ratio;
    canvas.current.height = layout.height * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const highlighted = key === "" ? null : key;
    const scene = { view, lanes, layout, viewport, width, palette, selected, hovered, marked };
    drawScene(context, { ...scene, key: highlighted });
  }, [viewport, width, palette, selected, hovered, marked, key, lanes, layout, view]);

  const center = (viewport.from + viewport.to) / 2;
  const scale = (factor: number, anchor = center) =>
    setViewport((current) => zoom(current, factor, anchor, endNs));
  const move = (share: number) =>
    setViewport((current) => pan(current, share * (current.to - current.from), endNs));
  const fit = () => setViewport({ from: 0, to: endNs });

  // Not passive, unlike the listeners that the framework adds: the page must not scroll as well.
  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent) => {
      const isZoom = event.ctrlKey || event.metaKey || document.activeElement === element;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        move((event.deltaX || event.deltaY) / (width - gutter));
      } else if (isZoom) {
        event.preventDefault();
        scale(1.002 ** event.deltaY, toTime(event.offsetX, viewport, width));
      }
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  });

  const step = (by: number) => {
    const lane = lanes[chosen?.lane ?? 0] ?? [];
    const position = chosen === undefined ? -1 : lane.indexOf(chosen);
    select(lane[Math.max(0, Math.min(lane.length - 1, position + by))]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isEditable(event.target)) return;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => move(-keyPan),
      ArrowRight: () => move(keyPan),
      ArrowUp: () => scale(keyZoom),
      ArrowDown: () => scale(1 / keyZoom),
      "+": () => scale(keyZoom),
      "-": () => scale(1 / keyZoom),
      "0": fit,
      Home: fit,
      a: jump,
      n: () => step(1),
      p: () => step(-1),
      Escape: () => select(undefined),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };

  const drag = useRef<{ x: number; from: Viewport; moved: boolean } | null>(null);
  const onPointerDown = (event: PointerEvent) => {
    canvas.current?.setPointerCapture(event.pointerId);
    drag.current = { x: event.offsetX, from: viewport, moved: false };
  };
  const onPointerMove = (event: PointerEvent) => {
    const { offsetX: x, offsetY: y } = event;
    const held = drag.current;
    if (held === null) {
      setPointed(pointAt({ x, y }, { view, lanes, layout, viewport, width }));
      return;
    }
    if (Math.abs(x - held.x) > 3) held.moved = true;
    if (!held.moved) return;
    setPointed(null);
    const perPixel = (held.from.to - held.from.from) / (width - gutter);
    setViewport(pan(held.from, (held.x - x) * perPixel, endNs));
  };
  const onPointerUp = (event: PointerEvent) => {
    const held = drag.current;
    drag.current = null;
    if (held === null || held.moved) return;
    const { offsetX: x, offsetY: y } = event;
    select(pointAt({ x, y }, { view, lanes, layout, viewport, width })?.operation);
  };

  return (
    <section id="timeline" aria-labelledby="timeline-title">
      <div class="bar">
        <h2 id="timeline-title">Timeline</h2>
        <Legend />
        <span class="tools">
          <label>
            key{" "}
            <input
              type="text"
              size={8}
              value={key}
              onInput={(e) => setKey(e.currentTarget.value)}
            />
          </label>
          {marked.length > 0 && (
            <button type="button" class="jump" onClick={jump}>
              Jump to anomaly
            </button>
          )}
          <button type="button" aria-label="Zoom in" onClick={() => scale(keyZoom)}>
            +
          </button>
          <button type="button" aria-label="Zoom out" onClick={() => scale(1 / keyZoom)}>
            −
          </button>
          <button type="button" onClick={fit}>
            Whole run
          </button>
        </span>
      </div>
      <div class="canvas-box">
        <canvas
          ref={canvas}
          tabIndex={0}
          aria-label="Timeline of clients, nodes and faults. Arrow keys move and zoom, n and p step through operations, a jumps to the anomaly, 0 shows the whole run."
          style={{ height: `${layout.height}px` }}
          data-from={viewport.from}
          data-to={viewport.to}
          onKeyDown={onKeyDown}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerUp}
          onPointerLeave={() => setPointed(null)}
          onDblClick={(event) => scale(0.4, toTime(event.offsetX, viewport, width))}
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

function Legend() {
  return (
    <ul class="legend" aria-label="Legend">
      <li>
        <i class="swatch ok" /> ok
      </li>
      <li>
        <i class="swatch fail" /> failed
      </li>
      <li>
        <i class="swatch info" /> outcome unknown
      </li>
      <li>
        <i class="swatch culprit" /> anomaly
      </li>
    </ul>
  );
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

function usePalette() {
  const [palette, setPalette] = useState(readPalette);
  useEffect(() => onPaletteChange(() => setPalette(readPalette())), []);
  return palette;
}
