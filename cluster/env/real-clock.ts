import type { Clock, Timer } from "./env.ts";

/**
 * How the wall clock lies: `true + offsetMs` when it was set, then running at `rate` (1 = true).
 */
export type ClockLie = { readonly offsetMs: number; readonly rate: number };

export type RealClock = Clock & { setLie(lie: ClockLie): void };

/** The host's clocks. `now` counts from `originNs`; only `wallMs` can be made to lie. */
export function createClock(originNs: number): RealClock {
  const now = (): number => Number(process.hrtime.bigint()) - originNs;
  let wallMs: () => number = Date.now;

  return {
    now,
    wallMs: () => wallMs(),
    setTimer: (delayMs, onTimer) => setTimer(now, delayMs, onTimer),
    setLie({ offsetMs, rate }) {
      if (offsetMs === 0 && rate === 1) {
        wallMs = Date.now;
        return;
      }
      const setAtNs = now();
      const startMs = Date.now() + offsetMs;
      wallMs = () => startMs + ((now() - setAtNs) / 1e6) * rate;
    },
  };
}

const timeoutMsMax = 2 ** 31 - 1;

/** Node's timers truncate to milliseconds and may fire early: what is left is waited for again. */
function setTimer(now: () => number, delayMs: number, onTimer: () => void): Timer {
  const deadlineNs = now() + delayMs * 1e6;
  let pending = setTimeout(onTimeout, Math.min(Math.ceil(delayMs), timeoutMsMax));

  function onTimeout(): void {
    const leftMs = (deadlineNs - now()) / 1e6;
    if (leftMs <= 0) onTimer();
    else pending = setTimeout(onTimeout, Math.min(Math.ceil(leftMs), timeoutMsMax));
  }
  return { cancel: () => clearTimeout(pending) };
}
