import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { followGestures } from "./gestures.ts";
import { observable } from "./observable.ts";
import { keepPainted, type Pointer } from "./painter.ts";
import { type Pointed, pointAt, Tooltip } from "./pointing.tsx";
import type { Highlights } from "./scene.ts";
import { keyHelp, onKey } from "./timeline-keys.ts";
import { markedNow, type Timeline } from "./timeline-model.ts";
import type { Moves } from "./timeline-moves.ts";

type Props = {
  readonly timeline: Timeline;
  readonly moves: Moves;
  readonly onSearch: () => void;
};

const help = `Timeline of clients, nodes and faults. Keys: ${keyHelp
  .map(([keys, does]) => `${keys} ${does}`)
  .join("; ")}. The table of operations below shows the same to screen readers.`;

/** The picture itself, painted without rendering a component. */
export function TimelineCanvas({ timeline, moves, onSearch }: Props): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointer: Pointer = useMemo(() => observable<Highlights["pointer"]>(null), [timeline]);
  const [pointed, setPointed] = useState<Pointed | null>(null);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const ends = [
      keepPainted(timeline, element, pointer),
      follow(timeline, moves, { canvas: element, pointer, setPointed }),
      tellViewport(timeline, element),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [timeline, moves]);

  const height = `${timeline.layout.height}px`;
  return (
    <div class="canvas-box" style={{ height }}>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it takes keys of its own */}
      <canvas
        id="timeline-canvas"
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-roledescription="timeline"
        aria-label={help}
        onKeyDown={(event) => {
          const mark = () => moves.mark(timeline.state.get().viewport);
          onKey(event, moves, { search: onSearch, mark });
        }}
      />
      {pointed !== null && <Tooltip pointed={pointed} width={canvas.current?.clientWidth ?? 0} />}
    </div>
  );
}

function follow(
  timeline: Timeline,
  moves: Moves,
  to: {
    readonly canvas: HTMLCanvasElement;
    readonly pointer: Pointer;
    readonly setPointed: (pointed: Pointed | null) => void;
  },
): () => void {
  const { canvas, pointer, setPointed } = to;
  const { data, state } = timeline;
  const pick = (point: { readonly x: number; readonly y: number }) =>
    pointAt(point, whereOf(timeline, canvas.clientWidth));
  let frame = 0;
  const stop = followGestures({
    canvas,
    moves,
    endNs: data.view.endNs,
    viewport: () => state.get().viewport,
    onHover: (point) => {
      // Pointers move more often than frames are drawn.
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        const found = point === null ? null : pick(point);
        setPointed(found);
        pointer.set(point === null ? null : { x: point.x, row: found?.row ?? -1 });
      });
    },
    onClick: (point) => {
      const row = pick(point)?.row ?? -1;
      moves.select(row === -1 ? null : (data.table.index[row] as number));
    },
  });
  return () => {
    cancelAnimationFrame(frame);
    stop();
  };
}

function whereOf(timeline: Timeline, width: number) {
  const { data, layout, leaders, state, matches } = timeline;
  const { viewport, filter } = state.get();
  const rows = markedNow(timeline).map((index) => data.table.rowOf(index));
  return {
    ...data,
    layout,
    leaders,
    viewport,
    width,
    mask: matches.get().mask,
    isHidden: filter.others === "hidden",
    markedRows: new Set(rows),
  };
}

/** The viewport as attributes, for programs that look at the page. */
function tellViewport({ state }: Timeline, canvas: HTMLCanvasElement): () => void {
  const tell = () => {
    const { from, to } = state.get().viewport;
    canvas.dataset["from"] = String(from);
    canvas.dataset["to"] = String(to);
  };
  tell();
  return state.subscribe((now, before) => {
    if (now.viewport !== before.viewport) tell();
  });
}
