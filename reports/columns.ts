import type { PairedOperation } from "./operations.ts";

/**
 * The operations of a run as columns, which deflate far better than one object each.
 *
 * `index` and `call` hold differences to the operation before; strings are positions in
 * `dictionary`, -1 for none.
 */
export type OperationColumns = {
  readonly index: readonly number[];
  readonly call: readonly number[];
  /** Nanoseconds from call to return; -1 when no completion was recorded. */
  readonly took: readonly number[];
  readonly process: readonly number[];
  readonly lane: readonly number[];
  /** Position in `outcomes`. */
  readonly outcome: readonly number[];
  readonly f: readonly number[];
  readonly key: readonly number[];
  readonly node: readonly number[];
  readonly error: readonly number[];
  readonly input: readonly unknown[];
  readonly output: readonly unknown[];
  readonly dictionary: readonly string[];
};

export const outcomes = ["ok", "fail", "info"] as const;

/** An operation and the lane that it is drawn on. */
export type LaidOperation = PairedOperation & { readonly lane: number };

export function toColumns(
  operations: readonly PairedOperation[],
  laneOf: ReadonlyMap<number, number>,
): OperationColumns {
  const dictionary: string[] = [];
  const positions = new Map<string, number>();
  const word = (text: string | null) => {
    if (text === null) return -1;
    const known = positions.get(text);
    if (known !== undefined) return known;
    positions.set(text, dictionary.length);
    return dictionary.push(text) - 1;
  };
  return {
    index: differences(operations.map(({ index }) => index)),
    call: differences(operations.map(({ call }) => call)),
    took: operations.map(({ call, return: returned }) =>
      returned === null ? -1 : returned - call,
    ),
    process: operations.map(({ process }) => process),
    lane: operations.map(({ process }) => laneOf.get(process) ?? 0),
    outcome: operations.map(({ outcome }) => outcomes.indexOf(outcome)),
    f: operations.map(({ f }) => word(f)),
    key: operations.map(({ key }) => word(key)),
    node: operations.map(({ node }) => word(node)),
    error: operations.map(({ error }) => word(error)),
    input: operations.map(({ input }) => input ?? null),
    output: operations.map(({ output }) => output ?? null),
    dictionary,
  };
}

export function fromColumns(columns: OperationColumns): LaidOperation[] {
  const word = (position: number | undefined) => columns.dictionary[position ?? -1] ?? null;
  let index = 0;
  let call = 0;
  return columns.index.map((step, position) => {
    index += step;
    call += columns.call[position] ?? 0;
    const took = columns.took[position] ?? -1;
    return {
      index,
      process: columns.process[position] ?? 0,
      lane: columns.lane[position] ?? 0,
      f: word(columns.f[position]) ?? "",
      key: word(columns.key[position]),
      input: columns.input[position],
      output: columns.output[position],
      outcome: outcomes[columns.outcome[position] ?? 2] ?? "info",
      error: word(columns.error[position]),
      node: word(columns.node[position]),
      call,
      return: took < 0 ? null : call + took,
    };
  });
}

function differences(values: readonly number[]): number[] {
  return values.map((value, position) => value - (values[position - 1] ?? 0));
}
