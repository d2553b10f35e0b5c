import { ownerOfLine } from "../line-owner.ts";
import { hashOfState, namesViewport, stateOfHash } from "./hash.ts";
import type { Timeline } from "./timeline-model.ts";
import type { Moves } from "./timeline-moves.ts";
import { initialState, type TimelineState } from "./timeline-state.ts";

/** Browsers refuse addresses that change more often. */
const glideMs = 250;
/** Choices that follow each other this fast are one step of the browser's history. */
const burstMs = 500;

/**
 * Keeps the address and the timeline the same, both ways. A choice is a step that "back" takes back;
 * moving and zooming only bring the newest step up to date. Returns what ends it.
 */
export function followAddress(timeline: Timeline, moves: Moves): () => void {
  const { state, data } = timeline;
  const run = data.view;
  let written = location.hash;
  let lastStep = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const write = (isStep: boolean) => {
    clearTimeout(timer);
    const hash = hashOfState(state.get(), run);
    if (hash === written) return;
    const address = hash === "" ? location.pathname + location.search : hash;
    if (isStep) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    written = hash;
  };
  const read = () => {
    if (location.hash === written && written !== "") return;
    written = location.hash;
    clearTimeout(timer);
    const named = location.hash === "" ? initialState(run) : stateOfHash(location.hash, run);
    if (named === null) return;
    const { selected } = named;
    const next = {
      ...named,
      selected: selected === null ? null : ownerOfLine(data.table, selected),
    };
    state.set(next);
    if (!namesViewport(location.hash)) moves.select(next.selected);
    // What was read is not a new step.
    write(false);
  };
  const stop = state.subscribe((now, before) => {
    if (isGlide(now, before)) {
      clearTimeout(timer);
      timer = setTimeout(() => write(false), glideMs);
      return;
    }
    const at = performance.now();
    write(at - lastStep > burstMs);
    lastStep = at;
  });
  if (stateOfHash(location.hash, run) !== null) {
    written = "";
    read();
  }
  addEventListener("popstate", read);
  addEventListener("hashchange", read);
  return () => {
    stop();
    clearTimeout(timer);
    removeEventListener("popstate", read);
    removeEventListener("hashchange", read);
  };
}

/** Whether nothing but the viewport changed. */
function isGlide(now: TimelineState, before: TimelineState): boolean {
  return (Object.keys(now) as (keyof TimelineState)[]).every(
    (name) => name === "viewport" || now[name] === before[name],
  );
}
