import { type ClockSetting, type CrashPoint, type MessageLoss, noCounters } from "../control.ts";
import type { NodeName } from "../env/env.ts";
import type { SimDisk } from "./disk.ts";
import { type Core, ended, Life } from "./life.ts";
import type { Tally } from "./tally.ts";

export const noLoss: MessageLoss = { requestsPermille: 0, repliesPermille: 0 };

/** The wall clock's lie, as it was set. */
type Lie = { readonly setAtNs: number; readonly startMs: number; readonly rate: number };

/** The true wall clock. */
export function wallMsAt(nowNs: number): number {
  return 1_700_000_000_000 + Math.floor(nowNs / 1e6);
}

/** What of a node outlives its incarnations. */
export class SimNode {
  readonly name: NodeName;
  readonly disk: SimDisk;
  readonly counters: Tally = { ...noCounters };
  /** How fast its monotonic clock runs. */
  readonly rate: number;
  life: Life | null = null;
  loss: MessageLoss = noLoss;
  armed: CrashPoint | null = null;
  readonly #core: Core;
  #starts = 0;
  #lie: Lie | null = null;

  constructor(core: Core, name: NodeName, rate: number, openDisk: (counters: Tally) => SimDisk) {
    this.#core = core;
    this.name = name;
    this.rate = rate;
    this.disk = openDisk(this.counters);
  }

  begin(): Life {
    this.#starts += 1;
    this.life = new Life(this, this.#starts);
    return this.life;
  }

  kill(): void {
    const { life } = this;
    if (life === null) return;
    this.life = null;
    life.isAlive = false;
    this.disk.onKill();
    life.serving.end();
    life.deferred.length = 0;
  }

  /** Ends the incarnation here if this is the point it was told to crash at. */
  comeTo(point: CrashPoint): void {
    if (this.armed !== point) return;
    this.armed = null;
    this.counters.crashes += 1;
    this.kill();
    throw ended;
  }

  nowNs(): number {
    const { nowNs } = this.#core.schedule;
    return this.rate === 1 ? nowNs : Math.floor(nowNs * this.rate);
  }

  wallMs(): number {
    const lie = this.#lie;
    const { nowNs } = this.#core.schedule;
    if (lie === null) return wallMsAt(nowNs);
    return Math.floor(lie.startMs + ((nowNs - lie.setAtNs) / 1e6) * lie.rate);
  }

  setClock({ offsetMs, rate }: ClockSetting): void {
    const isTrue = offsetMs === 0 && rate === 1;
    const { nowNs } = this.#core.schedule;
    const startMs = wallMsAt(nowNs) + offsetMs;
    this.#lie = isTrue ? null : { setAtNs: nowNs, startMs, rate };
  }
}
