import { HistoryError } from "./errors.ts";
import type { OperationSink, SinkEvent } from "./formats/sink.ts";
import { Names } from "./names.ts";
import { never, type Operations, outcomes } from "./operations.ts";
import { takeApart, type ValueForm } from "./value-form.ts";
import { type Values, ValueTable } from "./values.ts";

/** Code in `outcome` for a row that is to be left out: it did nothing and saw nothing. */
export const leftOut = 255;

/** Two events each, and both have a position below `never`. */
const operationsMax = 2 ** 30 - 1;
const firstCapacity = 64;

/**
 * Columns that grow. Readers add a row at each call, in the order of calls, write its fields, and at the
 * return write `outcome`, `output`, `error`, `return` and `returnTime`. A row that never returns stays
 * `open`. The arrays are replaced when they grow: read them through the builder each time.
 */
export class OperationsBuilder implements OperationSink {
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
  readonly #taken: ValueForm = { form: 0, a: 0, b: 0 };

  /** The number of a fresh row: open, without key, argument, times and node. */
  addRow(): number {
    const row = this.count;
    if (row === operationsMax) {
      throw new HistoryError(`expected at most ${operationsMax} operations, got one more`);
    }
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

  /** Makes room for so many rows in all: columns that grow are copied, and there are two of each then. */
  reserve(rows: number): void {
    const length = Math.min(rows, operationsMax);
    if (length > this.index.length) this.#resize(length);
  }

  onCall(event: SinkEvent): number {
    const row = this.addRow();
    this.index[row] = event.index;
    this.process[row] = event.process;
    this.f[row] = event.f;
    this.key[row] = event.key;
    this.inputForm[row] = event.form;
    this.inputA[row] = event.a;
    this.inputB[row] = event.b;
    this.call[row] = event.position;
    this.callTime[row] = event.time;
    return row;
  }

  onReturn(row: number, event: SinkEvent): void {
    this.outcome[row] = event.outcome;
    this.error[row] = event.error;
    this.return[row] = event.position;
    if (event.position !== never) {
      this.returnTime[row] = event.time;
      this.node[row] = event.node;
    }
    if (event.outcome !== outcomes.ok) return;
    this.outputForm[row] = event.form;
    this.outputA[row] = event.a;
    this.outputB[row] = event.b;
  }

  setInput(row: number, value: unknown): void {
    takeApart(value, this.values, this.#taken);
    this.inputForm[row] = this.#taken.form;
    this.inputA[row] = this.#taken.a;
    this.inputB[row] = this.#taken.b;
  }

  setOutput(row: number, value: unknown): void {
    takeApart(value, this.values, this.#taken);
    this.outputForm[row] = this.#taken.form;
    this.outputA[row] = this.#taken.a;
    this.outputB[row] = this.#taken.b;
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

type Column = Int32Array | Uint8Array | Int16Array | Float64Array;

function resized<C extends Column>(column: C, length: number): C {
  if (length <= column.length) return column.subarray(0, length) as C;
  const larger = new (column.constructor as new (length: number) => C)(length);
  larger.set(column);
  return larger;
}
