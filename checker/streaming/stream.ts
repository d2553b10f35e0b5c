import type { Anomaly, CheckResult, OpenOperation } from "../checker.ts";
import { HistoryError } from "../errors.ts";
import { listedMax, openOperation, tellProgress } from "../linearizability/progress.ts";
import type { Model } from "../model.ts";
import { model as register } from "../models/register.ts";
import { model as versionedKv } from "../models/versioned-kv.ts";
import { plural } from "../plural.ts";
import { FrontierMachine } from "./frontier-machine.ts";
import type { KeyMachine, MachineProgress, StreamFinding } from "./key-machine.ts";
import { RegisterMachine } from "./register-machine.ts";
import {
  beforeAll,
  type Partition,
  StreamOperation,
  type StreamOutcome,
  type Token,
  toOperation,
} from "./stream-operation.ts";
import { VersionedKvMachine } from "./versioned-kv-machine.ts";

export type StreamOptions = {
  /** Called at once for each key whose operations no order explains any more. */
  readonly onAnomaly?: (anomaly: Anomaly) => void;
  /** Of the general machine, one key at a time; more give `unknown`. A thousand take some milliseconds. */
  readonly configurationsMax?: number;
};

type GivenUp = {
  readonly key: string | undefined;
  readonly reason: string;
  readonly progress: MachineProgress | undefined;
};

const configurationsMaxDefault = 50_000;

/** Anomalies that are kept; more are counted. */
const anomaliesMax = 100;

/**
 * Whether a history is linearizable, told event by event and decided while it grows.
 *
 * Gives the verdict that the `linearizable` checker gives of the whole history, or `unknown`. Memory grows
 * with the number of keys and, for each, with what is under way: see the machines of `versioned-kv` and
 * `register`, and the one for every other model. A key is refuted at the first return that leaves no
 * order; by the general machine once all operations that overlapped it have ended, or at `probe`.
 */
export class HistoryStream {
  readonly model: Model;
  readonly #onAnomaly: (anomaly: Anomaly) => void;
  readonly #partitions = new Map<string, Partition>();
  #keyless: Partition | undefined = undefined;
  readonly #anomalies: Anomaly[] = [];
  /** The first key that was given up. */
  #givenUp: GivenUp | undefined = undefined;
  readonly #configurationsMax: number;
  readonly #isRegister: boolean;
  /** Two functions that were called and are known: most histories have no third one. */
  #recent: string | null = null;
  #recentBefore: string | null = null;
  #undecided = 0;
  #refuted = 0;
  #operations = 0;

  constructor(model: Model, options: StreamOptions = {}) {
    this.model = model;
    this.#isRegister = model === register;
    this.#onAnomaly = options.onAnomaly ?? (() => {});
    this.#configurationsMax = options.configurationsMax ?? configurationsMaxDefault;
  }

  /** Operations that were called until now. */
  get operations(): number {
    return this.#operations;
  }

  get anomalies(): readonly Anomaly[] {
    return this.#anomalies;
  }

  /** Operations, values and configurations that are kept: what memory depends on, beside the keys. */
  get size(): number {
    let size = 0;
    for (const { machine } of this.#all()) size += machine?.size ?? 0;
    return size;
  }

  /** Operations under way, key by key in the order of calls: how many, and at most 16 of them. */
  get underWay(): { readonly open: readonly OpenOperation[]; readonly openCount: number } {
    const open: OpenOperation[] = [];
    let openCount = 0;
    for (const { first } of this.#all()) {
      for (let one = first; one !== null; one = one.next) {
        openCount++;
        if (open.length < listedMax) open.push(openOperation(this.model, toOperation(one)));
      }
    }
    return { open, openCount };
  }

  /**
   * An operation of a partition (see `partitionOf`) is called at `position`, which is later than every event before. Throws `HistoryError` for
   * a function that the model does not know; `index` serves messages and anomalies.
   */
  call(
    partition: Partition,
    position: number,
    index: number,
    process: number,
    f: string,
    key: string | undefined,
    input: Token | undefined,
    inputVersion: number,
  ): StreamOperation {
    if (f !== this.#recent && f !== this.#recentBefore) this.#refuseUnknown(f, index);
    this.#operations++;
    const operation = new StreamOperation(
      index,
      process,
      f,
      key,
      input,
      inputVersion,
      position,
      partition,
    );
    operation.previous = partition.last;
    if (partition.last === null) partition.first = operation;
    else partition.last.next = operation;
    partition.last = operation;
    const { machine } = partition;
    machine?.call(operation);
    if (this.#isRegister && machine instanceof RegisterMachine && machine.isRepeated) {
      this.#replace(partition, machine);
    }
    return operation;
  }

  #refuseUnknown(f: string, index: number): void {
    const { functions, name } = this.model;
    if (!functions.includes(f)) {
      const known = functions.join(", ");
      const message = `op ${index}: model ${name} has no "${f}", expected one of: ${known}`;
      throw new HistoryError(message, { index });
    }
    this.#recentBefore = this.#recent;
    this.#recent = f;
  }

  /**
   * An operation that is under way ends at `position`; with `open` nobody will ever know how. Throws
   * `HistoryError` for an answer that the model cannot read.
   */
  end(
    position: number,
    operation: StreamOperation,
    outcome: StreamOutcome,
    output: Token | undefined,
    outputVersion: number,
    error: string | undefined,
  ): void {
    operation.outcome = outcome;
    operation.output = output;
    operation.outputVersion = outputVersion;
    operation.error = error;
    if (outcome !== "open") operation.return = position;
    if (outcome === "leftOut") this.#operations--;
    const { partition, previous, next } = operation;
    if (previous === null) partition.first = next;
    else previous.next = next;
    if (next === null) partition.last = previous;
    else next.previous = previous;
    operation.previous = null;
    operation.next = null;
    if (partition.machine === null) return;
    const oldest = partition.first === null ? position : partition.first.call;
    const finding = partition.machine.end(operation, oldest);
    if (finding !== null) this.#take(partition, finding);
  }

  /** Looks as far ahead as can be at this moment; costs time, changes nothing but what is known. */
  probe(): void {
    for (const partition of this.#all()) {
      this.#take(partition, partition.machine?.probe() ?? null);
    }
  }

  /** What is under way stays open. */
  finish(): CheckResult {
    for (const partition of this.#all()) {
      this.#take(partition, partition.machine?.finish() ?? null);
    }
    return this.result();
  }

  /** The verdict on what was told until now, as far as it is known. */
  result(): CheckResult {
    const operations = this.#operations;
    const partitions = this.#partitions.size + (this.#keyless === undefined ? 0 : 1);
    const stats = { model: this.model.name, operations, partitions, engine: "stream" };
    const anomalies = this.#anomalies;
    const [anomaly] = anomalies;
    if (anomaly !== undefined) {
      const key = anomaly.key === undefined ? "" : ` on key ${anomaly.key}`;
      const more = plural(this.#refuted - 1, "more key is", "more keys are");
      const others = this.#refuted > 1 ? `; ${more} broken` : "";
      const summary = `no order explains op ${anomaly.operation}${key}: ${anomaly.observed}${others}`;
      return { verdict: "invalid", summary, anomalies, stats };
    }
    if (this.#givenUp !== undefined) {
      const { key, reason, progress: known } = this.#givenUp;
      const where = key === undefined ? "" : ` on key ${key}`;
      const undecidedKeys = this.#undecided;
      if (known === undefined) {
        const summary = `${reason}${where}; ${undecidedKeys} of ${plural(partitions, "key")} undecided`;
        return { verdict: "unknown", summary, anomalies, stats };
      }
      const progress = { ...(key === undefined ? {} : { key }), ...known, undecidedKeys };
      const summary = `${reason}: ${tellProgress(progress)}`;
      return { verdict: "unknown", summary, anomalies, progress, stats };
    }
    if (operations === 0) {
      return { verdict: "vacuous", summary: "no operation to judge", anomalies, stats };
    }
    const summary = `${plural(operations, "operation")} on ${plural(partitions, "key")} can be ordered`;
    return { verdict: "valid", summary, anomalies, stats };
  }

  /** Where the operations of a key belong. */
  partitionOf(key: string | undefined): Partition {
    const isKeyless = key === undefined || !this.model.partitionByKey;
    let partition = isKeyless ? this.#keyless : this.#partitions.get(key);
    if (partition === undefined) {
      const machine = this.#createMachine();
      partition = { key: isKeyless ? undefined : key, machine, first: null, last: null };
      if (isKeyless) this.#keyless = partition;
      else this.#partitions.set(key, partition);
    }
    return partition;
  }

  #createMachine(): KeyMachine {
    if (this.model === versionedKv) return new VersionedKvMachine();
    if (this.#isRegister) return new RegisterMachine();
    return new FrontierMachine(this.model, this.#configurationsMax);
  }

  *#all(): Iterable<Partition> {
    if (this.#keyless !== undefined) yield this.#keyless;
    yield* this.#partitions.values();
  }

  #take(partition: Partition, finding: StreamFinding | null): void {
    if (finding === null) return;
    partition.machine = null;
    if (finding.verdict === "invalid") {
      this.#refuted++;
      if (this.#anomalies.length < anomaliesMax) this.#anomalies.push(finding.anomaly);
      this.#onAnomaly(finding.anomaly);
      return;
    }
    this.#undecided++;
    const { reason, progress } = finding;
    this.#givenUp ??= { key: partition.key, reason, progress };
  }

  /** Values written twice are beyond the register's machine: the general one takes up from where it can. */
  #replace(partition: Partition, machine: RegisterMachine): void {
    const { restart } = machine;
    if (restart === null) {
      const reason = "a value was written again while it could still be read";
      this.#take(partition, { verdict: "unknown", reason });
      return;
    }
    const { values, open, events } = restart;
    const states = values.map((value) => (typeof value === "number" ? value : JSON.parse(value)));
    const replacement = new FrontierMachine(this.model, this.#configurationsMax, { states, open });
    partition.machine = replacement;
    const called = new Set<StreamOperation>();
    for (const operation of events) {
      if (!called.has(operation)) replacement.call(operation);
      else this.#take(partition, replacement.end(operation, beforeAll));
      called.add(operation);
    }
  }
}
