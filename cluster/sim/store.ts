import type { DiskShape, Unsynced } from "../control.ts";
import type { FileContent, Json } from "../env/env.ts";
import type { Rng } from "../env/rng.ts";
import { below, between, isDrawn } from "./draw.ts";
import type { FileImage } from "./file-image.ts";
import type { Tally } from "./tally.ts";

type SimFile = {
  readonly image: FileImage;
  /** The first so many records are durable; the others are in the page cache only. */
  synced: number;
};

/** What lies on one node's disk, and what its shape does to it. Knows no time. */
export class Store {
  shape: DiskShape | null = null;
  readonly #rng: Rng;
  readonly #counters: Tally;
  readonly #createImage: () => FileImage;
  readonly #files = new Map<string, SimFile>();
  /** The one that was asked for last: nearly always the write-ahead log. */
  #latestName = "";
  #latest: SimFile | null = null;
  /** Something was lost, overwritten or rotten since the disk was empty. */
  #isDamaged = false;
  /** The living incarnation was told of an error, or is going to be. */
  #hasFailed = false;

  constructor(rng: Rng, counters: Tally, createImage: () => FileImage) {
    this.#rng = rng;
    this.#counters = counters;
    this.#createImage = createImage;
  }

  /** Names of the files, and what a read of them would give. */
  contents(): ReadonlyMap<string, FileContent> {
    return new Map([...this.#files].map(([name, { image }]) => [name, image.content()]));
  }

  /** Whether an incarnation has reason to give up over its disk. */
  isHarmed(): boolean {
    return this.shape !== null || this.#isDamaged || this.#hasFailed;
  }

  onKill(): void {
    this.#hasFailed = false;
  }

  /** Into the page cache. What a failed write leaves is unknown to its caller, and drawn here. */
  append(name: string, record: Json): Error | null {
    const { image } = this.#fileOf(name);
    const fate = this.#fateOfWrite();
    switch (fate) {
      case "full":
        if (isDrawn(this.#rng, 500)) {
          image.append(record);
          image.tear();
        }
        return new Error("ENOSPC: no space left on device");
      case "error":
        if (isDrawn(this.#rng, 500)) image.append(record);
        return new Error("EIO: i/o error");
      case "lost":
        return null;
      case "misdirected":
        // The first record of a file has none to hit, and is lost.
        if (image.count > 0) image.overwrite(below(this.#rng, image.count), record);
        return null;
      case "good":
        image.append(record);
        return null;
    }
  }

  /** All that was written to this file is durable. */
  sync(name: string): void {
    const file = this.#known(name);
    if (file !== null) file.synced = file.image.count;
  }

  /** Whole and durable, or not at all. */
  replace(name: string, records: readonly Json[]): Error | null {
    switch (this.#fateOfWrite()) {
      case "full":
        return new Error("ENOSPC: no space left on device");
      case "error":
        return new Error("EIO: i/o error");
      case "lost":
      case "misdirected":
        return null;
      case "good": {
        const file = this.#fileOf(name);
        file.image.replace(records);
        file.synced = file.image.count;
        return null;
      }
    }
  }

  read(name: string): FileContent {
    const { shape } = this;
    if (shape !== null && isDrawn(this.#rng, shape.readErrorPermille)) {
      this.#counters.readErrors += 1;
      this.#hasFailed = true;
      return { kind: "error", error: new Error("EIO: i/o error") };
    }
    const file = this.#files.get(name);
    if (file === undefined) return { kind: "absent" };
    if (shape !== null) this.#rot(file.image, shape.rotPermille);
    // What a node has read it builds on, so the port promises that it is durable.
    file.synced = file.image.count;
    return file.image.content();
  }

  /** What no sync has confirmed, file by file: kept, forgotten, or kept up to somewhere. */
  losePower(survives: Unsynced): void {
    this.#counters.powerLosses += 1;
    if (survives === "all") return;
    for (const file of this.#files.values()) {
      const { image, synced } = file;
      const unsynced = image.count - synced;
      if (unsynced <= 0) continue;
      const isTorn = survives === "torn";
      const keptMax = isTorn ? unsynced - 1 : unsynced;
      const kept = survives === "none" ? 0 : between(this.#rng, 0, keptMax);
      image.keep(synced + kept + (isTorn ? 1 : 0));
      if (isTorn) image.tear();
      this.#counters.writesUnsynced += unsynced - kept;
      file.synced = image.count;
    }
  }

  wipe(): void {
    this.#files.clear();
    this.#latest = null;
    this.#isDamaged = false;
    this.#counters.wipes += 1;
  }

  #fileOf(name: string): SimFile {
    let file = this.#known(name);
    if (file === null) {
      file = { image: this.#createImage(), synced: 0 };
      this.#files.set(name, file);
    }
    return file;
  }

  #known(name: string): SimFile | null {
    if (this.#latest !== null && this.#latestName === name) return this.#latest;
    this.#latestName = name;
    this.#latest = this.#files.get(name) ?? null;
    return this.#latest;
  }

  /** What the disk does to the next write; counted. */
  #fateOfWrite(): "good" | "full" | "error" | "lost" | "misdirected" {
    const { shape } = this;
    if (shape === null) return "good";
    const counters = this.#counters;
    counters.writesShaped += 1;
    if (shape.isFull) {
      counters.writesRefusedFull += 1;
      this.#hasFailed = true;
      return "full";
    }
    if (isDrawn(this.#rng, shape.writeErrorPermille)) {
      counters.writeErrors += 1;
      this.#hasFailed = true;
      return "error";
    }
    if (isDrawn(this.#rng, shape.lostWritePermille)) {
      counters.writesLost += 1;
      this.#isDamaged = true;
      return "lost";
    }
    if (isDrawn(this.#rng, shape.misdirectedWritePermille)) {
      counters.writesMisdirected += 1;
      this.#isDamaged = true;
      return "misdirected";
    }
    return "good";
  }

  #rot(image: FileImage, permille: number): void {
    this.#counters.recordsReadShaped += image.count;
    if (permille === 0) return;
    for (let at = 0; at < image.count; at++) {
      if (!isDrawn(this.#rng, permille)) continue;
      image.rot(at);
      this.#counters.recordsRotten += 1;
      this.#isDamaged = true;
    }
  }
}
