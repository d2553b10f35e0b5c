import type { NodeName, Timer } from "../cluster/env/env.ts";
import type { Fault, FaultContext, Instance, Judgement, Observation } from "./fault.ts";
import type { NemesisFunction } from "./record.ts";
import { disturbs, isHidden, visiblePart, withoutGone } from "./visible.ts";

/** Between two looks, and between two tries of anything else. */
export const againMs = 250;
/** How long an effect may take to go away after its heal. */
const outliveMs = 20_000;
const looksBeforeMax = 3;
/** Between two tries of a look ahead, while another fault hides its targets. */
const hiddenMs = 1;

/**
 * `looking`: its targets are reserved, nothing has been done. `active`: from the moment the
 * injection begins until the heal is complete. `verifying`: until the effect is seen to be gone.
 */
export type Phase = "looking" | "active" | "verifying" | "finished";

export type PlayOptions = {
  readonly id: string;
  readonly fault: Fault;
  readonly instance: Instance;
  /** When it is injected, in nanoseconds of the clock; null: as soon as it was looked at. */
  readonly atNs: number | null;
  /** When the heal begins. */
  readonly untilNs: number;
  readonly context: FaultContext;
  /** The other instances that are active: they may hide this one's effect from a look. */
  readonly others: () => readonly Instance[];
  /** Nodes that others keep from ever coming back: nothing on them can be seen to heal. */
  readonly gone: () => ReadonlySet<NodeName>;
  readonly emit: (f: NemesisFunction, value: Observation) => void;
  /** After every change of `phase`. */
  readonly onPhase: (play: Play) => void;
};

/** One instance of a fault from the look before it to the judgement of all looks. */
export class Play {
  readonly id: string;
  readonly fault: string;
  readonly instance: Instance;
  phase: Phase = "looking";
  /** Whether a look has seen the effect. */
  isEffective = false;
  readonly #options: PlayOptions;
  readonly #looks: { before?: Observation; during?: Observation; after?: Observation } = {};
  #isLooking = false;
  #isSeen = false;
  #isDue = false;
  #isHealing = false;
  #injectError: Error | null = null;
  #dueTimer: Timer | null = null;
  /** When it was due to end, once it was. */
  #dueNs: number | null = null;

  constructor(options: PlayOptions) {
    this.id = options.id;
    this.fault = options.fault.name;
    this.instance = options.instance;
    this.#options = options;
  }

  start(): void {
    const { atNs } = this.#options;
    if (atNs === null) this.#lookBefore(1);
    else {
      this.#dueTimer = this.#at(atNs, () => this.#injectWhenSeen());
      this.#lookAhead();
    }
  }

  /**
   * Heals as soon as possible: at once, or after one more look when none has seen the effect yet.
   * Nothing is injected if it had not begun.
   */
  end(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#dueNs = this.#options.context.clock.now();
    if (this.phase === "looking" && this.#dueTimer !== null) {
      this.#dueTimer.cancel();
      this.#abandon();
      return;
    }
    if (this.phase !== "active" || this.#isHealing) return;
    if (this.#isSeen) this.#heal();
    else if (!this.#isLooking) this.#lookDuring();
  }

  /** A look that finds something there already is repeated: a busy node may have missed it. */
  #lookBefore(count: number): void {
    this.#look((observation) => {
      const isClean = this.#keepBefore(observation);
      if (this.#isDue) this.#abandon();
      else if (isClean || count >= looksBeforeMax) this.#inject();
      else this.#again(() => this.#lookBefore(count + 1));
    });
  }

  /** Of a script, which says when: looks until then, until all of it is seen and nothing is there. */
  #lookAhead(): void {
    if (this.phase !== "looking") return;
    const { clock } = this.#options.context;
    if (isHidden(this.instance, this.#options.others())) {
      clock.setTimer(hiddenMs, () => this.#lookAhead());
      return;
    }
    this.#isLooking = true;
    this.#look((observation) => {
      this.#isLooking = false;
      if (this.phase !== "looking") return;
      const isClean = this.#keepBefore(observation);
      if (clock.now() >= (this.#options.atNs ?? 0)) this.#inject();
      else if (!isClean) this.#again(() => this.#lookAhead());
    });
  }

  /** A look that has begun is waited for. */
  #injectWhenSeen(): void {
    if (!this.#isLooking) this.#inject();
  }

  #keepBefore(observation: Observation | null): boolean {
    if (observation === null) return false;
    this.#looks.before = observation;
    const { fault } = this.#options;
    return (
      fault.isClean?.(observation) ??
      this.#judge({ during: observation, after: observation }).healed
    );
  }

  #abandon(): void {
    const { emit, fault } = this.#options;
    emit("skip", { id: this.id, fault: fault.name, reason: "the run ended before it began" });
    this.#enter("finished");
  }

  #inject(): void {
    const { context, emit, fault, instance } = this.#options;
    const { targets, detail } = instance;
    const effect = instance.effect as Observation;
    emit("inject", { id: this.id, fault: fault.name, targets, detail, effect });
    this.#isLooking = true;
    this.#enter("active");
    fault.inject(context, instance, (error) => {
      this.#isLooking = false;
      emit("injected", this.#outcome(error));
      this.#injectError = error;
      if (error !== null) {
        this.#heal();
        return;
      }
      this.#dueTimer = this.#at(this.#options.untilNs, () => this.end());
      this.#lookDuring();
    });
  }

  /** Looks until the effect is seen, or until the heal is due. */
  #lookDuring(): void {
    if (this.#isHealing || this.#isLooking) return;
    this.#isLooking = true;
    this.#look((observation) => {
      this.#isLooking = false;
      if (observation !== null) this.#looks.during = observation;
      this.#isSeen = observation !== null && this.#judge({ after: observation }).effective === true;
      if (this.#isDue) this.#heal();
      else if (!this.#isSeen) this.#again(() => this.#lookDuring());
    });
  }

  #heal(): void {
    this.#isHealing = true;
    this.#dueTimer?.cancel();
    const lateNs = this.#options.context.clock.now() - (this.#dueNs ?? Number.POSITIVE_INFINITY);
    this.#options.emit("heal", lateNs > 0 ? { id: this.id, lateNs } : { id: this.id });
    this.#tryHeal(this.#deadlineNs());
  }

  /** A heal that fails is tried again, as long as an effect may outlive a heal. */
  #tryHeal(deadlineNs: number): void {
    const { context, emit, fault, instance } = this.#options;
    fault.heal(context, instance, (error) => {
      if (error !== null && context.clock.now() < deadlineNs) {
        this.#again(() => this.#tryHeal(this.#extended(deadlineNs)));
        return;
      }
      emit("healed", this.#outcome(error));
      this.#enter("verifying");
      this.#lookAfter(this.#deadlineNs());
    });
  }

  /** Looks until nothing of the effect is left. While another fault hides it, no time is lost. */
  #lookAfter(deadlineNs: number): void {
    const left = withoutGone(this.instance, this.#options.gone());
    if (left === null) {
      this.#finish(true);
      return;
    }
    if (isHidden(left, this.#options.others())) {
      this.#again(() => this.#lookAfter(this.#deadlineNs()));
      return;
    }
    this.#look((observation) => {
      if (observation !== null) this.#looks.after = observation;
      const isOver = observation !== null && this.#judge({}, left).healed;
      const isLate = this.#options.context.clock.now() >= deadlineNs;
      if (isOver || isLate) this.#finish(isOver);
      else this.#again(() => this.#lookAfter(this.#extended(deadlineNs)));
    }, left);
  }

  #finish(isOver: boolean): void {
    const judged = this.#judge({});
    const { effective } = judged;
    const evidence = judged.evidence();
    const failure = this.#injectError;
    this.isEffective = failure === null && effective === true;
    this.#options.emit("judge", {
      id: this.id,
      effective: failure === null ? effective : false,
      healed: isOver,
      evidence: failure === null ? evidence : `not injected, ${failure.message}; ${evidence}`,
      looks: { ...this.#looks },
    });
    this.#enter("finished");
  }

  /** The verdict on the looks so far, those given in place of those that were taken. */
  #judge(
    looks: { readonly during?: Observation; readonly after?: Observation },
    instance: Instance = this.instance,
  ): Judgement {
    const { before = {}, during = {}, after = {} } = this.#looks;
    return this.#options.fault.judge(instance, {
      before,
      during: looks.during ?? during,
      after: looks.after ?? after,
    });
  }

  /** Null when the probe failed: whoever looks decides what that means. */
  #look(
    onLook: (observation: Observation | null) => void,
    instance: Instance = this.instance,
  ): void {
    const { context, fault, others, gone } = this.#options;
    const left = withoutGone(instance, gone()) ?? instance;
    fault.probe(context, visiblePart(left, others()), (error, observation) =>
      onLook(error === null ? observation : null),
    );
  }

  /** At this moment of the clock, or at once when it has passed. */
  #at(ns: number, call: () => void): Timer {
    const { clock } = this.#options.context;
    // Half a nanosecond less: a clock of whole ones rounds up, and milliseconds are no whole ones.
    return clock.setTimer(Math.max(0, ns - clock.now() - 0.5) / 1e6, call);
  }

  #deadlineNs(): number {
    return this.#options.context.clock.now() + outliveMs * 1e6;
  }

  /** A cluster that others disturb may have no leader to carry out an order: no time is lost. */
  #extended(deadlineNs: number): number {
    const { fault, others } = this.#options;
    return fault.needs === "orders" && others().some(disturbs) ? this.#deadlineNs() : deadlineNs;
  }

  #again(call: () => void): void {
    this.#options.context.clock.setTimer(againMs, call);
  }

  #enter(phase: Phase): void {
    this.phase = phase;
    this.#options.onPhase(this);
  }

  #outcome(error: Error | null): Observation {
    return error === null ? { id: this.id } : { id: this.id, error: error.message };
  }
}
