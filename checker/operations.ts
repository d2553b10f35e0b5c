import type { Operation } from "./model.ts";
import type { Values } from "./values.ts";

/** Codes of the column `outcome`, see `Operation`. */
export const outcomes = { ok: 0, refused: 1, maybe: 2, open: 3 } as const;
export const outcomeNames = ["ok", "refused", "maybe", "open"] as const;

/**
 * Codes of `ValueColumn.form`. Every value has exactly one form: an object of exactly an own `value`
 * and `version` (integer from 0 to 2^31 - 1) is `versioned`, an array of two is a `pair`, all else `plain`.
 */
export const forms = { none: 0, plain: 1, versioned: 2, pair: 3 } as const;

/** `return` of an operation that never returned. */
export const never = 0x7fff_ffff;

/** Arguments or results, taken apart as far as the checks need: equal iff all three fields are. */
export type ValueColumn = {
  readonly form: Uint8Array;
  /** Id in `values`: of the value, of a versioned value, of a pair's first. 0 for `none`. */
  readonly a: Int32Array;
  /** The version, or the id of a pair's second; else 0. */
  readonly b: Int32Array;
};

/**
 * The operations of a history in columns: row i of each is one operation, and there is no object for it.
 *
 * Rows are in the order of the calls. Operations that certainly did nothing and saw nothing are not
 * there, nemesis lines neither. `call` and `return` are positions in one total order of all events
 * (distinct, from 0, gaps allowed); only this order counts for a check, times serve people.
 */
export type Operations = {
  readonly count: number;
  /** `index` of the invocation in the history. */
  readonly index: Int32Array;
  readonly process: Int32Array;
  /** Id in `functions`. */
  readonly f: Uint8Array;
  /** Id in `keys`, or -1. */
  readonly key: Int32Array;
  readonly input: ValueColumn;
  /** Of operations that were `ok`, also after `relax`; else form `none`. */
  readonly output: ValueColumn;
  /** Id in `errors`; 0 is none. */
  readonly error: Uint8Array;
  readonly outcome: Uint8Array;
  readonly call: Int32Array;
  /** `never` for an open operation. */
  readonly return: Int32Array;
  /** Nanoseconds; NaN where the history has no times, and for the return of an open operation. */
  readonly callTime: Float64Array;
  readonly returnTime: Float64Array;
  /** Id in `nodes` of who answered, or -1. */
  readonly node: Int16Array;

  readonly functions: readonly string[];
  readonly keys: readonly string[];
  /** The first is "". */
  readonly errors: readonly string[];
  readonly nodes: readonly string[];
  readonly values: Values;
};

/** One row as an object, for models and for people. */
export function operationAt(operations: Operations, row: number): Operation {
  const at = operations.return[row] ?? never;
  const operation: { -readonly [field in keyof Operation]: Operation[field] } = {
    index: operations.index[row] ?? 0,
    process: operations.process[row] ?? 0,
    f: operations.functions[operations.f[row] ?? 0] ?? "",
    input: valueAt(operations.values, operations.input, row),
    outcome: outcomeNames[operations.outcome[row] ?? 0] ?? "open",
    call: operations.call[row] ?? 0,
    return: at === never ? Infinity : at,
  };
  const key = operations.keys[operations.key[row] ?? -1];
  if (key !== undefined) operation.key = key;
  if (operation.outcome === "ok" || operations.output.form[row] !== forms.none) {
    operation.output = valueAt(operations.values, operations.output, row);
  }
  const error = operations.error[row] ?? 0;
  if (error !== 0) operation.error = operations.errors[error] ?? "";
  return operation;
}

/** The argument or result of one row; `undefined` where there is none. */
export function valueAt(values: Values, { form, a, b }: ValueColumn, row: number): unknown {
  const first = a[row] ?? 0;
  const second = b[row] ?? 0;
  switch (form[row]) {
    case forms.plain:
      return values.value(first);
    case forms.versioned:
      return { value: values.value(first), version: second };
    case forms.pair:
      return [values.value(first), values.value(second)];
    default:
      return undefined;
  }
}

/** Rows by key, each key's in the order of calls; those without a key are one more part. */
export type Parts = {
  /** Part p is `rows[from[p]]` to `rows[from[p + 1] - 1]`; no part is empty. */
  readonly from: Int32Array;
  readonly rows: Int32Array;
};

export function splitByKey({ count, key, keys }: Operations): Parts {
  const starts = new Int32Array(keys.length + 2);
  for (let row = 0; row < count; row++) {
    const next = (key[row] ?? -1) + 2;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  const from: number[] = [0];
  for (let part = 1; part < starts.length; part++) {
    const size = starts[part] ?? 0;
    starts[part] = size + (starts[part - 1] ?? 0);
    if (size > 0) from.push(starts[part] ?? 0);
  }
  const rows = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const part = (key[row] ?? -1) + 1;
    const place = starts[part] ?? 0;
    rows[place] = row;
    starts[part] = place + 1;
  }
  return { from: Int32Array.from(from), rows };
}

/** All rows as one part. */
export function asOnePart({ count }: Operations): Parts {
  const from = count === 0 ? [0] : [0, count];
  return { from: Int32Array.from(from), rows: Int32Array.from({ length: count }, (_, row) => row) };
}
