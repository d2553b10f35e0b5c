import type { Done } from "../cluster/control.ts";

/** Calls for every item at once; `done` after the last, with the first error if there was one. */
export function forEach<T>(
  items: readonly T[],
  call: (item: T, done: Done) => void,
  done: Done,
): void {
  let pending = items.length;
  let firstError: Error | null = null;
  if (pending === 0) {
    done(null);
    return;
  }
  const next: Done = (error) => {
    firstError ??= error;
    pending -= 1;
    if (pending === 0) done(firstError);
  };
  for (const item of items) call(item, next);
}

/** Like `forEach`, with the results in the order of the items (null where a call failed). */
export function collect<T, Result>(
  items: readonly T[],
  call: (item: T, done: (error: Error | null, result: Result) => void) => void,
  done: (error: Error | null, results: readonly (Result | null)[]) => void,
): void {
  const results: (Result | null)[] = [];
  for (const _ of items) results.push(null);
  let pending = items.length;
  let firstError: Error | null = null;
  if (pending === 0) {
    done(null, results);
    return;
  }
  items.forEach((item, at) => {
    call(item, (error, result) => {
      if (error === null) results[at] = result;
      else firstError ??= error;
      pending -= 1;
      if (pending === 0) done(firstError, results);
    });
  });
}

/** Calls one after another, each when the one before it is done; the first error ends it. */
export function inTurn(calls: readonly ((done: Done) => void)[], done: Done): void {
  const [first, ...rest] = calls;
  if (first === undefined) {
    done(null);
    return;
  }
  first((error) => {
    if (error === null) inTurn(rest, done);
    else done(error);
  });
}

/** An object with one field for each name; field by field, since looks are built often. */
export function byName<Value>(
  names: readonly string[],
  value: (name: string, at: number) => Value,
): Record<string, Value> {
  const values: Record<string, Value> = {};
  names.forEach((name, at) => {
    values[name] = value(name, at);
  });
  return values;
}
