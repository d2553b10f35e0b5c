import type { Timer } from "../env.ts";

/** Thrown where a node ends itself: the rest of the world goes on. */
export class Fatal extends Error {}

type Event = { readonly at: number; readonly order: number; run: (() => void) | null };

/** Virtual time in whole nanoseconds, from 0. */
export type Schedule = {
  now(): number;
  after(delayNs: number, run: () => void): Timer;
  run(ms: number): void;
};

/** Events in the order of their time, then of their making. */
export function createSchedule(): Schedule {
  let nowNs = 0;
  let order = 0;
  const events: Event[] = [];

  const isBefore = (a: Event, b: Event): boolean =>
    a.at < b.at || (a.at === b.at && a.order < b.order);

  function insert(event: Event): void {
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(events[middle] as Event, event)) high = middle;
      else low = middle + 1;
    }
    events.splice(low, 0, event);
  }

  return {
    now: () => nowNs,
    after: (delayNs, run) => {
      const event: Event = { at: nowNs + delayNs, order: order++, run };
      insert(event);
      return {
        cancel: () => {
          event.run = null;
        },
      };
    },
    run: (ms) => {
      const until = nowNs + ms * 1e6;
      for (let event = events.at(-1); event !== undefined && event.at <= until; ) {
        events.pop();
        nowNs = event.at;
        try {
          event.run?.();
        } catch (error) {
          if (!(error instanceof Fatal)) throw error;
        }
        event = events.at(-1);
      }
      nowNs = until;
    },
  };
}
