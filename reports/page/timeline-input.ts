import { useEffect, useRef } from "preact/hooks";
import { gutter, toTime } from "./layout.ts";
import type { Viewport } from "./viewport.ts";

type Element = { readonly current: HTMLCanvasElement | null };

/** What the pointer and the keys can do to the timeline. */
export type Moves = {
  /** By a share of what is shown; to the right if positive. */
  readonly move: (share: number) => void;
  /** Below 1 = closer; around the middle without an anchor. */
  readonly scale: (factor: number, anchor?: number) => void;
  readonly fit: () => void;
  readonly jump: () => void;
  /** Selects the operation so many places on in the same lane. */
  readonly step: (by: number) => void;
  readonly deselect: () => void;
};

const keyPan = 0.15;
export const keyZoom = 0.6;

/** Does what a key stands for; leaves all other keys to the browser. */
export function onKey(event: KeyboardEvent, moves: Moves): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const actions = new Map<string, () => void>([
    ["ArrowLeft", () => moves.move(-keyPan)],
    ["ArrowRight", () => moves.move(keyPan)],
    ["ArrowUp", () => moves.scale(keyZoom)],
    ["ArrowDown", () => moves.scale(1 / keyZoom)],
    ["+", () => moves.scale(keyZoom)],
    ["-", () => moves.scale(1 / keyZoom)],
    ["0", moves.fit],
    ["Home", moves.fit],
    ["a", moves.jump],
    ["n", () => moves.step(1)],
    ["p", () => moves.step(-1)],
    ["Escape", moves.deselect],
  ]);
  const action = actions.get(event.key);
  if (action === undefined) return;
  event.preventDefault();
  action();
}

/**
 * Zooms by wheel while the canvas has the focus or Ctrl is held, moves when it turns sideways; else
 * the page scrolls. Not passive, unlike the framework's listeners: the page must not scroll as well.
 */
export function useWheel(
  canvas: Element,
  moves: Moves,
  shown: { readonly viewport: Viewport; readonly width: number },
): void {
  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent) => {
      const isZoom = event.ctrlKey || event.metaKey || document.activeElement === element;
      const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!(isSideways || isZoom)) return;
      event.preventDefault();
      if (isSideways) moves.move((event.deltaX || event.deltaY) / (shown.width - gutter));
      else moves.scale(1.002 ** event.deltaY, toTime(event.offsetX, shown.viewport, shown.width));
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  });
}

const clickReachPx = 3;

type Drag = {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
};

/** Tells dragging, hovering and clicking apart. */
export function useDrag(
  viewport: Viewport,
  on: {
    /** Pixels to the right of where the drag began, and what was shown there and then. */
    readonly drag: (deltaPx: number, start: Viewport) => void;
    readonly hover: (x: number, y: number) => void;
    readonly click: (x: number, y: number) => void;
  },
): Drag {
  const held = useRef<{ x: number; start: Viewport; isMoved: boolean } | null>(null);
  return {
    onPointerDown: (event) => {
      if (event.target instanceof HTMLCanvasElement) {
        event.target.setPointerCapture(event.pointerId);
      }
      held.current = { x: event.offsetX, start: viewport, isMoved: false };
    },
    onPointerMove: (event) => {
      const drag = held.current;
      if (drag === null) {
        on.hover(event.offsetX, event.offsetY);
        return;
      }
      const deltaPx = event.offsetX - drag.x;
      drag.isMoved ||= Math.abs(deltaPx) > clickReachPx;
      if (drag.isMoved) on.drag(deltaPx, drag.start);
    },
    onPointerUp: (event) => {
      const wasClick = held.current?.isMoved === false;
      held.current = null;
      if (wasClick) on.click(event.offsetX, event.offsetY);
    },
  };
}
