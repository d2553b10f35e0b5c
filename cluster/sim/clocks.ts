import type { Clock, Timer } from "../env/env.ts";
import { type Core, type Life, LifeEvent } from "./life.ts";
import type { Schedule, SimEvent } from "./schedule.ts";
import { wallMsAt } from "./sim-node.ts";

/** A call into a node: its start, a timer. */
export class NodeCall extends LifeEvent implements Timer {
  readonly run: () => void;

  constructor(core: Core, life: Life, run: () => void) {
    super(core, life);
    this.run = run;
  }

  cancel(): void {
    this.core.schedule.cancel(this);
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
      const timer = new NodeCall(core, life, onTimer);
      if (life.isAlive) schedule.add((delayMs * 1e6) / node.rate, timer);
      return timer;
    },
  };
}

/** The clock of clients, the nemesis and the recorder. */
export function trueClock(schedule: Schedule): Clock {
  return {
    now: () => schedule.nowNs,
    wallMs: () => wallMsAt(schedule.nowNs),
    setTimer: (delayMs, onTimer) => addCall(schedule, delayMs * 1e6, onTimer),
  };
}

export function addCall(schedule: Schedule, delayNs: number, run: () => void): Timer {
  const event: SimEvent & Timer = {
    place: -1,
    fire: run,
    cancel: () => schedule.cancel(event),
  };
  schedule.add(delayNs, event);
  return event;
}
