import type { OperationColumns } from "./operation-table.ts";
import type { ValueColumns } from "./value-columns.ts";

/** Columns that grow while a history is read. */
export type GrowingColumns = Record<IntColumn, Int32Array> &
  Record<ByteColumn, Uint8Array> &
  Record<TimeColumn, Float64Array>;

type ByteColumn = "outcome" | "inputForm" | "outputForm";
type TimeColumn = "call" | "took";
type IntColumn = "index" | "process" | "f" | "key" | "node" | "error" | ValueColumn;
type ValueColumn = "inputA" | "inputB" | "outputA" | "outputB";

/** Columns with room for so many rows. */
export function allocate(rows: number): GrowingColumns {
  return {
    index: new Int32Array(rows),
    process: new Int32Array(rows),
    outcome: new Uint8Array(rows),
    f: new Int32Array(rows),
    key: new Int32Array(rows),
    node: new Int32Array(rows),
    error: new Int32Array(rows),
    call: new Float64Array(rows),
    took: new Float64Array(rows),
    inputForm: new Uint8Array(rows),
    inputA: new Int32Array(rows),
    inputB: new Int32Array(rows),
    outputForm: new Uint8Array(rows),
    outputA: new Int32Array(rows),
    outputB: new Int32Array(rows),
  };
}

/** The same rows with twice the room. */
export function enlarge(columns: GrowingColumns): GrowingColumns {
  const larger = allocate(columns.index.length * 2);
  for (const name of Object.keys(columns) as (keyof GrowingColumns)[]) {
    larger[name].set(columns[name]);
  }
  return larger;
}

/** The first rows of three columns as values. */
export function valuesOf(
  form: Uint8Array,
  a: Int32Array,
  b: Int32Array,
  size: number,
): ValueColumns {
  return { form: form.subarray(0, size), a: a.subarray(0, size), b: b.subarray(0, size) };
}

/** Journal order is call order, unless time ran backwards in a damaged history: then rows are sorted. */
export function inCallOrder(columns: OperationColumns): OperationColumns {
  const { call } = columns;
  if (isAscending(call)) return columns;
  const order = Uint32Array.from(call, (_, row) => row).sort(
    (one, other) => (call[one] as number) - (call[other] as number) || one - other,
  );
  const ints = (column: Int32Array) => Int32Array.from(order, (row) => column[row] as number);
  const bytes = (column: Uint8Array) => Uint8Array.from(order, (row) => column[row] as number);
  const floats = (column: Float64Array) => Float64Array.from(order, (row) => column[row] as number);
  const values = ({ form, a, b }: ValueColumns) => ({ form: bytes(form), a: ints(a), b: ints(b) });
  return {
    ...columns,
    index: ints(columns.index),
    process: ints(columns.process),
    outcome: bytes(columns.outcome),
    f: ints(columns.f),
    key: ints(columns.key),
    node: ints(columns.node),
    error: ints(columns.error),
    call: floats(call),
    took: floats(columns.took),
    input: values(columns.input),
    output: values(columns.output),
  };
}

function isAscending(column: Float64Array): boolean {
  for (let row = 1; row < column.length; row++) {
    if ((column[row] as number) < (column[row - 1] as number)) return false;
  }
  return true;
}
