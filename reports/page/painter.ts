import { drawScene } from "./draw.ts";
import { drawHighlights } from "./draw-highlights.ts";
import { operationPainter } from "./draw-operations.ts";
import type { Observable } from "./observable.ts";
import { onPaletteChange, readPalette } from "./palette.ts";
import type { Highlights, Scene } from "./scene.ts";
import { letteredNow, markedNow, momentNow, type Timeline } from "./timeline-model.ts";

/** What the pointer is on. */
export type Pointer = Observable<Highlights["pointer"]>;

/**
 * Keeps the canvas up to date, drawn at most once a frame. No component renders meanwhile. Returns
 * what ends it.
 */
export function keepPainted(
  timeline: Timeline,
  canvas: HTMLCanvasElement,
  pointer: Pointer,
): () => void {
  // Opaque: cheaper to put on the screen.
  const context = canvas.getContext("2d", { alpha: false });
  if (context === null) return () => {};
  const operations = operationPainter();
  let palette = readPalette();
  let width = 0;
  let frame = 0;

  const paint = () => {
    frame = 0;
    if (width === 0) return;
    const scene = sceneOf(timeline, width, palette);
    drawScene(context, scene, operations);
    drawHighlights(context, scene, highlightsOf(timeline, pointer));
  };
  const request = () => {
    if (frame === 0) frame = requestAnimationFrame(paint);
  };
  const resize = () => {
    width = canvas.clientWidth;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(timeline.layout.height * devicePixelRatio);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    cancelAnimationFrame(frame);
    // At once: a canvas that was resized is empty.
    paint();
  };
  const observer = new ResizeObserver(resize);
  observer.observe(canvas);
  const ends = [
    timeline.state.subscribe(request),
    timeline.matches.subscribe(request),
    pointer.subscribe(request),
    onPaletteChange(() => {
      palette = readPalette();
      request();
    }),
    () => observer.disconnect(),
    () => cancelAnimationFrame(frame),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function sceneOf(timeline: Timeline, width: number, palette: Scene["palette"]): Scene {
  const { data, summary, leaders, layout, state, matches } = timeline;
  const { viewport, filter } = state.get();
  const { mask } = matches.get();
  const isHidden = filter.others === "hidden";
  const { view, table, inside } = data;
  return {
    view,
    table,
    summary,
    inside,
    leaders,
    layout,
    viewport,
    width,
    palette,
    mask,
    isHidden,
    lettered: letteredNow(timeline),
  };
}

function highlightsOf(timeline: Timeline, pointer: Pointer): Highlights {
  const { selected, stretch } = timeline.state.get();
  return {
    selected,
    stretch,
    pointer: pointer.get(),
    marked: markedNow(timeline),
    moment: momentNow(timeline),
  };
}
