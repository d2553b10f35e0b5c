import { refuseForeign } from "../foreign.ts";
import { canonicalJson } from "../json.ts";
import { listedMax, openOperation, tellOne } from "../linearizability/progress.ts";
import type { LookAhead, Model, Operation } from "../model.ts";
import { never } from "../operations.ts";
import { type Configuration, Frontier } from "./frontier.ts";
import {
  invalid,
  type KeyMachine,
  type MachineProgress,
  type StreamFinding,
} from "./key-machine.ts";
import { type StreamOperation, toOperation } from "./stream-operation.ts";

/** An operation that may have taken effect by now and need not have before. */
type Active = {
  readonly operation: Operation;
  readonly isObserver: boolean;
  readonly isOptional: boolean;
  readonly bit: bigint;
  readonly slot: number;
  /** No state of higher progress has it. */
  readonly limit: number;
  /** An earlier open one that does the same. */
  twin: Active | null;
};

/** Where a machine begins. */
export type FrontierStart = {
  readonly states: readonly unknown[];
  /** Open operations of before, in the order of calls. */
  readonly open: readonly StreamOperation[];
};

/** Operations that may wait for an older one. */
const waitingMax = 200_000;
/** A probe must cost little. */
const probeConfigurationsMax = 2_000;
const spentEvery = 64;
/** So many returns wait for what comes behind them, where a model can make use of it. */
const heldBack = 128;

/**
 * Decides one partition of any model in the order of events, exactly or not at all: breadth first over all
 * configurations, an operation taking effect no earlier than a return needs it (Lowe 2017, just-in-time
 * linearization).
 *
 * What an operation did is known once it has ended, so the machine follows behind the oldest operation under way.
 * Exact reductions: observers take effect at once where they can; an operation of unknown outcome does only
 * right before one that it makes possible or different, equal ones in the order of their calls, and a
 * configuration that has used more of them than another is dropped. All configurations are kept for as long as
 * operations overlap: above `configurationsMax` the answer is `unknown`.
 */
export class FrontierMachine implements KeyMachine {
  readonly #model: Model;
  #frontier: Frontier;
  /** Called, in the order of calls; not yet looked at. */
  #waiting: StreamOperation[] = [];
  /** Ended, in the order of returns; not yet looked at. */
  #ended: StreamOperation[] = [];
  #active: Active[] = [];
  readonly #byOperation = new Map<StreamOperation, Active>();
  #freeSlots: number[] = [];
  #slotCount = 0;
  readonly #lastTwin = new Map<string, Active>();
  #returns = 0;
  #optional = 0n;
  #lookAhead: LookAhead<unknown> | undefined;
  readonly #configurationsMax: number;

  constructor(
    model: Model,
    configurationsMax: number,
    start: FrontierStart = { states: [model.init()], open: [] },
  ) {
    this.#model = model;
    this.#configurationsMax = configurationsMax;
    for (const operation of start.open) this.#enter(operation);
    this.#frontier = new Frontier(this.#optional);
    for (const state of start.states) {
      this.#frontier.add({ state, key: model.key(state), mask: 0n });
    }
  }

  get size(): number {
    return this.#frontier.size + this.#waiting.length + this.#active.length;
  }

  call(operation: StreamOperation): void {
    this.#waiting.push(operation);
  }

  end(operation: StreamOperation, oldest: number): StreamFinding | null {
    if (operation.outcome !== "leftOut") refuseForeign(this.#model, toOperation(operation));
    if (operation.return < never && operation.outcome !== "leftOut") this.#ended.push(operation);
    if (this.#waiting.length > waitingMax) {
      const oldest = this.#waiting.find(({ return: end }) => end === never) ?? operation;
      const told = tellOne(openOperation(this.#model, toOperation(oldest)));
      return { verdict: "unknown", reason: `${waitingMax} operations overlap ${told}` };
    }
    if (this.#model.lookAhead === undefined) return this.#passUntil(oldest);
    const isDue = this.#ended.length >= 2 * heldBack;
    const until = this.#ended[this.#ended.length - heldBack]?.return ?? 0;
    return isDue ? this.#passUntil(Math.min(oldest, until)) : null;
  }

  probe(): StreamFinding | null {
    if (this.#ended.length === 0) return null;
    const most = Math.min(this.#configurationsMax, probeConfigurationsMax);
    const copy = new FrontierMachine(this.#model, most);
    copy.#frontier = this.#frontier;
    copy.#waiting = [...this.#waiting];
    copy.#ended = [...this.#ended];
    copy.#active = [...this.#active];
    for (const [operation, active] of this.#byOperation) copy.#byOperation.set(operation, active);
    for (const [name, active] of this.#lastTwin) copy.#lastTwin.set(name, active);
    copy.#freeSlots = [...this.#freeSlots];
    copy.#slotCount = this.#slotCount;
    copy.#optional = this.#optional;
    const finding = copy.finish();
    // A machine that comes too far ahead says nothing of one that will know more.
    return finding?.verdict === "invalid" ? finding : null;
  }

  finish(): StreamFinding | null {
    return this.#passUntil(never);
  }

  /** Goes over all returns before a position. */
  #passUntil(position: number): StreamFinding | null {
    this.#look();
    let done = 0;
    for (; done < this.#ended.length; done++) {
      const next = this.#ended[done] as StreamOperation;
      if (next.return >= position) break;
      this.#enterUntil(next.return);
      const finding = this.#pass(next);
      if (finding !== null) return finding;
    }
    if (done > 0) this.#ended.splice(0, done);
    return null;
  }

  /** Whatever is known by now rules out states. */
  #look(): void {
    const { lookAhead } = this.#model;
    if (lookAhead === undefined) return;
    const known = this.#active.map(({ operation }) => operation);
    for (const operation of this.#waiting) {
      if (operation.outcome !== "leftOut") known.push(toOperation(operation));
    }
    this.#lookAhead = lookAhead(known);
  }

  #enterUntil(position: number): void {
    let entered = 0;
    for (; entered < this.#waiting.length; entered++) {
      const operation = this.#waiting[entered] as StreamOperation;
      if (operation.call > position) break;
      this.#enter(operation);
    }
    if (entered > 0) this.#waiting.splice(0, entered);
  }

  #enter(streamed: StreamOperation): void {
    if (streamed.outcome === "leftOut") return;
    const operation = toOperation(streamed);
    const { outcome } = operation;
    const isObserver = this.#model.isObserver(operation);
    // Nobody knows what it saw.
    if (isObserver && outcome === "open") return;
    const slot = this.#freeSlots.pop() ?? this.#slotCount++;
    const bit = 1n << BigInt(slot);
    const isLax = outcome === "maybe" && this.#model.maybeIsEvaluated !== true;
    const isOptional = outcome === "open" || isLax;
    if (isOptional) this.#optional |= bit;
    let twin: Active | null = null;
    const name = outcome === "open" ? nameOf(operation) : "";
    if (outcome === "open") twin = this.#lastTwin.get(name) ?? null;
    const limit = this.#lookAhead?.limit(operation) ?? Infinity;
    const active = { operation, isObserver, isOptional, bit, slot, limit, twin };
    if (outcome === "open") this.#lastTwin.set(name, active);
    this.#active.push(active);
    if (outcome !== "open") this.#byOperation.set(streamed, active);
  }

  #leave(active: Active): void {
    this.#active.splice(this.#active.indexOf(active), 1);
    this.#freeSlots.push(active.slot);
    this.#optional &= ~active.bit;
  }

  /** Goes over one return: every configuration must have had the operation take effect. */
  #pass(streamed: StreamOperation): StreamFinding | null {
    const target = this.#byOperation.get(streamed);
    if (target === undefined) return null;
    this.#byOperation.delete(streamed);
    const reached = new Frontier(this.#optional);
    const stack: Configuration[] = [];
    const after = new Frontier(this.#optional & ~target.bit);
    for (const configuration of this.#frontier) {
      const { mask, state, key } = configuration;
      if ((mask & target.bit) !== 0n) after.add({ state, key, mask: mask & ~target.bit });
      else {
        if (target.isOptional) after.add(configuration);
        const observed = this.#observe(configuration);
        if (observed !== null && reached.add(observed)) stack.push(observed);
      }
    }
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (reached.size + after.size > this.#configurationsMax) {
        const reason = `more than ${this.#configurationsMax} configurations at op ${streamed.index}`;
        return { verdict: "unknown", reason, progress: this.#progressAt(target) };
      }
      this.#expand(next, { target, reached, stack, after });
    }
    this.#leave(target);
    this.#frontier = after;
    if (after.size === 0) return this.#refute(streamed);
    this.#returns++;
    if (this.#returns % spentEvery === 0) this.#dropSpent();
    return null;
  }

  /** Where it gives up: at the return of `target`. */
  #progressAt(target: Active): MachineProgress {
    const model = this.#model;
    const [first] = this.#frontier;
    const others = this.#active.filter((active) => active !== target);
    const isLost = ({ operation }: Active): boolean => operation.outcome === "open";
    const open = [...others.filter((one) => !isLost(one)), ...others.filter(isLost)];
    const left = this.#ended.filter(({ return: end }) => end >= target.operation.return);
    return {
      ordered: this.#returns,
      of: this.#returns + left.length,
      state: model.describeState(first === undefined ? model.init() : first.state),
      due: openOperation(model, target.operation),
      open: open.slice(0, listedMax).map(({ operation }) => openOperation(model, operation)),
      openCount: open.length,
    };
  }

  /** Lets the target take effect in a configuration, and others before it. */
  #expand(
    configuration: Configuration,
    into: {
      readonly target: Active;
      readonly reached: Frontier;
      readonly stack: Configuration[];
      readonly after: Frontier;
    },
  ): void {
    const { target, reached, stack, after } = into;
    const { state, mask, key } = configuration;
    if ((mask & target.bit) !== 0n) {
      after.add({ state, key, mask: mask & ~target.bit });
      return;
    }
    for (const active of this.#active) {
      if ((mask & active.bit) !== 0n || active.isObserver) continue;
      const { twin } = active;
      if (twin !== null && (mask & twin.bit) === 0n) continue;
      const next = this.#model.step(state, active.operation);
      if (next === undefined) continue;
      if (this.#lookAhead?.admits(next) === false) continue;
      if (active === target) {
        after.add({ state: next, key: this.#model.key(next), mask });
        continue;
      }
      const nextKey = this.#model.key(next);
      if (active.isOptional) {
        if (nextKey === key || !this.#enables(configuration, next, active)) continue;
      }
      const observed = this.#observe({ state: next, key: nextKey, mask: mask | active.bit });
      if (observed !== null && reached.add(observed)) stack.push(observed);
    }
  }

  /** Whether an operation goes otherwise in `next` than before it. */
  #enables({ state, mask }: Configuration, next: unknown, enabler: Active): boolean {
    const model = this.#model;
    return this.#active.some(({ operation, bit, isObserver }) => {
      if ((mask & bit) !== 0n || bit === enabler.bit) return false;
      const then = model.step(next, operation);
      if (then === undefined) return false;
      const now = model.step(state, operation);
      if (isObserver) return now === undefined;
      return now === undefined || model.key(now) !== model.key(then);
    });
  }

  /** Takes all observers that fit; null when one of those to come has missed its state. */
  #observe(configuration: Configuration): Configuration | null {
    const { state, key } = configuration;
    let { mask } = configuration;
    const progress = this.#lookAhead?.progress(state) ?? 0;
    for (const { operation, bit, isObserver, isOptional, limit } of this.#active) {
      if (!isObserver || (mask & bit) !== 0n) continue;
      if (this.#model.step(state, operation) !== undefined) mask |= bit;
      else if (limit < progress && !isOptional) return null;
    }
    return { state, key, mask };
  }

  /** Open operations that every configuration has used are of no more interest. */
  #dropSpent(): void {
    let spent = this.#optional;
    for (const { mask } of this.#frontier) spent &= mask;
    if (spent === 0n) return;
    for (const active of [...this.#active]) {
      if ((active.bit & spent) === 0n || active.operation.outcome !== "open") continue;
      this.#leave(active);
      for (const other of this.#active) if (other.twin === active) other.twin = null;
      const name = nameOf(active.operation);
      if (this.#lastTwin.get(name) === active) this.#lastTwin.delete(name);
    }
    const left = new Frontier(this.#optional);
    for (const { state, key, mask } of this.#frontier)
      left.add({ state, key, mask: mask & ~spent });
    this.#frontier = left;
  }

  #refute(streamed: StreamOperation): StreamFinding {
    const operation = toOperation(streamed);
    const related = this.#active.slice(0, 3).map((active) => active.operation.index);
    return invalid(streamed, "unordered", related, {
      expected: "an outcome that some order of the operations around it allows",
      observed: this.#model.describeOperation(operation),
    });
  }
}

/** Equal for operations that do the same, whoever asks for it. */
function nameOf({ f, input, process }: Operation): string {
  return `${f} ${canonicalJson(input ?? null)} ${lockFunctions.has(f) ? process : ""}`;
}

/** What these do depends on the process. */
const lockFunctions: ReadonlySet<string> = new Set(["acquire", "release"]);
