import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { formatMoment } from "../describe.ts";
import { drawOverview, overviewHeight } from "./draw-overview.ts";
import { toTime, toX } from "./overview-scale.ts";
import { onPaletteChange, readPalette } from "./palette.ts";
import { markedNow, momentNow, type Timeline } from "./timeline-model.ts";
import type { Moves } from "./timeline-moves.ts";
import { moveEnd, pan, type Viewport } from "./viewport.ts";

type Props = { readonly timeline: Timeline; readonly moves: Moves };
type Part = "from" | "to" | "middle";

const titles: Readonly<Record<Part, string>> = {
  from: "Start of what is shown",
  to: "End of what is shown",
  middle: "What is shown",
};

/** The whole run in a strip, with a brush over what the timeline shows: drag its edges or its middle. */
export function Overview({ timeline, moves }: Props): VNode {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current === null) return;
    const ends = [keepDrawn(timeline, box.current), keepBrush(timeline, box.current)];
    return () => {
      for (const end of ends) end();
    };
  }, [timeline]);
  const drag = useBrushDrag(timeline, moves, box);
  return (
    <div class="overview" ref={box} style={{ height: `${overviewHeight}px` }} {...drag}>
      <canvas />
      <div class="veil before" />
      <div class="veil after" />
      {(["middle", "from", "to"] as const).map((part) => (
        <div
          key={part}
          class={`grip ${part}`}
          data-part={part}
          role="slider"
          tabIndex={0}
          aria-label={titles[part]}
          aria-valuemin={0}
          aria-valuenow={0}
          aria-valuemax={timeline.data.view.endNs / 1e9}
          onKeyDown={(event) => onBrushKey(event, part, timeline, moves)}
        />
      ))}
    </div>
  );
}

/** Draws again when what it shows changes: never while the timeline only moves. */
function keepDrawn(timeline: Timeline, box: HTMLElement): () => void {
  const canvas = box.querySelector("canvas");
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return () => {};
  let frame = 0;
  const draw = () => {
    frame = 0;
    const width = box.clientWidth;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(overviewHeight * devicePixelRatio);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    drawOverview(context, timeline, {
      width,
      palette: readPalette(),
      marked: markedNow(timeline),
      moment: momentNow(timeline),
    });
  };
  const request = () => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const observer = new ResizeObserver(request);
  observer.observe(box);
  const ends = [
    timeline.matches.subscribe(request),
    timeline.state.subscribe((now, before) => {
      if (now.anomaly !== before.anomaly) request();
    }),
    onPaletteChange(request),
    () => observer.disconnect(),
    () => cancelAnimationFrame(frame),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Moves the brush by transforms alone: nothing is rendered, laid out or painted while the timeline moves. */
function keepBrush({ state, data }: Timeline, box: HTMLElement): () => void {
  const { endNs } = data.view;
  const moved = (name: string) => box.querySelector<HTMLElement>(`.${name}`)?.style;
  const [before, after] = [moved("veil.before"), moved("veil.after")];
  const [from, middle, to] = [moved("grip.from"), moved("grip.middle"), moved("grip.to")];
  let width = 0;
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const place = () => {
    frame = 0;
    const { viewport } = state.get();
    const scale = { width, endNs };
    const start = toX(viewport.from, scale);
    const end = Math.max(start + brushWidthMin, toX(viewport.to, scale));
    if (before !== undefined) before.transform = `translateX(${start - width}px)`;
    if (after !== undefined) after.transform = `translateX(${end}px)`;
    if (from !== undefined) from.transform = `translateX(${start}px)`;
    if (to !== undefined) to.transform = `translateX(${end}px)`;
    if (middle !== undefined) {
      middle.transform = `translateX(${start}px) scaleX(${(end - start) / width})`;
    }
  };
  const observer = new ResizeObserver(() => {
    width = box.clientWidth;
    if (width > 0) place();
  });
  observer.observe(box);
  const tell = () => tellBrush(box, state.get().viewport);
  tell();
  const stop = state.subscribe((now, before) => {
    if (now.viewport === before.viewport) return;
    if (frame === 0) frame = requestAnimationFrame(place);
    clearTimeout(timer);
    timer = setTimeout(tell, tellMs);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    observer.disconnect();
    stop();
  };
}

const brushWidthMin = 2;
/** Nobody listens to a new value 60 times a second. */
const tellMs = 100;

function tellBrush(box: HTMLElement, { from, to }: Viewport): void {
  for (const grip of box.querySelectorAll<HTMLElement>(".grip")) {
    const part = grip.dataset["part"];
    const at = part === "to" ? to : from;
    const both = `${formatMoment(from, 3)} to ${formatMoment(to, 3)}`;
    grip.setAttribute("aria-valuenow", String(at / 1e9));
    grip.setAttribute("aria-valuetext", part === "middle" ? both : formatMoment(at, 3));
  }
}

type Held = { readonly part: Part | "new"; readonly at: number; readonly start: Viewport };

function useBrushDrag(
  timeline: Timeline,
  moves: Moves,
  box: { readonly current: HTMLElement | null },
) {
  const held = useRef<Held | null>(null);
  const { endNs } = timeline.data.view;
  const timeAt = (event: PointerEvent) => {
    const { left = 0, width = 1 } = box.current?.getBoundingClientRect() ?? {};
    return Math.max(0, Math.min(endNs, toTime(event.clientX - left, { width, endNs })));
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0) return;
      const start = timeline.state.get().viewport;
      const at = timeAt(event);
      const isWhole = start.from <= 0 && start.to >= endNs;
      const part = (event.target as HTMLElement).dataset["part"] as Part | undefined;
      // There is nothing to move while all is shown: a stretch is drawn instead.
      held.current = {
        part: part === undefined || (isWhole && part === "middle") ? "new" : part,
        at,
        start,
      };
      box.current?.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent) => {
      if (held.current === null) return;
      const { part, at, start } = held.current;
      const now = timeAt(event);
      if (part === "middle") moves.show(pan(start, now - at, endNs));
      else if (part !== "new") moves.show(moveEnd(start, part, now, endNs));
      else if (Math.abs(now - at) > endNs / 500) {
        const [from, to] = [Math.min(at, now), Math.max(at, now)];
        moves.show(moveEnd({ from, to }, "to", to, endNs));
      }
    },
    onPointerUp: (event: PointerEvent) => {
      const drag = held.current;
      held.current = null;
      if (drag?.part !== "new" || Math.abs(timeAt(event) - drag.at) > endNs / 500) return;
      // A click brings the brush there.
      const { from, to } = drag.start;
      moves.show(pan(drag.start, drag.at - (from + to) / 2, endNs));
    },
    onPointerCancel: () => {
      held.current = null;
    },
  };
}

const keyStep = 0.1;

function onBrushKey(event: KeyboardEvent, part: Part, timeline: Timeline, moves: Moves): void {
  const { endNs } = timeline.data.view;
  const { viewport } = timeline.state.get();
  const step = (viewport.to - viewport.from) * keyStep;
  const by = new Map([
    ["ArrowLeft", -step],
    ["ArrowDown", -step],
    ["ArrowRight", step],
    ["ArrowUp", step],
    ["PageUp", 5 * step],
    ["PageDown", -5 * step],
    ["Home", -endNs],
    ["End", endNs],
  ]).get(event.key);
  if (by === undefined) return;
  event.preventDefault();
  if (part === "middle") moves.show(pan(viewport, by, endNs));
  else moves.show(moveEnd(viewport, part, viewport[part] + by, endNs));
}
