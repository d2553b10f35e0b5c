import type { Clock, Timer } from "../env/env.ts";
import type { Core, Life } from "./life.ts";
import type { SimEvent } from "./schedule.ts";
import { wallMsAt } from "./sim-node.ts";

/**
 * A call that is due: of an incarnation's code (its start, a timer, its disk), or of nobody's. One class
 * for all: the schedule meets few kinds of events, and the engine calls each of them directly.
 */
export class Call implements SimEvent, Timer {
  place = -1;
  readonly #core: Core;
  readonly #life: Life | null;
  readonly #run: () => void;

  constructor(core: Core, life: Life | null, run: () => void) {
    this.#core = core;
    this.#life = life;
    this.#run = run;
  }

  /** An incarnation's code runs never after its end, and only while it is not paused. */
  fire(): void {
    const life = this.#life;
    if (life === null) {
      this.#run();
      return;
    }
    if (!life.isAlive) return;
    if (life.isPaused) {
      life.deferred.push(this);
      return;
    }
    const core = this.#core;
    core.running = life;
    this.#run();
    core.running = null;
  }

  cancel(): void {
    this.#core.schedule.cancel(this);
  }
}

/** The clock of one incarnation: it may drift, and its timers with it. */
export function nodeClock(core: Core, life: Life): Clock {
  const { node } = life;
  const { schedule } = core;
  return {
    now: () => node.nowNs(),
    wallMs: () => node.wallMs(),
    setTimer: (delayMs, onTimer) => {
      const timer = new Call(core, life, onTimer);
      if (life.isAlive) schedule.add((delayMs * 1e6) / node.rate, timer);
      return timer;
    },
  };
}

/** The clock of clients, the nemesis and the recorder. */
export function trueClock(core: Core): Clock {
  const { schedule } = core;
  return {
    now: () => schedule.nowNs,
    wallMs: () => wallMsAt(schedule.nowNs),
    setTimer: (delayMs, onTimer) => addCall(core, delayMs * 1e6, onTimer),
  };
}

export function addCall(core: Core, delayNs: number, run: () => void): Timer {
  const call = new Call(core, null, run);
  core.schedule.add(delayNs, call);
  return call;
}
