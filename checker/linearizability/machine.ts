import type { Partition } from "./partition.ts";

/** Result of `Machine.next`: the operation cannot have had its outcome in this state. */
export const impossible = -1;

/** Thrown out of a search that was told to stop in the middle of a step. It cannot go on then. */
export const stopSignal: unique symbol = Symbol("stopped");

/** Among the choices of a configuration: the due operation, an optional one, never happened. */
export const neverHappened = -1;

/** The configuration whose choices are asked for. */
export type Configuration = {
  /** The first return that is not settled. */
  readonly e: number;
  readonly state: number;
  /** Whether an operation was ordered already, or settled as one that never happened. */
  isSettled(id: number): boolean;
};

/**
 * A model over the operations of one partition, in integers: operations are the ids of the partition,
 * states are numbered as they are met. One machine serves one partition at a time.
 */
export type Machine = {
  /** State before the first operation. */
  readonly first: number;
  /** True when `progress` and `limit` mean anything. */
  readonly hasLimits: boolean;
  /** True when `isBlind` is ever true. */
  readonly hasBlind: boolean;
  /** Asked between calls of the model's own functions, which may be slow; true makes one throw `stopSignal`. */
  shouldStop: () => boolean;
  /** True when observers are only taken for such, so that their steps are to be looked at everywhere. */
  readonly findsObservers: boolean;
  /** True when an operation taken for an observer changed a state: the search has to begin again. */
  readonly isMistaken: boolean;
  /** Bytes held. */
  readonly bytes: number;

  /** Takes the operations of a partition, and sets its flags. False when it was told to stop. */
  load(partition: Partition, rows: Int32Array, shouldStop: () => boolean): boolean;
  /** The state after the operation, or `impossible`. */
  next(state: number, id: number): number;
  /** False when no order of all operations passes through the state. */
  isAdmitted(state: number): boolean;
  /** How far the state has moved on: no step lowers it. */
  progress(state: number): number;
  /** The highest progress at which a required operation is still possible. */
  limit(id: number): number;
  /** The latest call of an operation that is possible in this state only; -Infinity for none. */
  neededUntil(state: number): number;
  /** True when the state, once left, cannot come about again. */
  isUnique(state: number): boolean;
  /** True when the operation is possible in every state, with the same result, see `LookAhead`. */
  isBlind(id: number): boolean;
  /**
   * Writes what may be ordered next, other than the due operation, most promising first. How many operations
   * it looked at.
   */
  choices(configuration: Configuration, out: ChoiceList): number;
  /** Looks, if `findsObservers`, whether one that was ordered could change the state if it went now. */
  checkObservers(configuration: Configuration): void;
  /** The state after operations in an order that is possible, for people. */
  describe(order: Int32Array): string;
};

/** Ids, or `neverHappened`, on a stack that grows. */
export class ChoiceList {
  ids: Int32Array = new Int32Array(256);
  length: number = 0;

  push(id: number): void {
    if (this.length === this.ids.length) {
      const longer = new Int32Array(2 * this.length);
      longer.set(this.ids);
      this.ids = longer;
    }
    this.ids[this.length++] = id;
  }
}
