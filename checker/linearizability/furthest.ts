import { atLeast, grown } from "./tuple-set.ts";

/** How far a search got: the configuration in which most completed operations were ordered, and the order. */
export class Furthest {
  /** How many were; -1 before there is a configuration. */
  e: number = -1;
  frame: Int32Array<ArrayBuffer> = new Int32Array(16);
  #order = new Int32Array(64);
  #length = 0;
  /** How much of it is still the beginning of the search's order: keeping the next one copies the rest. */
  #shared = 0;

  clear(): void {
    this.e = -1;
    this.#length = 0;
    this.#shared = 0;
  }

  keep(e: number, frame: Int32Array, order: Int32Array, length: number): void {
    this.e = e;
    this.frame = atLeast(this.frame, frame.length);
    this.frame.set(frame);
    if (length > this.#order.length) this.#order = grown(this.#order, length);
    for (let i = this.#shared; i < length; i++) this.#order[i] = order[i] ?? 0;
    this.#shared = length;
    this.#length = length;
  }

  /** The search's order is another one from `length` on. */
  part(length: number): void {
    if (length < this.#shared) this.#shared = length;
  }

  get witness(): Int32Array {
    return this.#order.subarray(0, this.#length);
  }
}
