import { canonicalJson } from "../json.ts";
import type { Operation } from "../model.ts";
import type { RegisterWords } from "../registers.ts";

type Values = Pick<RegisterWords, "valueSet" | "valueSeen">;

/** What an order needs and cannot have. */
export type Lack = {
  /** All operations that set it and were called in time, `supply` many, are used up; null: any value but `cas`. */
  readonly value: string | null;
  readonly supply: number;
  /** Of the uses, one by a cas from it: `1 to 4`. */
  readonly cas: string | null;
};

/** Operations outside of the core that do the same: a write of a value, or a cas to it. */
type Setters = {
  readonly value: string;
  /** What a cas has to find. */
  readonly from: string | null;
  /** In order. */
  readonly calls: readonly number[];
};

/** The value that there is, and how many of each kind of setters have been used. */
type Point = { readonly value: string; readonly used: readonly number[] };

const nodesMax = 20_000;

/**
 * All orders of a core of a register that respect real time, each followed until it needs a value that no
 * operation is left to set. Operations outside of the core come in when a value is needed, once each: coming
 * earlier helps nobody.
 */
export class SupplyOrders {
  readonly #core: readonly Operation[];
  readonly #words: Values;
  readonly #setters: readonly Setters[];
  readonly #lacks: Lack[] = [];
  readonly #seen = new Set<string>();

  constructor(core: readonly Operation[], relaxed: readonly Operation[], words: Values) {
    this.#core = core;
    this.#words = words;
    const indexes = new Set(core.map(({ index }) => index));
    const kinds = new Map<string, { value: string; from: string | null; calls: number[] }>();
    for (const operation of relaxed) {
      const set = words.valueSet(operation);
      if (set === undefined || indexes.has(operation.index)) continue;
      const value = canonicalJson(set);
      const from = casFrom(operation, words);
      if (from === value) continue;
      const name = JSON.stringify([from, value]);
      const kind = kinds.get(name) ?? { value, from, calls: [] };
      kind.calls.push(operation.call);
      kinds.set(name, kind);
    }
    this.#setters = [...kinds.values()];
  }

  /** At least one for each order; null when some order lacks nothing, or there are too many. */
  lacks(): readonly Lack[] | null {
    const start = { value: "null", used: this.#setters.map(() => 0) };
    return this.#visit(this.#core, start) ? this.#lacks : null;
  }

  #visit(left: readonly Operation[], point: Point): boolean {
    if (left.length === 0 || this.#seen.size > nodesMax) return false;
    const name = `${left.map(({ index }) => index)} ${point.used} ${point.value}`;
    if (this.#seen.has(name)) return true;
    this.#seen.add(name);
    const end = Math.min(...left.map((operation) => operation.return));
    return left
      .filter(({ call }) => call < end)
      .every((operation) => {
        const rest = left.filter((other) => other !== operation);
        const set = operation.outcome === "ok" ? this.#words.valueSet(operation) : undefined;
        return this.#prepare(operation, point, end).every(({ value, used }) =>
          this.#visit(rest, { value: set === undefined ? value : canonicalJson(set), used }),
        );
      });
  }

  /** All ways to come to where the operation is possible. */
  #prepare(operation: Operation, point: Point, end: number): Point[] {
    const seen = this.#words.valueSeen(operation);
    if (seen !== undefined) return this.#reach(canonicalJson(seen), point, end);
    const avoided = operation.outcome === "refused" ? casFrom(operation, this.#words) : null;
    if (avoided !== point.value) return [point];
    const others = [...new Set(this.#setters.map(({ value }) => value))];
    const known = this.#lacks.length;
    const ways = others
      .filter((value) => value !== avoided)
      .flatMap((value) => this.#reach(value, point, end));
    if (ways.length === 0) {
      this.#lacks.length = known;
      this.#lacks.push({ value: null, supply: 0, cas: avoided });
    }
    return ways;
  }

  /** All ways to come to a value; what is lacking is noted. */
  #reach(target: string, point: Point, end: number): Point[] {
    if (point.value === target) return [point];
    const ways: Point[] = [];
    let isAnyLeft = false;
    let supply = 0;
    for (const [kind, { value, from, calls }] of this.#setters.entries()) {
      if (value !== target) continue;
      const inTime = calls.filter((call) => call < end).length;
      supply += inTime;
      if ((point.used[kind] ?? 0) >= inTime) continue;
      isAnyLeft = true;
      const used = point.used.map((count, other) => (other === kind ? count + 1 : count));
      const before = { value: point.value, used };
      const found = from === null ? [before] : this.#reach(from, before, end);
      ways.push(...found.map((way) => ({ value: target, used: way.used })));
    }
    if (!isAnyLeft) this.#lacks.push({ value: target, supply, cas: this.#casUsed(target, point) });
    return ways;
  }

  /** A cas from the value that was used. */
  #casUsed(target: string, { used }: Point): string | null {
    const kind = this.#setters.find(({ from }, place) => from === target && (used[place] ?? 0) > 0);
    return kind === undefined ? null : `${kind.from} to ${kind.value}`;
  }
}

/** What a cas of any outcome compares with; null for what is none. */
function casFrom(operation: Operation, { valueSeen }: Values): string | null {
  if (operation.f !== "cas") return null;
  const from = valueSeen({ ...operation, outcome: "ok" });
  return from === undefined ? null : canonicalJson(from);
}
