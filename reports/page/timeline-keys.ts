import type { Moves } from "./timeline-moves.ts";

const keyPan = 0.15;
export const keyZoom = 0.6;

/** What the keys do while the timeline has the focus, as it is told to readers. */
export const keyHelp: readonly (readonly [keys: string, does: string])[] = [
  ["← →", "move"],
  ["↑ ↓ or + −", "zoom"],
  ["0", "whole run"],
  ["a", "anomaly"],
  ["n p", "next, previous operation of the lane"],
  ["N P", "next, previous match"],
  ["m", "mark what is shown"],
  ["z", "zoom to the mark"],
  ["Esc", "drop the mark, then the selection"],
  ["/", "search"],
];

/** Does what a key stands for; leaves all other keys to the browser. */
export function onKey(
  event: KeyboardEvent,
  moves: Moves,
  more: { readonly search: () => void; readonly mark: () => void },
): void {
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
    ["N", () => moves.stepMatch(1)],
    ["P", () => moves.stepMatch(-1)],
    ["m", more.mark],
    ["z", moves.zoomToStretch],
    ["/", more.search],
    ["Escape", moves.escape],
  ]);
  const action = actions.get(event.key);
  if (action === undefined) return;
  event.preventDefault();
  action();
}
