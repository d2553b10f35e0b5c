import { canonicalJson } from "./json.ts";
import type { Model, Operation } from "./model.ts";

/** What a model of one's own must say; the rest has defaults that are right for any model. */
export type ModelSpec<State> = Pick<Model<State>, "init" | "step"> &
  Partial<Omit<Model<State>, "init" | "step">> & {
    /** Whether two states are the same, where they are no JSON values and there is no `key`. */
    equal?(a: State, b: State): boolean;
    /** Goes with `equal`, and makes it fast: equal states have equal hashes. Any number, or a text. */
    hash?(state: State): number | string;
  };

/**
 * A model of one's own: `init` and `step` are enough.
 *
 * Defaults: any `f` is known, keys are independent of each other, states are JSON values (a `TypeError`
 * tells when one is not), and which operations are observers is found out by the search. Naming them in
 * `isObserver` makes checks faster and cores smaller.
 */
export function defineModel<State>(spec: ModelSpec<State>): Model<State> {
  const { equal, hash, ...rest } = spec;
  return {
    name: "own",
    summary: spec.name ?? "a model of one's own",
    functions: [],
    partitionByKey: true,
    key: equal === undefined ? stateKey : keyByEqual(equal, hash),
    isObserver: () => false,
    findsObservers: spec.isObserver === undefined,
    describeState: (state) => JSON.stringify(state) ?? String(state),
    describeOperation,
    ...rest,
  };
}

/** Canonical JSON of a state, refusing what JSON would make equal though it is not. */
export function stateKey(state: unknown): string {
  refuseUnkeyable(state);
  return canonicalJson(state);
}

/** `within`: the arrays and objects that the value is in. */
function refuseUnkeyable(value: unknown, within: readonly unknown[] = []): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (typeof value === "number") {
    throw new TypeError(`a state holds ${value}, which is no JSON value: give key, or equal`);
  }
  if (within.includes(value)) {
    throw new TypeError("a state holds itself, which no JSON value does: give key, or equal");
  }
  const deeper = [...within, value];
  if (Array.isArray(value)) {
    for (const item of value) refuseUnkeyable(item, deeper);
    return;
  }
  const isRecord = typeof value === "object" && isPlainPrototype(Object.getPrototypeOf(value));
  if (!isRecord) {
    const what = typeof value === "object" ? (value?.constructor?.name ?? "object") : typeof value;
    throw new TypeError(`a state holds a ${what}, which is no JSON value: give key, or equal`);
  }
  // An absent field and one that is undefined are the same.
  for (const field of Object.values(value as object)) {
    if (field !== undefined) refuseUnkeyable(field, deeper);
  }
}

function isPlainPrototype(prototype: unknown): boolean {
  return prototype === null || prototype === Object.prototype;
}

/** Numbers states as they are met, and remembers them as long as the model lives. */
function keyByEqual<State>(
  equal: (a: State, b: State) => boolean,
  hash: (state: State) => number | string = () => 0,
): (state: State) => number {
  const buckets = new Map<number | string, { readonly state: State; readonly id: number }[]>();
  let count = 0;
  return (state) => {
    const name = hash(state);
    let bucket = buckets.get(name);
    if (bucket === undefined) {
      bucket = [];
      buckets.set(name, bucket);
    }
    const known = bucket.find((other) => equal(other.state, state));
    if (known !== undefined) return known.id;
    bucket.push({ state, id: count });
    return count++;
  };
}

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const asked = input === undefined ? "" : ` ${JSON.stringify(input)}`;
  const told = output === undefined ? outcome : JSON.stringify(output);
  return `process ${process}: ${f}${asked} -> ${error ?? told}`;
}
