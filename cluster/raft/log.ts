import type { Entry, Index, Term } from "./types.ts";

/** What happened to the log since the last look: a cut, then entries added from `first` on. */
export type LogChange = {
  readonly truncateFrom: Index | null;
  readonly first: Index;
  readonly entries: readonly Entry[];
};

/** The log, changed in place. It remembers its own changes, so that none can miss the disk. */
export class RaftLog {
  readonly #entries: Entry[];
  #truncateFrom: Index | null = null;
  #appendedFrom: Index | null = null;

  constructor(recovered: readonly Entry[] = []) {
    this.#entries = [...recovered];
  }

  get lastIndex(): Index {
    return this.#entries.length;
  }

  get lastTerm(): Term {
    return this.#entries.at(-1)?.term ?? 0;
  }

  /** The term at an index: 0 before the first entry, null beyond the last. */
  termAt(index: Index): Term | null {
    if (index === 0) return 0;
    return this.#entries[index - 1]?.term ?? null;
  }

  entryAt(index: Index): Entry {
    const entry = this.#entries[index - 1];
    if (entry === undefined) throw new RangeError(`log ends at ${this.lastIndex}, asked ${index}`);
    return entry;
  }

  append(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    this.#appendedFrom ??= this.lastIndex + 1;
    for (const entry of entries) this.#entries.push(entry);
  }

  /** Removes the entry at `index` and all that follow. */
  truncateFrom(index: Index): void {
    if (index > this.lastIndex) return;
    this.#entries.length = index - 1;
    if (this.#appendedFrom !== null && index <= this.#appendedFrom) this.#appendedFrom = null;
    // Entries that were never handed out need no cut of their own, but a cut of more is harmless.
    this.#truncateFrom = Math.min(this.#truncateFrom ?? index, index);
  }

  /** Entries from `first` on, at least one if there is one, within both bounds. */
  batch(first: Index, bounds: { countMax: number; charsMax: number }): readonly Entry[] {
    const last = Math.min(this.lastIndex, first + bounds.countMax - 1);
    let chars = 0;
    let end = first;
    while (end <= last) {
      chars += this.entryAt(end).command.length;
      if (chars > bounds.charsMax && end > first) break;
      end++;
    }
    return this.#entries.slice(first - 1, end - 1);
  }

  /** The first index that has the same term as `index` has. */
  firstIndexOfTermAt(index: Index): Index {
    const term = this.termAt(index);
    let first = index;
    while (first > 1 && this.termAt(first - 1) === term) first--;
    return first;
  }

  /** The last index whose entry has this term, or null. Terms never decrease along a log. */
  lastIndexOfTerm(term: Term): Index | null {
    for (let index = this.lastIndex; index >= 1; index--) {
      const found = this.entryAt(index).term;
      if (found === term) return index;
      if (found < term) return null;
    }
    return null;
  }

  /** The changes since the last call, or null when there are none. */
  takeChange(): LogChange | null {
    if (this.#truncateFrom === null && this.#appendedFrom === null) return null;
    const first = this.#appendedFrom ?? this.lastIndex + 1;
    const entries = this.#entries.slice(first - 1);
    const change = { truncateFrom: this.#truncateFrom, first, entries };
    this.#truncateFrom = null;
    this.#appendedFrom = null;
    return change;
  }
}
