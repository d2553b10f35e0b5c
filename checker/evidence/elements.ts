import { HistoryError } from "../errors.ts";
import { canonicalJson } from "../json.ts";
import { type Operations, outcomes, valueAt } from "../operations.ts";

/** Small integers for JSON values, from 0 in the order in which they were met: equal iff the values are. */
export class Elements {
  readonly #simple = new Map<unknown, number>();
  /** Apart, so that no text is taken for the string of the same characters. */
  readonly #compound = new Map<string, number>();
  readonly #values: unknown[] = [];

  get count(): number {
    return this.#values.length;
  }

  idOf(value: unknown): number {
    if (typeof value === "object" && value !== null) {
      return this.#intern(this.#compound, canonicalJson(value), value);
    }
    return this.#intern(this.#simple, value ?? null, value);
  }

  /** As JSON, for people. */
  text(id: number): string {
    return canonicalJson(this.#values[id]);
  }

  #intern<K>(ids: Map<K, number>, key: K, value: unknown): number {
    let id = ids.get(key);
    if (id === undefined) {
      id = this.#values.length;
      ids.set(key, id);
      this.#values.push(value);
    }
    return id;
  }
}

/** The list that an operation answered; null and no value are the empty one. Throws `HistoryError`. */
export function listAt(operations: Operations, row: number): readonly unknown[] {
  const output = valueAt(operations.values, operations.output, row) ?? [];
  if (Array.isArray(output)) return output;
  const index = operations.index[row] ?? 0;
  throw new HistoryError(`op ${index}: expected a list, got ${JSON.stringify(output)}`, { index });
}

/** Whether a read told something: it was acknowledged, or refused because the key was absent. */
export function hasAnswer({ outcome, error, errors }: Operations, row: number): boolean {
  if (outcome[row] === outcomes.ok) return true;
  return outcome[row] === outcomes.refused && errors[error[row] ?? 0] === "ErrNoKey";
}
