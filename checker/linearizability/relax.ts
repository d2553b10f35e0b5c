import type { Model } from "../model.ts";
import {
  forms,
  never,
  type Operations,
  operationAt,
  outcomes,
  type ValueColumn,
} from "../operations.ts";
import type { Values } from "../values.ts";
import { stopSignal } from "./machine.ts";

/**
 * The history of one partition in which `kept` stays as it is and all else is relaxed: every other
 * observer is gone, every other mutation may take effect at any time after its call, or never (with
 * the result that it had). An order of the history is an order of this one, so if this one has none, neither
 * has the history. Mutations called after the last return of `kept` are left out: they change nothing.
 */
export function relax(
  model: Model,
  operations: Operations,
  rows: Int32Array,
  kept: Iterable<number>,
): Operations {
  const places = new Map(Array.from(rows, (row, place) => [row, place]));
  const keptPlaces = Array.from(kept, (row) => {
    const place = places.get(row);
    if (place === undefined) throw new RangeError(`row ${row} is not of this partition`);
    return place;
  });
  return new Relaxation(model, operations, rows).keep(keptPlaces).operations;
}

/** Rows looked at between two questions whether to stop. */
const rowsUnasked = 4096;

/** The operations of one partition, to be relaxed again and again. A place is a position in `rows`. */
export class Relaxation {
  readonly rows: Int32Array;
  /** The operations of the rows, by place. */
  readonly operations: Operations;
  readonly isObserver: Uint8Array;

  /** `rows` in the order of calls. Throws `stopSignal` when it was told to stop. */
  constructor(
    model: Model,
    operations: Operations,
    rows: Int32Array,
    shouldStop: () => boolean = () => false,
  ) {
    this.rows = rows;
    const own = select(operations, rows);
    this.operations = model.partitionByKey ? withOneKey(own) : own;
    this.isObserver = new Uint8Array(rows.length);
    for (let place = 0; place < rows.length; place++) {
      if (place % rowsUnasked === rowsUnasked - 1 && shouldStop()) throw stopSignal;
      this.isObserver[place] = model.isObserver(operationAt(this.operations, place)) ? 1 : 0;
    }
  }

  /** The relaxed history, and the place of each of its rows. */
  keep(kept: readonly number[]): { readonly operations: Operations; readonly places: Int32Array } {
    const all = this.operations;
    const isKept = new Uint8Array(all.count);
    let end = -1;
    for (const place of kept) {
      isKept[place] = 1;
      end = Math.max(end, all.return[place] ?? -1);
    }
    const places = new Int32Array(all.count);
    let count = 0;
    for (let place = 0; place < all.count; place++) {
      if ((all.call[place] ?? 0) > end) break;
      if (isKept[place] === 1 || this.isObserver[place] === 0) places[count++] = place;
    }
    const chosen = places.subarray(0, count);
    const operations = pick(all, chosen);
    for (let row = 0; row < count; row++) {
      if (isKept[chosen[row] ?? 0] === 1) continue;
      // It keeps its result: none at all is null for who was acknowledged, and unknown for others.
      const hasNone = operations.output.form[row] === forms.none;
      if (hasNone && operations.outcome[row] === outcomes.ok)
        operations.output.form[row] = forms.plain;
      operations.outcome[row] = outcomes.open;
      operations.return[row] = never;
      operations.returnTime[row] = NaN;
      operations.error[row] = 0;
    }
    return { operations, places: chosen };
  }
}

/** The rows alone, their values numbered anew: what follows costs as much as they are many. */
function select(operations: Operations, rows: Int32Array): Operations {
  const values = new SomeValues(operations.values);
  const own = pick(operations, rows);
  for (const { form, a, b } of [own.input, own.output]) {
    for (let row = 0; row < own.count; row++) {
      if (form[row] !== forms.none) a[row] = values.numberOf(a[row] ?? 0);
      if (form[row] === forms.pair) b[row] = values.numberOf(b[row] ?? 0);
    }
  }
  return { ...own, values };
}

function withOneKey(operations: Operations): Operations {
  const key = operations.keys[operations.key[0] ?? -1];
  const column = new Int32Array(operations.count).fill(key === undefined ? -1 : 0);
  return { ...operations, keys: key === undefined ? [] : [key], key: column };
}

/** Copies of the columns, of these rows only. */
function pick(operations: Operations, rows: Int32Array): Operations {
  return {
    ...operations,
    count: rows.length,
    index: gather(operations.index, new Int32Array(rows.length), rows),
    process: gather(operations.process, new Int32Array(rows.length), rows),
    f: gather(operations.f, new Uint8Array(rows.length), rows),
    key: gather(operations.key, new Int32Array(rows.length), rows),
    input: pickValues(operations.input, rows),
    output: pickValues(operations.output, rows),
    error: gather(operations.error, new Uint8Array(rows.length), rows),
    outcome: gather(operations.outcome, new Uint8Array(rows.length), rows),
    call: gather(operations.call, new Int32Array(rows.length), rows),
    return: gather(operations.return, new Int32Array(rows.length), rows),
    callTime: gather(operations.callTime, new Float64Array(rows.length), rows),
    returnTime: gather(operations.returnTime, new Float64Array(rows.length), rows),
    node: gather(operations.node, new Int16Array(rows.length), rows),
  };
}

function pickValues({ form, a, b }: ValueColumn, rows: Int32Array): ValueColumn {
  return {
    form: gather(form, new Uint8Array(rows.length), rows),
    a: gather(a, new Int32Array(rows.length), rows),
    b: gather(b, new Int32Array(rows.length), rows),
  };
}

type Column = Int32Array | Uint8Array | Int16Array | Float64Array;

function gather<C extends Column>(from: C, to: C, rows: Int32Array): C {
  for (let row = 0; row < rows.length; row++) to[row] = from[rows[row] ?? 0] ?? 0;
  return to;
}

/** Some of the values of a history, numbered in the order in which they are asked for. */
class SomeValues implements Values {
  readonly #all: Values;
  readonly #ids: number[] = [0];
  readonly #numbers = new Map<number, number>([[0, 0]]);

  constructor(all: Values) {
    this.#all = all;
  }

  get count(): number {
    return this.#ids.length;
  }

  numberOf(id: number): number {
    let number = this.#numbers.get(id);
    if (number === undefined) {
      number = this.#ids.length;
      this.#numbers.set(id, number);
      this.#ids.push(id);
    }
    return number;
  }

  text(number: number): string {
    return this.#all.text(this.#ids[number] ?? -1);
  }

  value(number: number): unknown {
    return this.#all.value(this.#ids[number] ?? -1);
  }
}
