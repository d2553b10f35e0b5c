import { type Operations, outcomes, valueAt } from "../operations.ts";
import { Elements, listAt } from "./elements.ts";
import type { Timeline } from "./timelines.ts";

/** Scratch by row, shared by the queues of a history: no row belongs to two of them. */
export type QueueColumns = {
  /** The element that an enqueue put in, or that a dequeue took; -1 for all else. */
  readonly element: Int32Array;
  /** 1 for dequeues and drains that took something. */
  readonly isTaker: Uint8Array;
  /** Of a taker, the element that was put in last of those taken before its call; -1 for none. */
  readonly ahead: Int32Array;
};

export function queueColumns({ count }: Operations): QueueColumns {
  return {
    element: new Int32Array(count).fill(-1),
    isTaker: new Uint8Array(count),
    ahead: new Int32Array(count).fill(-1),
  };
}

/** What was put into one queue and taken out of it, by element. */
export class QueueTimeline {
  readonly elements: Elements = new Elements();
  /** Row of the enqueue that was called first; -1 for none. By element, like what follows. */
  readonly enqueuedBy: number[] = [];
  /** Row of the dequeue or drain that was called first of those that took it; -1 for none. */
  readonly takenBy: number[] = [];
  /** The same of the one that was called last. */
  readonly lastTakenBy: number[] = [];
  /** How often it was asked for, acknowledged, and taken. */
  readonly attempts: number[] = [];
  readonly acknowledged: number[] = [];
  readonly taken: number[] = [];
  /** Rows that took elements, and rows that found the queue empty (drains do both), by call. */
  readonly takers: number[] = [];
  readonly empties: number[] = [];
  /** Rows of dequeues and drains of unknown outcome: each may have taken one element, or any number. */
  readonly openDequeues: number[] = [];
  readonly openDrains: number[] = [];
  readonly #operations: Operations;
  readonly columns: QueueColumns;
  readonly #drained = new Map<number, readonly number[]>();

  constructor(operations: Operations, { calls }: Timeline, columns: QueueColumns) {
    this.#operations = operations;
    this.columns = columns;
    const { functions, f } = operations;
    const names = ["enqueue", "dequeue", "drain"];
    const [enqueue, dequeue, drain] = names.map((name) => functions.indexOf(name));
    for (const row of calls) {
      if (f[row] === enqueue) this.#enqueue(row);
      else if (f[row] === dequeue) this.#take(row, false);
      else if (f[row] === drain) this.#take(row, true);
    }
  }

  /** The elements that the taker `row` took, in its order. */
  takenAt(row: number): readonly number[] {
    return this.#drained.get(row) ?? [this.columns.element[row] ?? -1];
  }

  /** Put in by one operation at most, and taken out by exactly one: who took what is certain. */
  isUnique(element: number): boolean {
    return this.attempts[element] === 1 && this.taken[element] === 1;
  }

  #enqueue(row: number): void {
    const { outcome, input, values } = this.#operations;
    if (outcome[row] === outcomes.refused) return;
    const element = this.#idOf(valueAt(values, input, row));
    this.columns.element[row] = element;
    if (this.enqueuedBy[element] === -1) this.enqueuedBy[element] = row;
    this.attempts[element] = (this.attempts[element] ?? 0) + 1;
    if (outcome[row] !== outcomes.ok) return;
    this.acknowledged[element] = (this.acknowledged[element] ?? 0) + 1;
  }

  #take(row: number, isDrain: boolean): void {
    const { outcome, output, values, error, errors } = this.#operations;
    if (outcome[row] === outcomes.refused) {
      if (errors[error[row] ?? 0] === "empty") this.empties.push(row);
      return;
    }
    if (outcome[row] !== outcomes.ok) {
      (isDrain ? this.openDrains : this.openDequeues).push(row);
      return;
    }
    this.columns.isTaker[row] = 1;
    this.takers.push(row);
    if (!isDrain) {
      const element = this.#idOf(valueAt(values, output, row));
      this.columns.element[row] = element;
      this.#count(element, row);
      return;
    }
    const elements = listAt(this.#operations, row).map((value) => this.#idOf(value));
    for (const element of elements) this.#count(element, row);
    this.#drained.set(row, elements);
    this.empties.push(row);
  }

  #count(element: number, taker: number): void {
    this.taken[element] = (this.taken[element] ?? 0) + 1;
    if (this.takenBy[element] === -1) this.takenBy[element] = taker;
    this.lastTakenBy[element] = taker;
  }

  #idOf(value: unknown): number {
    const id = this.elements.idOf(value);
    if (id === this.enqueuedBy.length) {
      this.enqueuedBy.push(-1);
      this.takenBy.push(-1);
      this.lastTakenBy.push(-1);
      this.attempts.push(0);
      this.acknowledged.push(0);
      this.taken.push(0);
    }
    return id;
  }
}
