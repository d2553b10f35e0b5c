import type { LookAhead, Model, Operation } from "../model.ts";

/** `step` said that the operation cannot have had its outcome. */
export const impossible = -1;

const transitionsMax = 1 << 20;

/**
 * The states that a search has met, as small integers, and a memo of `model.step` between them.
 * The first state is 0.
 */
export class States {
  readonly #model: Model;
  readonly #operations: readonly Operation[];
  readonly #lookAhead: LookAhead<unknown> | undefined;
  readonly #ids = new Map<string | number, number>();
  readonly #states: unknown[] = [];
  readonly #neededUntil: number[] = [];
  /** Triples of state + 1, operation, next state: open addressing. */
  #memo = new Int32Array(3 * 64);
  #memoSize = 0;

  constructor(model: Model, operations: readonly Operation[]) {
    this.#model = model;
    this.#operations = operations;
    this.#lookAhead = model.lookAhead?.(operations);
    this.#intern(model.init());
  }

  /** The state after the operation, or `impossible`. */
  next(state: number, operation: number): number {
    const memo = this.#memo;
    const mask = memo.length / 3 - 1;
    let place = hash(state, operation) & mask;
    for (;;) {
      const entry = memo[3 * place];
      if (entry === 0) break;
      if (entry === state + 1 && memo[3 * place + 1] === operation) return memo[3 * place + 2] ?? 0;
      place = (place + 1) & mask;
    }
    const next = this.#step(state, operation);
    memo[3 * place] = state + 1;
    memo[3 * place + 1] = operation;
    memo[3 * place + 2] = next;
    this.#memoSize++;
    if (this.#memoSize * 2 > mask) this.#growMemo();
    return next;
  }

  /** False when the look-ahead rules the state out. */
  isAdmitted(state: number): boolean {
    return this.#lookAhead === undefined || this.#lookAhead.admits(this.#states[state]);
  }

  progress(state: number): number {
    return this.#lookAhead === undefined ? 0 : this.#lookAhead.progress(this.#states[state]);
  }

  /** The latest call of an operation that is possible in this state only; -Infinity for none. */
  neededUntil(state: number): number {
    if (this.#lookAhead === undefined) return -Infinity;
    let until = this.#neededUntil[state];
    if (until === undefined) {
      until = this.#lookAhead.neededUntil(this.#states[state]);
      this.#neededUntil[state] = until;
    }
    return until;
  }

  isUnique(state: number): boolean {
    return this.#lookAhead?.isUnique(this.#states[state]) === true;
  }

  isBlind(operation: Operation): boolean {
    return this.#lookAhead?.isBlind(operation) === true;
  }

  limit(operation: Operation): number {
    return this.#lookAhead === undefined ? Infinity : this.#lookAhead.limit(operation);
  }

  describe(state: number): string {
    return this.#model.describeState(this.#states[state]);
  }

  #step(state: number, operation: number): number {
    const input = this.#operations[operation];
    const next = input === undefined ? undefined : this.#model.step(this.#states[state], input);
    return next === undefined ? impossible : this.#intern(next);
  }

  #intern(state: unknown): number {
    const key = this.#model.key(state);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#states.length;
    this.#ids.set(key, id);
    this.#states.push(state);
    return id;
  }

  #growMemo(): void {
    const old = this.#memo;
    const slots = old.length / 3;
    this.#memo = new Int32Array(slots >= transitionsMax ? old.length : old.length * 2);
    this.#memoSize = 0;
    // A full memo is forgotten: it only saves time.
    if (slots >= transitionsMax) return;
    const mask = this.#memo.length / 3 - 1;
    for (let i = 0; i < slots; i++) {
      const state = old[3 * i] ?? 0;
      if (state === 0) continue;
      let place = hash(state - 1, old[3 * i + 1] ?? 0) & mask;
      while (this.#memo[3 * place] !== 0) place = (place + 1) & mask;
      for (let field = 0; field < 3; field++)
        this.#memo[3 * place + field] = old[3 * i + field] ?? 0;
      this.#memoSize++;
    }
  }
}

function hash(state: number, operation: number): number {
  let mixed = Math.imul(state, 0x9e3779b1) ^ Math.imul(operation + 1, 0x85ebca77);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
