import type { Json } from "../env/env.ts";
import type { Entry, Index, Term } from "./types.ts";

/** What happened to the log since the last look: a cut, then entries added from `first` on. */
export type LogChange = {
  readonly truncateFrom: Index | null;
  readonly first: Index;
  readonly entries: readonly Entry[];
};

/**
 * The log, changed in place: the entries after its snapshot (§7). It remembers its own changes, so
 * that none can miss the disk.
 */
export class RaftLog {
  readonly #entries: Entry[];
  #snapshotIndex: Index;
  #snapshotTerm: Term;
  #truncateFrom: Index | null = null;
  #appendedFrom: Index | null = null;

  /** `recovered` follow the entry at `snapshotIndex`, the last one that a snapshot covers. */
  constructor(recovered: readonly Entry[] = [], snapshotIndex: Index = 0, snapshotTerm: Term = 0) {
    this.#entries = [...recovered];
    this.#snapshotIndex = snapshotIndex;
    this.#snapshotTerm = snapshotTerm;
  }

  /** The last index that is in the snapshot; 0 without one. */
  get snapshotIndex(): Index {
    return this.#snapshotIndex;
  }

  get snapshotTerm(): Term {
    return this.#snapshotTerm;
  }

  get lastIndex(): Index {
    return this.#snapshotIndex + this.#entries.length;
  }

  get lastTerm(): Term {
    return this.#entries.at(-1)?.term ?? this.#snapshotTerm;
  }

  /**
   * The term at an index: 0 before the first entry, null beyond the last and for what only the
   * snapshot holds.
   */
  termAt(index: Index): Term | null {
    if (index === this.#snapshotIndex) return this.#snapshotTerm;
    return this.#entries[index - this.#snapshotIndex - 1]?.term ?? null;
  }

  entryAt(index: Index): Entry {
    const entry = this.#entries[index - this.#snapshotIndex - 1];
    if (entry === undefined) {
      const held = `${this.#snapshotIndex + 1} to ${this.lastIndex}`;
      throw new RangeError(`the log holds the entries ${held}, asked for ${index}`);
    }
    return entry;
  }

  append(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    this.#appendedFrom ??= this.lastIndex + 1;
    for (const entry of entries) this.#entries.push(entry);
  }

  appendOne(entry: Entry): void {
    this.#appendedFrom ??= this.lastIndex + 1;
    this.#entries.push(entry);
  }

  /** Removes the entry at `index` and all that follow. */
  truncateFrom(index: Index): void {
    if (index > this.lastIndex) return;
    this.#entries.length = index - this.#snapshotIndex - 1;
    if (this.#appendedFrom !== null && index <= this.#appendedFrom) this.#appendedFrom = null;
    // Entries that were never handed out need no cut of their own, but a cut of more is harmless.
    this.#truncateFrom = Math.min(this.#truncateFrom ?? index, index);
  }

  /** Forgets the entries up to `index`, which a snapshot now holds, and keeps those that follow. */
  compactTo(index: Index, term: Term): void {
    this.#entries.splice(0, index - this.#snapshotIndex);
    this.#snapshotIndex = index;
    this.#snapshotTerm = term;
  }

  /** Forgets everything: a snapshot that ends with this entry takes its place. */
  resetTo(index: Index, term: Term): void {
    this.#entries.length = 0;
    this.#truncateFrom = index + 1;
    this.#appendedFrom = null;
    this.#snapshotIndex = index;
    this.#snapshotTerm = term;
  }

  /** Entries from `first` on, at least one if there is one, within both bounds (`charsMax`: about). */
  batch(first: Index, bounds: { countMax: number; charsMax: number }): readonly Entry[] {
    const last = Math.min(this.lastIndex, first + bounds.countMax - 1);
    if (last === first) return [this.entryAt(first)];
    let chars = 0;
    let end = first;
    while (end <= last) {
      chars += charsOf(this.entryAt(end).command);
      if (chars > bounds.charsMax && end > first) break;
      end++;
    }
    return this.#entries.slice(first - this.#snapshotIndex - 1, end - this.#snapshotIndex - 1);
  }

  /** All entries after the snapshot. */
  entries(): readonly Entry[] {
    return this.#entries.slice();
  }

  /** The first index in the log that has the same term as `index` has. */
  firstIndexOfTermAt(index: Index): Index {
    const term = this.termAt(index);
    let first = index;
    while (first > this.#snapshotIndex + 1 && this.termAt(first - 1) === term) first--;
    return first;
  }

  /** The last index whose entry has this term, or null. Terms never decrease along a log. */
  lastIndexOfTerm(term: Term): Index | null {
    for (let index = this.lastIndex; index >= 1; index--) {
      const found = this.termAt(index);
      if (found === term) return index;
      if (found === null || found < term) return null;
    }
    return null;
  }

  /** The changes since the last call, or null when there are none. */
  takeChange(): LogChange | null {
    if (this.#truncateFrom === null && this.#appendedFrom === null) return null;
    const first = this.#appendedFrom ?? this.lastIndex + 1;
    const entries =
      first === this.lastIndex
        ? [this.entryAt(first)]
        : this.#entries.slice(first - this.#snapshotIndex - 1);
    const change = { truncateFrom: this.#truncateFrom, first, entries };
    this.#truncateFrom = null;
    this.#appendedFrom = null;
    return change;
  }
}

/** How long a command is as JSON, without its punctuation. */
function charsOf(command: Json | undefined): number {
  if (typeof command !== "object" || command === null) return String(command).length;
  let chars = 0;
  for (const [key, value] of Object.entries(command)) chars += key.length + charsOf(value);
  return chars;
}
