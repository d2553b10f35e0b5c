import { decide } from "../linearizability/decide.ts";
import type { FastDecision } from "../linearizability/fast-path.ts";
import { Search } from "../linearizability/search.ts";
import type { Model, Operation } from "../model.ts";
import { type Operations, operationAt, splitByKey } from "../operations.ts";
import { toColumns } from "../operations-of.ts";
import { isLinearizable } from "./brute-force.ts";
import { isCore, witnessProblem } from "./proofs.ts";
import type { Random } from "./random.ts";
import { SmallHistories, type SmallHistory } from "./small-histories.ts";

/** Two engines that do not agree, or a certificate that proves nothing. */
export type Difference = {
  readonly model: string;
  readonly engine: string;
  readonly problem: string;
  readonly operations: readonly Operation[];
};

export type Tally = {
  histories: number;
  invalid: number;
  /** Decided by the fast path, whose precondition held. */
  fast: number;
  fastInvalid: number;
  witnesses: number;
  cores: number;
};

/** Histories that are checked together, each under a key of its own. */
const batchSize = 16;
/** The search does its work twice where `decide` calls it, so that is called for every fourth batch only. */
const decideEvery = 4;
const processesMax = 64;
const unlimited = {
  stepsMax: Infinity,
  configurationsMax: Infinity,
  shouldStop: (): boolean => false,
};

/** Judges random small histories by every engine there is and compares them with the oracle. */
export class Comparison {
  readonly tally: Tally = {
    histories: 0,
    invalid: 0,
    fast: 0,
    fastInvalid: 0,
    witnesses: 0,
    cores: 0,
  };
  readonly differences: Difference[] = [];
  readonly #model: Model;
  readonly #histories: SmallHistories;
  #batches = 0;

  constructor(model: Model, random: Random) {
    this.#model = model;
    this.#histories = new SmallHistories(model, random);
  }

  /** Compares at least `count` more histories. */
  run(count: number): void {
    const size = this.#model.partitionByKey ? batchSize : 1;
    for (let done = 0; done < count; done += size) {
      this.#compare(Array.from({ length: size }, () => this.#histories.next()));
    }
  }

  #compare(batch: readonly SmallHistory[]): void {
    const operations = toColumns(interleave(batch));
    const { from, rows } = splitByKey(operations);
    const decideFast = this.#model.fastPath?.prepare(operations);
    let allValid = true;
    this.tally.histories += batch.length;
    for (let part = 0; part + 1 < from.length; part++) {
      const own = rows.subarray(from[part], from[part + 1]);
      const list = Array.from(own, (row) => operationAt(operations, row));
      const isValid = isLinearizable(this.#model, list);
      allValid &&= isValid;
      if (!isValid) this.tally.invalid++;
      const key = Number(list[0]?.key?.slice(1));
      if (batch[key]?.kind === "correct" && !isValid) this.#report("oracle", "false alarm", list);
      this.#judgeFast(decideFast?.(own) ?? null, own, list, isValid);
      this.#judgeSearch(list, isValid);
    }
    if (this.#batches++ % decideEvery === 0) this.#judgeDecide(operations, allValid);
  }

  #judgeFast(
    decision: FastDecision | null,
    rows: Int32Array,
    list: readonly Operation[],
    isValid: boolean,
  ): void {
    if (decision === null) return;
    this.tally.fast++;
    if (decision.verdict === "invalid") this.tally.fastInvalid++;
    const engine = `fast path ${this.#model.fastPath?.name}`;
    if ((decision.verdict === "valid") !== isValid) {
      this.#report(engine, `says ${decision.verdict}`, list);
      return;
    }
    const at = (row: number): Operation => list[rows.indexOf(row)] as Operation;
    if (decision.verdict === "valid") {
      this.#replay(engine, list, Array.from(decision.witness(), at));
      return;
    }
    this.tally.cores++;
    const core = new Set(Array.from(decision.core(), at));
    if (!isCore(this.#model, list, core)) {
      const names = [...core].map((operation) => operation?.index).join(", ");
      this.#report(engine, `ops ${names} are no core`, list);
    }
  }

  #judgeSearch(list: readonly Operation[], isValid: boolean): void {
    const search = new Search(this.#model, list);
    const verdict = search.advance(Infinity, Infinity);
    if ((verdict === "valid") !== isValid) this.#report("search", `says ${verdict}`, list);
    else if (isValid) {
      const order = Array.from(search.witness, (place) => list[place] as Operation);
      this.#replay("search", list, order);
    }
  }

  #replay(engine: string, list: readonly Operation[], order: readonly Operation[]): void {
    this.tally.witnesses++;
    const problem = witnessProblem(this.#model, list, order);
    if (problem !== null) this.#report(engine, `witness: ${problem}`, list);
  }

  /** The whole history at once: what users call. */
  #judgeDecide(operations: Operations, isValid: boolean): void {
    const all = Array.from({ length: operations.count }, (_, row) => operationAt(operations, row));
    const decision = decide(this.#model, operations, unlimited);
    if ((decision.verdict === "valid") !== isValid) {
      this.#report("decide", `says ${decision.verdict}`, all);
      return;
    }
    if (decision.verdict !== "valid") return;
    const orders = new Map<string | undefined, Operation[]>();
    for (const witness of decision.witnesses()) {
      const order = Array.from(witness, (row) => all[row] as Operation);
      orders.set(order[0]?.key, order);
    }
    for (const key of operations.keys) {
      const own = all.filter((operation) => operation.key === key);
      this.#replay("decide", own, orders.get(key) ?? []);
    }
  }

  #report(engine: string, problem: string, operations: readonly Operation[]): void {
    this.differences.push({ model: this.#model.name, engine, problem, operations });
  }
}

/** One history of all, whose events alternate; history i is that of key `ki`. */
function interleave(batch: readonly SmallHistory[]): Operation[] {
  const all: Operation[] = [];
  for (const [place, { operations }] of batch.entries()) {
    const key = `k${place}`;
    for (const own of operations) {
      const call = own.call * batch.length + place;
      const joined: { -readonly [field in keyof Operation]: Operation[field] } = {
        index: call,
        process: own.process + place * processesMax,
        f: own.f,
        input: own.input,
        outcome: own.outcome,
        call,
        return: own.return * batch.length + place,
        key,
      };
      // Spreading would cost more than all engines together.
      if (own.output !== undefined) joined.output = own.output;
      if (own.error !== undefined) joined.error = own.error;
      all.push(joined);
    }
  }
  return all.sort((a, b) => a.call - b.call);
}
