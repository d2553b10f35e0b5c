import { gutter, toTime } from "./layout.ts";
import type { Moves } from "./timeline-moves.ts";
import { pan, type Viewport } from "./viewport.ts";

const clickReachPx = 3;
/** How much a turn of the wheel by one pixel zooms. */
const wheelStep = 1.002;

export type Surface = {
  readonly canvas: HTMLCanvasElement;
  readonly moves: Moves;
  readonly endNs: number;
  readonly viewport: () => Viewport;
  readonly onHover: (point: { readonly x: number; readonly y: number } | null) => void;
  readonly onClick: (point: { readonly x: number; readonly y: number }) => void;
};

type Held = {
  readonly kind: "pan" | "mark";
  readonly x: number;
  readonly start: Viewport;
  isMoved: boolean;
};

/**
 * Moves by dragging, marks a stretch by dragging with Shift, zooms by two fingers and by the wheel,
 * and tells these from hovering and clicking. Returns what ends it.
 */
export function followGestures(surface: Surface): () => void {
  const { canvas } = surface;
  const stop = new AbortController();
  const fingers = new Map<number, number>();
  let held: Held | null = null;

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event.offsetX);
    const kind = event.shiftKey ? "mark" : "pan";
    held = { kind, x: event.offsetX, start: surface.viewport(), isMoved: fingers.size > 1 };
  };
  const move = (event: PointerEvent) => {
    if (fingers.size === 2 && fingers.has(event.pointerId)) {
      pinch(surface, fingers, event);
      return;
    }
    if (held === null) {
      surface.onHover({ x: event.offsetX, y: event.offsetY });
      return;
    }
    held.isMoved ||= Math.abs(event.offsetX - held.x) > clickReachPx;
    if (!held.isMoved) return;
    surface.onHover(null);
    drag(surface, held, event.offsetX);
  };
  const up = (event: PointerEvent) => {
    fingers.delete(event.pointerId);
    if (held?.isMoved === false && event.type === "pointerup") {
      surface.onClick({ x: event.offsetX, y: event.offsetY });
    }
    held = null;
  };
  const listen = { signal: stop.signal };
  canvas.addEventListener("pointerdown", down, listen);
  canvas.addEventListener("pointermove", move, listen);
  canvas.addEventListener("pointerup", up, listen);
  canvas.addEventListener("pointercancel", up, listen);
  canvas.addEventListener("pointerleave", () => surface.onHover(null), listen);
  canvas.addEventListener("dblclick", (event) => zoomAt(surface, 0.4, event.offsetX), listen);
  const wheel = (event: WheelEvent) => turn(surface, event);
  // Not passive: the page must not scroll as well.
  canvas.addEventListener("wheel", wheel, { signal: stop.signal, passive: false });
  return () => stop.abort();
}

function widthOf({ canvas }: Surface): number {
  return canvas.clientWidth;
}

function drag(surface: Surface, { kind, x, start }: Held, nowX: number): void {
  const width = widthOf(surface);
  const perPixel = (start.to - start.from) / (width - gutter);
  if (kind === "pan") {
    surface.moves.show(pan(start, (x - nowX) * perPixel, surface.endNs));
    return;
  }
  const at = (px: number) =>
    Math.max(0, Math.min(surface.endNs, toTime(Math.max(gutter, px), start, width)));
  const [from, to] = [at(Math.min(x, nowX)), at(Math.max(x, nowX))];
  if (from < to) surface.moves.mark({ from: Math.round(from), to: Math.round(to) });
}

/** Keeps under two fingers what is under them. */
function pinch(surface: Surface, fingers: Map<number, number>, event: PointerEvent): void {
  const [first = 0, second = 0] = [...fingers.values()];
  fingers.set(event.pointerId, event.offsetX);
  const [nextFirst = 0, nextSecond = 0] = [...fingers.values()];
  const before = Math.max(10, Math.abs(second - first));
  const after = Math.max(10, Math.abs(nextSecond - nextFirst));
  const shown = surface.viewport();
  const width = widthOf(surface);
  const middle = toTime((nextFirst + nextSecond) / 2, shown, width);
  const moved = toTime((first + second) / 2, shown, width) - middle;
  surface.moves.show(pan(shown, moved, surface.endNs));
  surface.moves.scale(before / after, middle);
}

/**
 * Zooms while the canvas has the focus or Ctrl is held (which is also how browsers tell of a pinch on a
 * touchpad), moves when it turns sideways; else the page scrolls.
 */
function turn(surface: Surface, event: WheelEvent): void {
  const isZoom = event.ctrlKey || event.metaKey || document.activeElement === surface.canvas;
  const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!(isSideways || isZoom)) return;
  event.preventDefault();
  const { deltaX, deltaY } = event;
  if (isSideways) surface.moves.move((deltaX || deltaY) / (widthOf(surface) - gutter));
  // A pinch on a touchpad turns by a few pixels where a wheel turns by a hundred.
  else zoomAt(surface, wheelStep ** (event.ctrlKey ? 4 * deltaY : deltaY), event.offsetX);
}

function zoomAt(surface: Surface, factor: number, x: number): void {
  surface.moves.scale(factor, toTime(x, surface.viewport(), widthOf(surface)));
}
