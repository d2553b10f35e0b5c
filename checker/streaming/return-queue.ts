import { never } from "../operations.ts";
import type { StreamOutcome, Token } from "./stream-operation.ts";

/** A return that is known before its turn. */
export type Return = {
  readonly position: number;
  readonly slot: number;
  readonly outcome: StreamOutcome;
  readonly token: Token | undefined;
  readonly version: number;
  readonly error: string | undefined;
};

/** Returns by position, the earliest first: a binary heap. */
export class ReturnQueue {
  readonly #heap: Return[] = [];

  /** `never` when it is empty. */
  get nextPosition(): number {
    return this.#heap[0]?.position ?? never;
  }

  push(entry: Return): void {
    const heap = this.#heap;
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as Return;
      if (above.position <= entry.position) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = entry;
  }

  /** Throws `RangeError` when it is empty. */
  pop(): Return {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined) throw new RangeError("no return is ahead");
    if (heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && right.position < (heap[child] as Return).position) child++;
      const below = heap[child] as Return;
      if (below.position >= last.position) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}
