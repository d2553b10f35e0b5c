/** What `get` answers for a transition that is not known. */
export const unknownTransition = -2;

const entriesMin = 64;
const entriesMax = 1 << 20;
/** So many stay for what comes next: growing again would cost more than clearing them. */
const entriesKept = 512;

/** Remembers next states by state and operation: open addressing. A full one is forgotten, it only saves time. */
export class TransitionMemo {
  /** Triples of state + 1, operation, next state. */
  #entries = new Int32Array(3 * entriesMin);
  #mask = entriesMin - 1;
  #size = 0;

  /** Bytes held. */
  get bytes(): number {
    return 4 * this.#entries.length;
  }

  clear(): void {
    this.#entries.fill(0, 0, 3 * (this.#mask + 1));
    this.#mask = Math.min(this.#mask, entriesKept - 1);
    this.#size = 0;
  }

  get(state: number, operation: number): number {
    const entries = this.#entries;
    let place = hash(state, operation) & this.#mask;
    for (;;) {
      const entry = entries[3 * place];
      if (entry === 0) return unknownTransition;
      if (entry === state + 1 && entries[3 * place + 1] === operation) {
        return entries[3 * place + 2] ?? 0;
      }
      place = (place + 1) & this.#mask;
    }
  }

  /** Adds a transition that is not known yet. */
  set(state: number, operation: number, next: number): void {
    if (this.#size * 2 > this.#mask) this.#grow();
    this.#put(state, operation, next);
  }

  #put(state: number, operation: number, next: number): void {
    let place = hash(state, operation) & this.#mask;
    while (this.#entries[3 * place] !== 0) place = (place + 1) & this.#mask;
    this.#entries[3 * place] = state + 1;
    this.#entries[3 * place + 1] = operation;
    this.#entries[3 * place + 2] = next;
    this.#size++;
  }

  #grow(): void {
    const old = this.#entries;
    const used = this.#mask + 1;
    this.#size = 0;
    if (used >= entriesMax) {
      old.fill(0, 0, 3 * used);
      return;
    }
    this.#mask = 2 * used - 1;
    this.#entries = new Int32Array(6 * used);
    for (let i = 0; i < used; i++) {
      const state = old[3 * i] ?? 0;
      if (state !== 0) this.#put(state - 1, old[3 * i + 1] ?? 0, old[3 * i + 2] ?? 0);
    }
  }
}

function hash(state: number, operation: number): number {
  let mixed = Math.imul(state, 0x9e3779b1) ^ Math.imul(operation + 1, 0x85ebca77);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
