import type { Disk, FileContent, Json } from "../env/env.ts";
import type { Rng } from "../env/rng.ts";
import { Call } from "./clocks.ts";
import { below, between, isDrawn } from "./draw.ts";
import type { Hostility } from "./hostility.ts";
import type { Core, Life } from "./life.ts";
import type { Store } from "./store.ts";
import type { Tally } from "./tally.ts";

type OnDurable = (error: Error | null) => void;

type Read = {
  readonly kind: "read";
  readonly file: string;
  readonly done: (content: FileContent) => void;
};
type Append = {
  readonly kind: "append";
  readonly file: string;
  readonly record: Json;
  readonly done: OnDurable;
  /** The one that is written together with it, if any. */
  behind: Append | null;
};
type Replace = {
  readonly kind: "replace";
  readonly file: string;
  readonly records: readonly Json[];
  readonly done: OnDurable;
};
type Task = Read | Append | Replace;

/**
 * One node's disk: one task at a time, in order; appends that wait together are written and synced
 * together, as on the real disk.
 */
export class SimDisk {
  readonly store: Store;
  readonly #core: Core;
  readonly #rng: Rng;
  readonly #counters: Tally;
  readonly #hostility: Hostility["disk"];
  #queue: Task[] = [];
  /** The one on its way: of appends that are written together, the first. */
  #task: Task | null = null;
  /** What came of writing those appends. */
  #error: Error | null = null;
  /** When the task is done: one event for all tasks of an incarnation. */
  #end: Call | null = null;

  constructor(core: Core, store: Store, rng: Rng, counters: Tally, hostility: Hostility["disk"]) {
    this.#core = core;
    this.store = store;
    this.#rng = rng;
    this.#counters = counters;
    this.#hostility = hostility;
  }

  /** The port of one incarnation. */
  open(life: Life): Disk {
    const { node } = life;
    this.#end = new Call(this.#core, life, () => this.#onEnd(life));
    const enqueue = (task: Task): void => {
      if (!life.isAlive) return;
      if (this.#task !== null) this.#queue.push(task);
      else this.#begin(task);
    };
    return {
      read: (file, done) => enqueue({ kind: "read", file, done }),
      append: (file, record, done) => {
        if (node.armed !== null) node.comeTo("before-append");
        enqueue({ kind: "append", file, record, done, behind: null });
      },
      replace: (file, records, done) => {
        if (node.armed !== null) node.comeTo("before-replace");
        enqueue({ kind: "replace", file, records, done });
      },
    };
  }

  /** What was written stays; what waited in the process is gone; a rename has happened or not. */
  onKill(): void {
    const task = this.#task;
    if (task?.kind === "replace" && isDrawn(this.#rng, 500)) {
      this.store.replace(task.file, task.records);
    }
    this.store.onKill();
    this.#queue = [];
    this.#task = null;
  }

  #next(): void {
    const task = this.#queue.shift();
    if (task !== undefined) this.#begin(task);
  }

  #begin(task: Task): void {
    this.#task = task;
    if (task.kind === "append") this.#writeGroup(task);
    this.#core.schedule.add(this.#delayNs(task), this.#end as Call);
  }

  /** Writes this append and those that wait behind it to the same file. */
  #writeGroup(first: Append): void {
    const queue = this.#queue;
    this.#error = this.store.append(first.file, first.record);
    let last = first;
    for (let next = queue[0]; next?.kind === "append"; next = queue[0]) {
      if (next.file !== first.file) break;
      queue.shift();
      this.#error = this.store.append(next.file, next.record) ?? this.#error;
      last.behind = next;
      last = next;
    }
  }

  #onEnd(life: Life): void {
    const task = this.#task;
    if (task === null) throw new Error("a disk that ends a task had begun one");
    this.#task = null;
    if (task.kind === "append") this.#onSynced(life, task);
    else this.#onDone(life, task);
  }

  #onSynced(life: Life, first: Append): void {
    const error = this.#error;
    if (error === null) {
      this.store.sync(first.file);
      life.node.comeTo("after-append");
    }
    this.#next();
    for (let append: Append | null = first; append !== null; append = append.behind) {
      append.done(error);
    }
  }

  #onDone(life: Life, task: Read | Replace): void {
    if (task.kind === "read") {
      const content = this.store.read(task.file);
      this.#next();
      task.done(content);
    } else {
      const error = this.store.replace(task.file, task.records);
      if (error === null) life.node.comeTo("after-replace");
      this.#next();
      task.done(error);
    }
  }

  #delayNs(task: Task): number {
    const { delayMinUs, delayMaxUs, slowPermille, slowMaxUs } = this.#hostility;
    let ns = between(this.#rng, delayMinUs * 1000, delayMaxUs * 1000);
    if (isDrawn(this.#rng, slowPermille)) ns += below(this.#rng, slowMaxUs * 1000);
    const slowMs = this.store.shape?.slowMs ?? 0;
    if (slowMs === 0 || task.kind === "read") return ns;
    this.#counters.writesSlowed += 1;
    return ns + slowMs * 1e6;
  }
}
