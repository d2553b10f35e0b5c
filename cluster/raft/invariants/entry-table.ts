import type { Index, Term } from "../types.ts";
import { unknownTerm } from "./term-log.ts";

/** One entry of one index, when there is more than one. */
type Rival = {
  readonly term: Term;
  previous: Term;
  readonly hash: number;
  readonly author: number;
};

/** How an appended entry compares with what all logs have shown at its index and term. */
export type Match = "new" | "same" | "other-entry" | "other-history";

export type Applied = "same" | "other-entry" | "other-reply";

const columnsMin = 1024;

/**
 * The entries of all logs of a cluster, a column each: nearly always one at an index, the rest aside.
 *
 * An entry knows the term of the one before it. So comparing at one index and term decides by induction
 * whether two logs are the same up to there, and a log is found again from its last index and term.
 */
export class EntryTable {
  /** Everything up to here is forgotten. */
  base: Index = 0;
  #origin: Index = 0;
  #size: number = columnsMin;
  #terms: Int32Array = new Int32Array(columnsMin);
  #previous: Int32Array = new Int32Array(columnsMin);
  #hashes: Uint32Array = new Uint32Array(columnsMin);
  #authors: Uint8Array = new Uint8Array(columnsMin);
  #committed: Int32Array = new Int32Array(columnsMin);
  #applied: Uint32Array = new Uint32Array(columnsMin);
  #replies: Uint32Array = new Uint32Array(columnsMin);
  #appliers: Uint8Array = new Uint8Array(columnsMin);
  readonly #states = new Map<Index, { readonly hash: number; readonly owner: number }>();
  readonly #rivals = new Map<Index, Rival[]>();

  /** Compares, and keeps what is new. `author` is a node's number. */
  note(index: Index, term: Term, previous: Term, hash: number, author: number): Match {
    const at = this.#at(index);
    if (at < 0) return "same";
    const known = this.#terms[at];
    if (known === term) {
      if (this.#hashes[at] !== hash) return "other-entry";
      const before = this.#previous[at];
      if (before === previous || previous === unknownTerm) return "same";
      if (before !== unknownTerm) return "other-history";
      this.#previous[at] = previous;
      return "same";
    }
    if (known !== 0) return this.#noteRival(index, { term, previous, hash, author });
    this.#terms[at] = term;
    this.#previous[at] = previous;
    this.#hashes[at] = hash;
    this.#authors[at] = author;
    return "new";
  }

  #noteRival(index: Index, entry: Rival): Match {
    const found = this.#rival(index, entry.term);
    if (found === undefined) {
      const rivals = this.#rivals.get(index);
      if (rivals === undefined) this.#rivals.set(index, [entry]);
      else rivals.push(entry);
      return "new";
    }
    if (found.hash !== entry.hash) return "other-entry";
    if (found.previous === entry.previous || entry.previous === unknownTerm) return "same";
    if (found.previous !== unknownTerm) return "other-history";
    found.previous = entry.previous;
    return "same";
  }

  #rival(index: Index, term: Term): Rival | undefined {
    return this.#rivals.get(index)?.find((rival) => rival.term === term);
  }

  /** The term before the entry, `unknownTerm` when it is not known, null when no log has shown it. */
  previousOf(index: Index, term: Term): Term | null {
    if (index <= this.base) return unknownTerm;
    const at = this.#at(index);
    if (this.#terms[at] === term) return this.#previous[at] ?? null;
    return this.#rival(index, term)?.previous ?? null;
  }

  /** The node that first showed the entry. */
  authorOf(index: Index, term: Term): number | null {
    if (index <= this.base) return null;
    const at = this.#at(index);
    if (this.#terms[at] === term) return this.#authors[at] ?? null;
    return this.#rival(index, term)?.author ?? null;
  }

  /** The term of the committed entry; 0 when none is known to be. */
  committedTerm(index: Index): Term {
    return index <= this.base ? 0 : (this.#committed[this.#at(index)] ?? 0);
  }

  commit(index: Index, term: Term): void {
    const at = this.#at(index);
    if (at >= 0) this.#committed[at] = term;
  }

  /** Whether what was executed at this index before was the same, and gave the same reply. */
  apply(index: Index, hash: number, reply: number, applier: number): Applied {
    const at = this.#at(index);
    if (at < 0) return "same";
    if (this.#appliers[at] === 0) {
      this.#applied[at] = hash;
      this.#replies[at] = reply;
      this.#appliers[at] = applier + 1;
      return "same";
    }
    if (this.#applied[at] !== hash) return "other-entry";
    return this.#replies[at] === reply >>> 0 ? "same" : "other-reply";
  }

  /** The node that first executed this index. */
  applierOf(index: Index): number {
    return (this.#appliers[this.#at(index)] ?? 0) - 1;
  }

  /** As `apply`, of the whole state machine after this index. */
  noteState(index: Index, hash: number, owner: number): number | null {
    if (index <= this.base) return null;
    const known = this.#states.get(index);
    if (known === undefined) this.#states.set(index, { hash, owner });
    else if (known.hash !== hash) return known.owner;
    return null;
  }

  /** Forgets indexes that no node will mention again. */
  forget(base: Index): void {
    if (base <= this.base) return;
    for (const index of this.#rivals.keys()) if (index <= base) this.#rivals.delete(index);
    for (const index of this.#states.keys()) if (index <= base) this.#states.delete(index);
    this.base = base;
  }

  /** The place of an index in the columns, made if there is none; -1 when it is forgotten. */
  #at(index: Index): number {
    if (index <= this.base) return -1;
    if (index - this.#origin > this.#size) this.#makeRoom(index);
    return index - this.#origin - 1;
  }

  #makeRoom(index: Index): void {
    const from = Math.min(this.base - this.#origin, this.#size);
    let size = this.#size;
    // Half the room stays free, so that moving costs little for each entry.
    while ((index - this.base) * 2 > size) size *= 2;
    this.#terms = moved(this.#terms, new Int32Array(size), from);
    this.#previous = moved(this.#previous, new Int32Array(size), from);
    this.#hashes = moved(this.#hashes, new Uint32Array(size), from);
    this.#authors = moved(this.#authors, new Uint8Array(size), from);
    this.#committed = moved(this.#committed, new Int32Array(size), from);
    this.#applied = moved(this.#applied, new Uint32Array(size), from);
    this.#replies = moved(this.#replies, new Uint32Array(size), from);
    this.#appliers = moved(this.#appliers, new Uint8Array(size), from);
    this.#origin = this.base;
    this.#size = size;
  }
}

function moved<Column extends Int32Array | Uint32Array | Uint8Array>(
  column: Column,
  into: Column,
  from: number,
): Column {
  into.set(column.subarray(from));
  return into;
}
