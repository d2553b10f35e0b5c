import type { Anomaly } from "../checker.ts";
import { minimalCore } from "../linearizability/core.ts";
import { decide } from "../linearizability/decide.ts";
import type { FastDecision } from "../linearizability/fast-path.ts";
import type { SearchTuning } from "../linearizability/machine-of.ts";
import { Search } from "../linearizability/search.ts";
import { verifyWitness } from "../linearizability/verify-witness.ts";
import type { Model, Operation } from "../model.ts";
import { type Operations, operationAt, splitByKey } from "../operations.ts";
import { toColumns } from "../operations-of.ts";
import { OpFeed } from "../streaming/op-feed.ts";
import { HistoryStream } from "../streaming/stream.ts";
import { isLinearizable } from "./brute-force.ts";
import { toOps } from "./lines.ts";
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
  minimalCores: number;
  /** Of these, cores that were not shown to be minimal: the budget of their probes ended. */
  unproven: number;
  /** Searched in fewer steps because what no text seen has a trace of went at once. */
  vain: number;
  streamed: number;
  /** Batches in which a stream had too many configurations at one return: `unknown`. */
  givenUp: number;
};

/** Histories that are checked together, each under a key of its own. */
const batchSize = 16;
/** What judges a whole batch costs more than all else: it is asked about every second one only. */
const wholeEvery = 2;
/** A batch with one invalid history is invalid: so every eighth one is of a correct store only. */
const correctEvery = 8;
const processesMax = 64;
/** Of the events: a probe looks at every key of the batch. */
const probeRate = 0.005;
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
    minimalCores: 0,
    unproven: 0,
    vain: 0,
    streamed: 0,
    givenUp: 0,
  };
  readonly differences: Difference[] = [];
  readonly #model: Model;
  readonly #random: Random;
  readonly #histories: SmallHistories;
  #batches = 0;
  // They go over from one history to the next: their buffers would take most of the time.
  readonly #search: ReusedSearch;
  /** Of texts: with the rule that otherwise only larger partitions are searched by. */
  readonly #vainSearch: ReusedSearch | null;

  constructor(model: Model, random: Random) {
    this.#model = model;
    this.#random = random;
    this.#histories = new SmallHistories(model, random);
    this.#search = new ReusedSearch(model, {});
    this.#vainSearch = model.texts === undefined ? null : new ReusedSearch(model, { vainFrom: 0 });
  }

  /** Compares at least `count` more histories. */
  run(count: number): void {
    const size = this.#model.partitionByKey ? batchSize : 1;
    for (let done = 0; done < count; done += size) {
      const isCorrect = this.#batches % correctEvery === 0;
      this.#compare(Array.from({ length: size }, () => this.#histories.next(isCorrect)));
    }
  }

  #compare(batch: readonly SmallHistory[]): void {
    const operations = toColumns(interleave(batch));
    const { from, rows } = splitByKey(operations);
    const decideFast = this.#model.fastPath?.prepare(operations);
    const invalid = new Set<string>();
    const search = this.#search.over(operations);
    const vainSearch = this.#vainSearch?.over(operations);
    const isWhole = this.#batches++ % wholeEvery === 0;
    this.tally.histories += batch.length;
    for (let part = 0; part + 1 < from.length; part++) {
      const own = rows.subarray(from[part], from[part + 1]);
      const list = Array.from(own, (row) => operationAt(operations, row));
      const isValid = isLinearizable(this.#model, list);
      const key = list[0]?.key ?? "";
      if (!isValid) invalid.add(key);
      const { kind } = batch[Number(key.slice(1))] ?? { kind: "blind" };
      if (kind === "correct" && !isValid) this.#report("oracle", "false alarm", list);
      const decision = decideFast?.(own) ?? null;
      this.#judgeFast(decision, own, list, isValid);
      if (isWhole && !isValid) {
        const hint = decision?.verdict === "invalid" ? decision.core() : null;
        this.#judgeCore(operations, own, list, hint);
      }
      const steps = this.#judgeSearch("search", search, own, list, isValid);
      if (vainSearch === undefined) continue;
      const fewer = this.#judgeSearch("search of vain texts", vainSearch, own, list, isValid);
      if (fewer < steps) this.tally.vain++;
    }
    this.tally.invalid += invalid.size;
    if (!isWhole) return;
    const all = Array.from({ length: operations.count }, (_, row) => operationAt(operations, row));
    this.#judgeDecide(operations, all, invalid);
    this.#judgeStream(all, invalid);
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

  /** A minimal core is one, and no operation of it can be spared where it claims so. */
  #judgeCore(
    operations: Operations,
    rows: Int32Array,
    list: readonly Operation[],
    hint: Int32Array | null,
  ): void {
    this.tally.minimalCores++;
    const core = minimalCore(this.#model, operations, rows, hint, 0, unlimited);
    if (core === null) throw new Error("nobody told it to stop");
    const kept = Array.from(core.rows, (row) => list[rows.indexOf(row)] as Operation);
    const names = kept.map((operation) => operation.index).join(", ");
    if (!isCore(this.#model, list, new Set(kept))) {
      this.#report("minimal core", `ops ${names} are no core`, list);
      return;
    }
    if (!core.isMinimal) {
      this.tally.unproven++;
      return;
    }
    for (const spared of kept) {
      const rest = new Set(kept.filter((operation) => operation !== spared));
      if (!isCore(this.#model, list, rest)) continue;
      this.#report("minimal core", `op ${spared.index} of ${names} can be spared`, list);
    }
  }

  /** How many steps it took. */
  #judgeSearch(
    engine: string,
    search: Search,
    rows: Int32Array,
    list: readonly Operation[],
    isValid: boolean,
  ): number {
    const before = search.steps;
    search.load(rows);
    const verdict = search.advance(Infinity, Infinity);
    if ((verdict === "valid") !== isValid) this.#report(engine, `says ${verdict}`, list);
    else if (isValid) {
      const order = Array.from(search.witness, (place) => list[place] as Operation);
      this.#replay(engine, list, order);
    }
    return search.steps - before;
  }

  #replay(engine: string, list: readonly Operation[], order: readonly Operation[]): void {
    this.tally.witnesses++;
    const problem = witnessProblem(this.#model, list, order);
    if (problem !== null) this.#report(engine, `witness: ${problem}`, list);
  }

  /** The whole history at once: what users call. */
  #judgeDecide(
    operations: Operations,
    all: readonly Operation[],
    invalid: ReadonlySet<string>,
  ): void {
    const decision = decide(this.#model, operations, unlimited);
    if ((decision.verdict === "valid") !== (invalid.size === 0)) {
      this.#report("decide", `says ${decision.verdict}`, all);
      return;
    }
    if (decision.verdict !== "valid") return;
    const orders = [...decision.witnesses()];
    const problem = verifyWitness(this.#model, operations, orders);
    if (problem !== null) this.#report("decide", `witness: ${problem}`, all);
    const orderOf = new Map<string | undefined, Operation[]>();
    for (const witness of orders) {
      const order = Array.from(witness, (row) => all[row] as Operation);
      orderOf.set(order[0]?.key, order);
    }
    for (const key of operations.keys) {
      const own = all.filter((operation) => operation.key === key);
      this.#replay("decide", own, orderOf.get(key) ?? []);
    }
  }

  /** Event by event, looking ahead now and then: the keys refuted must be those without an order. */
  #judgeStream(all: readonly Operation[], invalid: ReadonlySet<string>): void {
    const refuted = new Set<string>();
    const onAnomaly = ({ key = "" }: Anomaly): void => void refuted.add(key);
    const stream = new HistoryStream(this.#model, { onAnomaly });
    const feed = new OpFeed(stream);
    for (const op of toOps(all)) {
      feed.push(op);
      if (this.#random.chance(probeRate)) stream.probe();
    }
    const isGivenUp = stream.finish().verdict === "unknown";
    if (isGivenUp) this.tally.givenUp++;
    for (const key of new Set([...all.map((operation) => operation.key ?? "")])) {
      this.tally.streamed++;
      if (refuted.has(key) === invalid.has(key)) continue;
      // A key that it gave up is not refuted; what it refutes must be invalid all the same.
      if (isGivenUp && !refuted.has(key)) continue;
      const says = refuted.has(key) ? "invalid" : "valid";
      const own = all.filter((operation) => (operation.key ?? "") === key);
      this.#report("stream", `says ${says}`, own);
    }
  }

  #report(engine: string, problem: string, operations: readonly Operation[]): void {
    this.differences.push({ model: this.#model.name, engine, problem, operations });
  }
}

/** A search that goes over to another history where it can. */
class ReusedSearch {
  readonly #model: Model;
  readonly #tuning: SearchTuning;
  #search: Search | null = null;

  constructor(model: Model, tuning: SearchTuning) {
    this.#model = model;
    this.#tuning = tuning;
  }

  over(operations: Operations): Search {
    if (this.#search?.turnTo(operations) !== true) {
      this.#search = new Search(this.#model, operations, this.#tuning);
    }
    return this.#search;
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
