import { layLanes } from "./lanes.ts";
import { type LaidOperation, outcomes } from "./operations.ts";
import { type Texts, type ValueColumns, valueAt } from "./value-columns.ts";

/** What a table is made of: one entry a row in each column, rows in call order. */
export type OperationColumns = {
  /** `index` of the invocation. */
  readonly index: Int32Array;
  readonly process: Int32Array;
  /** Position in `outcomes`. */
  readonly outcome: Uint8Array;
  /** Position in `dictionary`. */
  readonly f: Int32Array;
  /** Positions in `dictionary`, -1 for none. */
  readonly key: Int32Array;
  readonly node: Int32Array;
  readonly error: Int32Array;
  /** Nanoseconds since the run began, ascending. */
  readonly call: Float64Array;
  /** Nanoseconds from call to return; -1 when no completion was recorded. */
  readonly took: Float64Array;
  readonly input: ValueColumns;
  readonly output: ValueColumns;
  /** Distinct strings. */
  readonly dictionary: readonly string[];
  readonly texts: Texts;
};

/**
 * The operations of a run in columns, rows in call order: no object for any of them until it is asked
 * for. Never changed once it is made.
 */
export class OperationTable implements OperationColumns {
  readonly size: number;
  readonly index: Int32Array;
  readonly process: Int32Array;
  readonly outcome: Uint8Array;
  readonly f: Int32Array;
  readonly key: Int32Array;
  readonly node: Int32Array;
  readonly error: Int32Array;
  readonly call: Float64Array;
  readonly took: Float64Array;
  readonly input: ValueColumns;
  readonly output: ValueColumns;
  readonly dictionary: readonly string[];
  readonly texts: Texts;
  /** The lane that each is drawn on: those of one lane never overlap. */
  readonly lane: Int32Array;
  readonly laneCount: number;
  #laneRows: readonly Int32Array[] | undefined;
  /** Null where the column itself can be searched. */
  #rowByIndex: ReadonlyMap<number, number> | null | undefined;
  #codes: ReadonlyMap<string, number> | undefined;

  constructor(columns: OperationColumns) {
    this.size = columns.index.length;
    this.index = columns.index;
    this.process = columns.process;
    this.outcome = columns.outcome;
    this.f = columns.f;
    this.key = columns.key;
    this.node = columns.node;
    this.error = columns.error;
    this.call = columns.call;
    this.took = columns.took;
    this.input = columns.input;
    this.output = columns.output;
    this.dictionary = columns.dictionary;
    this.texts = columns.texts;
    const { lane, laneCount } = layLanes(columns);
    this.lane = lane;
    this.laneCount = laneCount;
  }

  /** The operation of a row, 0 to `size` - 1, as an object of its own. Throws `RangeError` beyond. */
  at(row: number): LaidOperation {
    const call = this.call[row];
    const took = this.took[row];
    if (call === undefined || took === undefined) {
      throw new RangeError(`no row ${row}, expected 0..${this.size - 1}`);
    }
    return {
      index: this.index[row] ?? 0,
      process: this.process[row] ?? 0,
      lane: this.lane[row] ?? 0,
      f: this.word(this.f[row]) ?? "",
      key: this.word(this.key[row]),
      input: valueAt(this.input, this.texts, row),
      output: valueAt(this.output, this.texts, row),
      outcome: outcomes[this.outcome[row] ?? 2] ?? "info",
      error: this.word(this.error[row]),
      node: this.word(this.node[row]),
      call,
      return: took < 0 ? null : call + took,
    };
  }

  /** The row of the invocation with this `index`, or -1. */
  rowOf(index: number): number {
    // Once: null is an answer too.
    if (this.#rowByIndex === undefined) {
      this.#rowByIndex = isAscending(this.index) ? null : placesOf(this.index);
    }
    if (this.#rowByIndex !== null) return this.#rowByIndex.get(index) ?? -1;
    let low = 0;
    let high = this.size - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.index[middle] as number;
      if (found === index) return middle;
      if (found < index) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** The operation whose invocation has this `index`. */
  find(index: number): LaidOperation | undefined {
    const row = this.rowOf(index);
    return row === -1 ? undefined : this.at(row);
  }

  /** When a row ends: its return, or `Infinity` when no completion was recorded. */
  endOf(row: number): number {
    const took = this.took[row] as number;
    return took < 0 ? Infinity : (this.call[row] as number) + took;
  }

  /** The first row called at `ns` or later; `size` when there is none. */
  firstCallAt(ns: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.call[middle] as number) < ns) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The rows of a lane, ascending; empty for a lane that there is not. */
  laneRows(lane: number): Int32Array {
    this.#laneRows ??= groupByLane(this.lane, this.laneCount);
    return this.#laneRows[lane] ?? new Int32Array(0);
  }

  /** Position of a text in `dictionary`, -1 when no operation has it. */
  codeOf(text: string): number {
    this.#codes ??= placesOf(this.dictionary);
    return this.#codes.get(text) ?? -1;
  }

  /** The text of a code; null for -1. */
  word(code: number | undefined): string | null {
    return this.dictionary[code ?? -1] ?? null;
  }
}

function groupByLane(lane: Int32Array, laneCount: number): Int32Array[] {
  const counts = new Int32Array(laneCount);
  for (const one of lane) counts[one] = (counts[one] as number) + 1;
  const rows = Array.from(counts, (count) => new Int32Array(count));
  const filled = new Int32Array(laneCount);
  for (let row = 0; row < lane.length; row++) {
    const one = lane[row] as number;
    const place = filled[one] as number;
    (rows[one] as Int32Array)[place] = row;
    filled[one] = place + 1;
  }
  return rows;
}

/** Only a damaged history has indices that do not rise. */
function isAscending(column: Int32Array): boolean {
  for (let row = 1; row < column.length; row++) {
    if ((column[row] as number) <= (column[row - 1] as number)) return false;
  }
  return true;
}

/** Where each item stands; of equal ones the first counts. */
function placesOf<T>(items: Iterable<T>): ReadonlyMap<T, number> {
  const places = new Map<T, number>();
  let place = 0;
  for (const item of items) {
    if (!places.has(item)) places.set(item, place);
    place++;
  }
  return places;
}
