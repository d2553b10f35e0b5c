import type { Clock } from "../../env/env.ts";

/** A clock that stands still until `run` takes it from one timer to the next. */
export type VirtualClock = Clock & {
  /** Fires timers in order of time, then of setting, until none is left. */
  run(): void;
};

type Entry = { readonly atNs: number; readonly fire: () => void };

export function createVirtualClock(): VirtualClock {
  let nowNs = 0;
  /** Sorted, latest first. */
  const entries: Entry[] = [];

  function insert(entry: Entry): void {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle]?.atNs ?? 0) > entry.atNs) low = middle + 1;
      else high = middle;
    }
    entries.splice(low, 0, entry);
  }

  return {
    now: () => nowNs,
    wallMs: () => nowNs / 1e6,
    setTimer: (delayMs, onTimer) => {
      const entry = { atNs: nowNs + Math.round(delayMs * 1e6), fire: onTimer };
      insert(entry);
      return {
        cancel: () => {
          const at = entries.indexOf(entry);
          if (at !== -1) entries.splice(at, 1);
        },
      };
    },
    run: () => {
      for (let next = entries.pop(); next !== undefined; next = entries.pop()) {
        nowNs = next.atNs;
        next.fire();
      }
    },
  };
}
