import type { Clock } from "../../cluster/env/env.ts";

/** Stands still until it is told to run; timers fire in order of time, then of asking. */
export type VirtualClock = Clock & {
  /** Runs every timer of the next `ms` milliseconds, those that are set meanwhile included. */
  run(ms: number): void;
};

type Waiting = { readonly at: number; readonly order: number; readonly onTimer: () => void };

export function createVirtualClock(): VirtualClock {
  const wallStartMs = 1_800_000_000_000;
  let now = 0;
  let order = 0;
  const waiting = new Set<Waiting>();

  function nextUntil(end: number): Waiting | undefined {
    let next: Waiting | undefined;
    for (const timer of waiting) {
      if (timer.at > end) continue;
      const isEarlier =
        next === undefined ||
        timer.at < next.at ||
        (timer.at === next.at && timer.order < next.order);
      if (isEarlier) next = timer;
    }
    return next;
  }

  return {
    now: () => now,
    wallMs: () => wallStartMs + now / 1e6,
    setTimer(delayMs, onTimer) {
      order += 1;
      const timer = { at: now + Math.round(delayMs * 1e6), order, onTimer };
      waiting.add(timer);
      return { cancel: () => waiting.delete(timer) };
    },
    run(ms) {
      const end = now + ms * 1e6;
      for (let next = nextUntil(end); next !== undefined; next = nextUntil(end)) {
        waiting.delete(next);
        now = next.at;
        next.onTimer();
      }
      now = end;
    },
  };
}
