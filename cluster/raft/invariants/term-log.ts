import type { Index, Term } from "../types.ts";

/** The term of an entry that the trace does not show. */
export const unknownTerm = -1;

/** The terms of one node's log as its trace shows it, without the entries. */
export class TermLog {
  /** Entries up to here are in a snapshot, or the trace does not show them. */
  base: Index = 0;
  last: Index = 0;
  #baseTerm: Term = 0;
  /** Index `#origin + 1` is at 0. */
  #origin: Index = 0;
  #terms: Int32Array = new Int32Array(64);

  /** Empty, after an entry of this term. */
  reset(base: Index, baseTerm: Term): void {
    this.base = base;
    this.last = base;
    this.#baseTerm = baseTerm;
    this.#origin = base;
  }

  /** 0 before the first entry; `unknownTerm` below `base` and beyond the end. */
  termAt(index: Index): Term {
    if (index > this.base) {
      return index > this.last ? unknownTerm : (this.#terms[index - this.#origin - 1] ?? 0);
    }
    if (index === 0) return 0;
    return index === this.base ? this.#baseTerm : unknownTerm;
  }

  push(term: Term): void {
    const at = this.last - this.#origin;
    if (at === this.#terms.length) this.#grow();
    this.#terms[this.last - this.#origin] = term;
    this.last += 1;
  }

  set(index: Index, term: Term): void {
    if (index > this.base && index <= this.last) this.#terms[index - this.#origin - 1] = term;
  }

  /** Removes what follows `last`. */
  cutAfter(last: Index): void {
    if (last < this.base) this.reset(last, last === 0 ? 0 : unknownTerm);
    else if (last < this.last) this.last = last;
  }

  /** Forgets what a snapshot up to `base` holds. */
  compact(base: Index, baseTerm: Term): void {
    if (base <= this.base) return;
    if (base >= this.last) {
      this.reset(base, baseTerm);
      return;
    }
    this.#baseTerm = baseTerm;
    this.base = base;
  }

  /** Room is made by moving what is left to the front, or by a larger array. */
  #grow(): void {
    const from = this.base - this.#origin;
    const kept = this.last - this.base;
    const isRoomy = kept * 2 <= this.#terms.length;
    const terms = isRoomy ? this.#terms : new Int32Array(this.#terms.length * 2);
    if (isRoomy) terms.copyWithin(0, from, from + kept);
    else terms.set(this.#terms.subarray(from, from + kept));
    this.#terms = terms;
    this.#origin = this.base;
  }
}
