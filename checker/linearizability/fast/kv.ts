import { never, type Operations, outcomes, valueAt } from "../../operations.ts";
import type { FastDecision, FastPath } from "../fast-path.ts";
import { TextParts } from "./text-parts.ts";
import { findConflict, sortByKey } from "./zones.ts";

/** Letters looked at in all, some tenths of a second: longer texts are left to the search. */
const looksMax = 4_000_000;
/** The put of what is there from the beginning on. */
const beginning = -1;

/**
 * Decides `kv` where every text is put or appended once, and every text seen is made of those in one way.
 *
 * A text seen tells the put that it begins with, and the appends behind it in their order. So all that belongs
 * to one put up to the longest text seen is in one order, and contiguous: whatever nobody saw, and was
 * acknowledged, comes between two such stretches, where it is lost. Stretches can be ordered iff no two are in
 * conflict, see `findConflict`. What is of unknown outcome happened iff it was seen. O(n log n) besides the
 * letters of what was seen.
 */
export const fastPath: FastPath = {
  name: "stretches",
  rowsMin: 256,
  prepare: (operations) => {
    const path = new TextPath(operations);
    return (rows) => path.decide(rows);
  },
};

type Seen = { readonly row: number; readonly parts: readonly number[] };

/** What belongs to one put, up to the longest text that was seen of it. */
type Stretch = {
  readonly put: number;
  readonly seen: Seen[];
  longest: Seen;
};

type Mutations = { readonly rows: readonly number[]; readonly parts: TextParts };

class TextPath {
  readonly #operations: Operations;
  readonly #get: number;
  readonly #put: number;

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#get = operations.functions.indexOf("get");
    this.#put = operations.functions.indexOf("put");
  }

  decide(rows: Int32Array): FastDecision | null {
    const mutations = this.#mutations(rows);
    if (mutations === null) return null;
    const seen = this.#read(rows, mutations.parts);
    if (seen === null) return null;
    const stretches = new Map<number, Stretch>();
    /** By append: a read that saw it. */
    const readers = new Map<number, Seen>();
    for (const one of seen) {
      const conflict = this.#place(one, stretches, readers);
      if (conflict !== null) return invalid(conflict);
    }
    const lines: number[][] = [];
    for (const stretch of stretches.values()) {
      const line = this.#line(stretch);
      const late = this.#late(line);
      if (late !== null) return invalid([...late, stretch.longest.row]);
      lines.push(line);
    }
    const ends = [...stretches.values()].map(({ put, longest }) => ({ put, row: longest.row }));
    const known = new Set(lines.flat());
    const { outcome } = this.#operations;
    for (const row of mutations.rows) {
      if (outcome[row] !== outcomes.ok || known.has(row)) continue;
      lines.push([row]);
      ends.push({ put: row, row });
    }
    return this.#order(lines, ends);
  }

  /** Null when two of them are the same, or one was refused: then nothing is known. */
  #mutations(rows: Int32Array): Mutations | null {
    const { f, outcome, input, values } = this.#operations;
    const parts = new TextParts();
    const own: number[] = [];
    for (const row of rows) {
      if (f[row] === this.#get) continue;
      const text = valueAt(values, input, row);
      if (outcome[row] === outcomes.refused || typeof text !== "string") return null;
      if (!parts.add(text, row)) return null;
      own.push(row);
    }
    return { rows: own, parts };
  }

  /** What the reads saw; null when a text cannot be told to be made in one way. */
  #read(rows: Int32Array, parts: TextParts): Seen[] | null {
    const { f } = this.#operations;
    const texts = this.#texts(rows);
    const letters = texts.reduce((sum, { text }) => sum + text.length, 0);
    if (letters * parts.looks > looksMax) return null;
    const seen: Seen[] = [];
    for (const { row, text } of texts) {
      const ids = parts.idsOf(text);
      if (ids === null || new Set(ids).size < ids.length) return null;
      if (ids.slice(1).some((id) => f[id] === this.#put)) return null;
      const isPut = f[ids[0] ?? -1] === this.#put;
      seen.push({ row, parts: isPut ? ids : [beginning, ...ids] });
    }
    return seen;
  }

  #texts(rows: Int32Array): { readonly row: number; readonly text: string }[] {
    const { f, outcome, output, values } = this.#operations;
    const known = rows.filter(
      (row) => f[row] === this.#get && (outcome[row] ?? 0) <= outcomes.refused,
    );
    return Array.from(known, (row) => {
      const text = outcome[row] === outcomes.ok ? valueAt(values, output, row) : "";
      return { row, text: typeof text === "string" ? text : "" };
    });
  }

  /** Puts a read into its stretch; the rows of two reads that do not go together, or null. */
  #place(
    seen: Seen,
    stretches: Map<number, Stretch>,
    readers: Map<number, Seen>,
  ): readonly number[] | null {
    const [put = beginning] = seen.parts;
    const stretch = stretches.get(put);
    if (stretch === undefined) stretches.set(put, { put, seen: [seen], longest: seen });
    const longest = stretch?.longest ?? { row: seen.row, parts: [put] };
    const isLonger = seen.parts.length > longest.parts.length;
    const [short, long] = isLonger ? [longest, seen] : [seen, longest];
    if (short.parts.some((part, at) => part !== long.parts[at])) return [short.row, long.row];
    for (const part of isLonger ? seen.parts.slice(longest.parts.length) : []) {
      const reader = readers.get(part);
      if (reader !== undefined) return [reader.row, seen.row];
      readers.set(part, seen);
    }
    stretch?.seen.push(seen);
    if (stretch !== undefined && isLonger) stretch.longest = seen;
    return null;
  }

  /** The rows of a stretch in the order that they have. */
  #line({ put, seen, longest }: Stretch): number[] {
    const { call } = this.#operations;
    const readers = longest.parts.map((): number[] => []);
    for (const { row, parts } of seen) readers[parts.length - 1]?.push(row);
    const line = longest.parts.flatMap((part, at) => [
      ...(part === beginning ? [] : [part]),
      ...(readers[at] ?? []).sort((a, b) => (call[a] ?? 0) - (call[b] ?? 0)),
    ]);
    return put === beginning ? [beginning, ...line] : line;
  }

  /** Two rows of a line of which the second had returned before the first was called, or null. */
  #late(line: readonly number[]): readonly number[] | null {
    let last = beginning;
    for (const row of line) {
      if (row === beginning) continue;
      if (this.#return(row) < this.#call(last)) return [last, row];
      if (this.#call(row) > this.#call(last)) last = row;
    }
    return null;
  }

  #order(
    lines: readonly (readonly number[])[],
    ends: readonly { readonly row: number }[],
  ): FastDecision {
    const firsts = lines.map((line) =>
      line.reduce((least, row) => (this.#return(row) < this.#return(least) ? row : least)),
    );
    const lasts = lines.map((line) =>
      line.reduce((most, row) => (this.#call(row) > this.#call(most) ? row : most)),
    );
    const first = Int32Array.from(firsts, (row) => this.#return(row));
    const last = Int32Array.from(lasts, (row) => this.#call(row));
    const ids = Int32Array.from(lines.keys());
    sortByKey(ids, first);
    const conflict = findConflict(ids, first, last);
    if (conflict !== null) {
      const core = conflict.flatMap((id) => [firsts[id], lasts[id], ends[id]?.row]);
      return invalid(core.flatMap((row) => row ?? []).filter((row) => row !== beginning));
    }
    const witness = (): Int32Array => {
      sortByKey(
        ids,
        first.map((begin, id) => Math.min(begin, last[id] ?? never)),
      );
      const rows = Array.from(ids, (id) => lines[id] ?? []).flat();
      return Int32Array.from(rows.filter((row) => row !== beginning));
    };
    return { verdict: "valid", witness };
  }

  #call(row: number): number {
    return row === beginning ? -1 : (this.#operations.call[row] ?? 0);
  }

  #return(row: number): number {
    return row === beginning ? -1 : (this.#operations.return[row] ?? never);
  }
}

function invalid(core: readonly number[]): FastDecision {
  const rows = Int32Array.from(new Set(core)).sort();
  return { verdict: "invalid", core: () => rows };
}
