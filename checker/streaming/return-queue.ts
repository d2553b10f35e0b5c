import { PositionHeap } from "../linearizability/position-heap.ts";

const ringMin = 1024;
/** Returns further ahead than this are put into a heap, and all that come after them. */
const ringMax = 2 ** 16;

/**
 * Slots by the positions of their returns, which are distinct and mostly a few hundred events ahead: a ring
 * with one place for each position. Walking it costs less than ordering what is in it.
 */
export class ReturnQueue {
  /** Slots, each plus one, by the last bits of the position. */
  #ring = new Int32Array(ringMin);
  /** What is before was taken. */
  #from = 0;
  #size = 0;
  #heap: PositionHeap | null = null;
  /** Of the slot that was taken last. */
  position: number = -1;

  /** `position` is later than everything that was taken or asked about. */
  push(slot: number, position: number): void {
    if (position - this.#from >= this.#ring.length) this.#extend(position);
    if (this.#heap !== null) {
      this.#heap.push(slot, position);
      return;
    }
    this.#ring[position & (this.#ring.length - 1)] = slot + 1;
    this.#size++;
  }

  /** Takes the slot that returns next, or -1 when none does before `position`. */
  takeBefore(position: number): number {
    if (this.#heap !== null) return this.#takeFromHeap(this.#heap, position);
    if (this.#size === 0) {
      this.#from = position;
      return -1;
    }
    const ring = this.#ring;
    const mask = ring.length - 1;
    for (let at = this.#from; at < position; at++) {
      const slot = (ring[at & mask] as number) - 1;
      if (slot < 0) continue;
      ring[at & mask] = 0;
      this.#size--;
      this.#from = at + 1;
      this.position = at;
      return slot;
    }
    this.#from = position;
    return -1;
  }

  #takeFromHeap(heap: PositionHeap, position: number): number {
    const next = heap.nextPosition;
    if (next >= position) return -1;
    this.position = next;
    return heap.pop();
  }

  #extend(position: number): void {
    if (this.#heap !== null) return;
    const old = this.#ring;
    let length = old.length;
    while (length <= ringMax && position - this.#from >= length) length *= 2;
    if (length > ringMax) this.#heap = new PositionHeap();
    else this.#ring = new Int32Array(length);
    this.#size = 0;
    for (let at = this.#from; at < this.#from + old.length; at++) {
      const slot = (old[at & (old.length - 1)] as number) - 1;
      if (slot >= 0) this.push(slot, at);
    }
  }
}
