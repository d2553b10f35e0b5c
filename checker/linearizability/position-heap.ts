import { never } from "../operations.ts";

/** Slots by a position each, the earliest first: a binary heap. A slot is in it once at most. */
export class PositionHeap {
  #heap = new Int32Array(64);
  /** Of each slot. */
  #positions = new Int32Array(64);
  #size = 0;

  /** `never` when it is empty. */
  get nextPosition(): number {
    return this.#size === 0 ? never : (this.#positions[this.#heap[0] as number] as number);
  }

  push(slot: number, position: number): void {
    if (slot >= this.#positions.length) this.#positions = enlarged(this.#positions, slot + 1);
    if (this.#size === this.#heap.length) this.#heap = enlarged(this.#heap, this.#size + 1);
    const heap = this.#heap;
    const positions = this.#positions;
    positions[slot] = position;
    let place = this.#size++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as number;
      if ((positions[above] as number) <= position) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = slot;
  }

  /** The slot with the earliest position. Throws `RangeError` when it is empty. */
  pop(): number {
    if (this.#size === 0) throw new RangeError("nothing is in the heap");
    const heap = this.#heap;
    const positions = this.#positions;
    const first = heap[0] as number;
    const size = --this.#size;
    const last = heap[size] as number;
    const position = positions[last] as number;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && at(positions, heap, right) < at(positions, heap, child)) child = right;
      if (at(positions, heap, child) >= position) break;
      heap[place] = heap[child] as number;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

function at(positions: Int32Array, heap: Int32Array, place: number): number {
  return positions[heap[place] as number] as number;
}

function enlarged(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}
