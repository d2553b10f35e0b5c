import { canonicalJson } from "../json.ts";
import type { Operation } from "../model.ts";
import type { RegisterWords } from "../registers.ts";

type Values = Pick<RegisterWords, "valueSet" | "valueSeen">;

const nodesMax = 20_000;

/** A value that somebody sees after another one, and of which no setter is left that comes in time. */
type Lack = { readonly value: string; readonly supply: number };

/**
 * Why a core of a register has no order, by counting: in every order of it some value is seen more often, after
 * another one, than operations outside of the core set it. `undefined` where that does not tell.
 */
export function reasonOfSupply(
  core: readonly Operation[],
  relaxed: readonly Operation[],
  words: Values,
): string | undefined {
  if (core.some(({ outcome }) => outcome === "maybe")) return undefined;
  const lacks = new Orders(core, relaxed, words).lacks();
  if (lacks === null || lacks.length === 0) return undefined;
  const byValue = new Map<string, number>();
  for (const { value, supply } of lacks) {
    byValue.set(value, Math.min(supply, byValue.get(value) ?? Infinity));
  }
  const clauses = [...byValue].map(([value, supply]) => {
    const often = supply === 0 ? "" : supply === 1 ? " twice" : ` ${supply + 1} times`;
    const called =
      supply === 0
        ? "nothing else that sets it"
        : `only ${supply === 1 ? "one" : supply} that can do so`;
    return `${value} must be set${often} by other operations, but ${called} had been called in time`;
  });
  const indexes = core.map(({ index }) => index).sort((a, b) => a - b);
  return `whatever the order of the operations at indexes ${indexes.join(", ")}, ${clauses.join("; or ")}`;
}

/** All orders of a core that respect real time, each followed until a value is lacking. */
class Orders {
  readonly #core: readonly Operation[];
  readonly #words: Values;
  /** Calls of the operations outside of the core, by the value that they set. */
  readonly #setters = new Map<string, number[]>();
  readonly #lacks: Lack[] = [];
  #nodes = 0;

  constructor(core: readonly Operation[], relaxed: readonly Operation[], words: Values) {
    this.#core = core;
    this.#words = words;
    const indexes = new Set(core.map(({ index }) => index));
    for (const operation of relaxed) {
      const set = words.valueSet(operation);
      if (set === undefined || indexes.has(operation.index)) continue;
      const value = canonicalJson(set);
      this.#setters.set(value, [...(this.#setters.get(value) ?? []), operation.call]);
    }
  }

  /** One for each order; null when some order lacks nothing. */
  lacks(): readonly Lack[] | null {
    return this.#visit(this.#core, "null", new Map()) ? this.#lacks : null;
  }

  #visit(left: readonly Operation[], value: string, used: ReadonlyMap<string, number>): boolean {
    if (left.length === 0 || this.#nodes++ > nodesMax) return false;
    const end = Math.min(...left.map((operation) => operation.return));
    return left
      .filter(({ call }) => call < end)
      .every((operation) => {
        const rest = left.filter((other) => other !== operation);
        const seen = this.#words.valueSeen(operation);
        const needed = seen === undefined ? value : canonicalJson(seen);
        const after = new Map(used);
        if (needed !== value) {
          const calls = this.#setters.get(needed) ?? [];
          const count = (used.get(needed) ?? 0) + 1;
          const supply = calls.filter((call) => call < end).length;
          if (count > supply) {
            this.#lacks.push({ value: needed, supply });
            return true;
          }
          after.set(needed, count);
        }
        const set = operation.outcome === "ok" ? this.#words.valueSet(operation) : undefined;
        return this.#visit(rest, set === undefined ? needed : canonicalJson(set), after);
      });
  }
}
