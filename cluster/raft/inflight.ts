import type { Index } from "./types.ts";

/** The last index of each batch on its way to a follower, in the order they were sent. */
export class Inflight {
  count = 0;
  /** Only the first `count` are on their way: the list is used again. */
  readonly #lasts: Index[] = [];

  add(last: Index): void {
    this.#lasts[this.count++] = last;
  }

  clear(): void {
    this.count = 0;
  }

  /** The follower holds everything up to there. Mostly that is all of it, or nothing is on its way. */
  forgetUpTo(index: Index): void {
    const { count } = this;
    let kept = 0;
    for (let at = 0; at < count; at++) {
      const last = this.#lasts[at] as Index;
      if (last > index) this.#lasts[kept++] = last;
    }
    this.count = kept;
  }
}
