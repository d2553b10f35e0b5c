import { HistoryError } from "./errors.ts";
import { isObject } from "./json.ts";
import { forms, never, type Operations, outcomes } from "./operations.ts";
import { type Values, ValueTable } from "./values.ts";

/** Code in `outcome` for a row that is to be left out: it did nothing and saw nothing. */
export const leftOut = 255;

/** Two events each, and both have a position below `never`. */
const operationsMax = 2 ** 30 - 1;
const firstCapacity = 64;

type Forms = (typeof forms)[keyof typeof forms];

/**
 * Columns that grow. Readers add a row at each call, in the order of calls, write its fields, and at the
 * return write `outcome`, `output`, `error`, `return` and `returnTime`. A row that never returns stays
 * `open`. The arrays are replaced when they grow: read them through the builder each time.
 */
export class OperationsBuilder {
  count: number = 0;
  index: Int32Array = new Int32Array(firstCapacity);
  process: Int32Array = new Int32Array(firstCapacity);
  f: Uint8Array = new Uint8Array(firstCapacity);
  key: Int32Array = new Int32Array(firstCapacity);
  inputForm: Uint8Array = new Uint8Array(firstCapacity);
  inputA: Int32Array = new Int32Array(firstCapacity);
  inputB: Int32Array = new Int32Array(firstCapacity);
  outputForm: Uint8Array = new Uint8Array(firstCapacity);
  outputA: Int32Array = new Int32Array(firstCapacity);
  outputB: Int32Array = new Int32Array(firstCapacity);
  error: Uint8Array = new Uint8Array(firstCapacity);
  outcome: Uint8Array = new Uint8Array(firstCapacity);
  call: Int32Array = new Int32Array(firstCapacity);
  return: Int32Array = new Int32Array(firstCapacity);
  callTime: Float64Array = new Float64Array(firstCapacity);
  returnTime: Float64Array = new Float64Array(firstCapacity);
  node: Int16Array = new Int16Array(firstCapacity);

  readonly functions: Names = new Names(255);
  readonly keys: Names = new Names(2 ** 31 - 1);
  readonly errors: Names = new Names(255, [""]);
  readonly nodes: Names = new Names(2 ** 15 - 1);
  readonly values: ValueTable = new ValueTable();

  /** The number of a fresh row: open, without key, argument, times and node. */
  addRow(): number {
    const row = this.count;
    if (row === operationsMax) throw new HistoryError(`more than ${operationsMax} operations`);
    if (row === this.index.length) this.#resize(row * 2);
    this.count = row + 1;
    this.key[row] = -1;
    this.outcome[row] = outcomes.open;
    this.return[row] = never;
    this.callTime[row] = NaN;
    this.returnTime[row] = NaN;
    this.node[row] = -1;
    return row;
  }

  setInput(row: number, value: unknown): void {
    this.inputForm[row] = this.#takeApart(value, this.inputA, this.inputB, row);
  }

  setOutput(row: number, value: unknown): void {
    this.outputForm[row] = this.#takeApart(value, this.outputA, this.outputB, row);
  }

  /** The finished columns, without the rows left out. `values` where the reader has its own. */
  finish(values: Values = this.values): Operations {
    this.#resize(this.#compact());
    const { inputForm, inputA, inputB, outputForm, outputA, outputB } = this;
    return {
      count: this.count,
      index: this.index,
      process: this.process,
      f: this.f,
      key: this.key,
      input: { form: inputForm, a: inputA, b: inputB },
      output: { form: outputForm, a: outputA, b: outputB },
      error: this.error,
      outcome: this.outcome,
      call: this.call,
      return: this.return,
      callTime: this.callTime,
      returnTime: this.returnTime,
      node: this.node,
      functions: this.functions.list,
      keys: this.keys.list,
      errors: this.errors.list,
      nodes: this.nodes.list,
      values,
    };
  }

  #takeApart(value: unknown, a: Int32Array, b: Int32Array, row: number): Forms {
    if (value === undefined) return forms.none;
    if (Array.isArray(value) && value.length === 2) {
      a[row] = this.values.intern(value[0]);
      b[row] = this.values.intern(value[1]);
      return forms.pair;
    }
    if (isVersioned(value)) {
      a[row] = this.values.intern(value.value);
      b[row] = value.version;
      return forms.versioned;
    }
    a[row] = this.values.intern(value);
    return forms.plain;
  }

  /** Moves the rows that stay together; how many they are. */
  #compact(): number {
    let kept = 0;
    const columns = this.#columns();
    for (let row = 0; row < this.count; row++) {
      if (this.outcome[row] === leftOut) continue;
      if (kept !== row) for (const column of columns) column[kept] = column[row] ?? 0;
      kept++;
    }
    this.count = kept;
    return kept;
  }

  #columns(): (Int32Array | Uint8Array | Int16Array | Float64Array)[] {
    const { index, process, f, key, error, outcome, call, callTime, returnTime, node } = this;
    const { inputForm, inputA, inputB, outputForm, outputA, outputB } = this;
    const values = [inputForm, inputA, inputB, outputForm, outputA, outputB];
    const times = [call, this.return, callTime, returnTime];
    return [index, process, f, key, error, outcome, node, ...values, ...times];
  }

  #resize(length: number): void {
    this.index = resized(this.index, length);
    this.process = resized(this.process, length);
    this.f = resized(this.f, length);
    this.key = resized(this.key, length);
    this.inputForm = resized(this.inputForm, length);
    this.inputA = resized(this.inputA, length);
    this.inputB = resized(this.inputB, length);
    this.outputForm = resized(this.outputForm, length);
    this.outputA = resized(this.outputA, length);
    this.outputB = resized(this.outputB, length);
    this.error = resized(this.error, length);
    this.outcome = resized(this.outcome, length);
    this.call = resized(this.call, length);
    this.return = resized(this.return, length);
    this.callTime = resized(this.callTime, length);
    this.returnTime = resized(this.returnTime, length);
    this.node = resized(this.node, length);
  }
}

/** Names of functions, keys, errors or nodes, by the order in which they were met. */
export class Names {
  readonly list: string[];
  readonly #ids = new Map<string, number>();
  readonly #max: number;

  /** At most `max` names, `first` among them. */
  constructor(max: number, first: readonly string[] = []) {
    this.#max = max;
    this.list = [];
    for (const name of first) this.intern(name);
  }

  intern(name: string): number {
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.list.length;
      if (id === this.#max) throw new HistoryError(`more than ${this.#max} names like "${name}"`);
      this.#ids.set(name, id);
      this.list.push(name);
    }
    return id;
  }
}

function isVersioned(value: unknown): value is { value: unknown; version: number } {
  if (!isObject(value)) return false;
  const version = value["version"];
  if (!Number.isInteger(version) || (version as number) < 0 || (version as number) >= 2 ** 31) {
    return false;
  }
  let fields = 0;
  for (const _ in value) fields++;
  return fields === 2 && Object.hasOwn(value, "value");
}

type Column = Int32Array | Uint8Array | Int16Array | Float64Array;

function resized<C extends Column>(column: C, length: number): C {
  if (length <= column.length) return column.subarray(0, length) as C;
  const larger = new (column.constructor as new (length: number) => C)(length);
  larger.set(column);
  return larger;
}
