import type { Disk, FileContent, Json } from "../env/env.ts";
import type { Rng } from "../env/rng.ts";
import { below, between, isDrawn } from "./draw.ts";
import type { Hostility } from "./hostility.ts";
import { type Core, type Life, LifeEvent } from "./life.ts";
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
  #isBusy = false;
  /** A rename that is on its way. */
  #replacing: Replace | null = null;

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
    const enqueue = (task: Task): void => {
      if (!life.isAlive) return;
      if (this.#isBusy) this.#queue.push(task);
      else this.#begin(life, task);
    };
    return {
      read: (file, done) => enqueue({ kind: "read", file, done }),
      append: (file, record, done) => {
        node.comeTo("before-append");
        enqueue({ kind: "append", file, record, done });
      },
      replace: (file, records, done) => {
        node.comeTo("before-replace");
        enqueue({ kind: "replace", file, records, done });
      },
    };
  }

  /** What was written stays; what waited in the process is gone; a rename has happened or not. */
  onKill(): void {
    const replacing = this.#replacing;
    if (replacing !== null && isDrawn(this.#rng, 500)) {
      this.store.replace(replacing.file, replacing.records);
    }
    this.store.onKill();
    this.#queue = [];
    this.#isBusy = false;
    this.#replacing = null;
  }

  #next(life: Life): void {
    const task = this.#queue.shift();
    if (task === undefined) this.#isBusy = false;
    else this.#begin(life, task);
  }

  #begin(life: Life, task: Task): void {
    this.#isBusy = true;
    let done: LifeEvent;
    if (task.kind === "append") done = new SyncDone(this, life, this.#core, this.#writeGroup(task));
    else {
      if (task.kind === "replace") this.#replacing = task;
      done = new TaskDone(this, life, this.#core, task);
    }
    this.#core.schedule.add(this.#delayNs(task), done);
  }

  /** Writes this append and those behind it to the same file. */
  #writeGroup(first: Append): Written {
    const group = [first];
    for (let next = this.#queue[0]; next?.kind === "append"; next = this.#queue[0]) {
      if (next.file !== first.file) break;
      group.push(next);
      this.#queue.shift();
    }
    let error: Error | null = null;
    for (const { file, record } of group) error = this.store.append(file, record) ?? error;
    return { file: first.file, group, error };
  }

  onSynced(life: Life, { file, group, error }: Written): void {
    if (error === null) {
      this.store.sync(file);
      life.node.comeTo("after-append");
    }
    this.#next(life);
    for (const { done } of group) done(error);
  }

  onDone(life: Life, task: Read | Replace): void {
    this.#replacing = null;
    if (task.kind === "read") {
      const content = this.store.read(task.file);
      this.#next(life);
      task.done(content);
    } else {
      const error = this.store.replace(task.file, task.records);
      if (error === null) life.node.comeTo("after-replace");
      this.#next(life);
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

/** Appends that are in the page cache, and what came of writing them. */
type Written = {
  readonly file: string;
  readonly group: readonly Append[];
  readonly error: Error | null;
};

class SyncDone extends LifeEvent {
  readonly #disk: SimDisk;
  readonly #written: Written;

  constructor(disk: SimDisk, life: Life, core: Core, written: Written) {
    super(core, life);
    this.#disk = disk;
    this.#written = written;
  }

  run(): void {
    this.#disk.onSynced(this.life, this.#written);
  }
}

class TaskDone extends LifeEvent {
  readonly #disk: SimDisk;
  readonly #task: Read | Replace;

  constructor(disk: SimDisk, life: Life, core: Core, task: Read | Replace) {
    super(core, life);
    this.#disk = disk;
    this.#task = task;
  }

  run(): void {
    this.#disk.onDone(this.life, this.#task);
  }
}
