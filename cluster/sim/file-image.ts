import type { FileContent, Json } from "../env/env.ts";

/** What lies on a simulated disk under one name, and the harm that can be done to it. */
export type FileImage = {
  /** Records, damaged ones included. */
  readonly count: number;
  append(record: Json): void;
  replace(records: readonly Json[]): void;
  /** Forgets all records after the first `count`. */
  keep(count: number): void;
  /** Cuts the last record short. */
  tear(): void;
  /** Changes the record at this place. */
  rot(at: number): void;
  /** Writes a record where another one lies. */
  overwrite(at: number, record: Json): void;
  content(): FileContent;
};

/** Keeps the records as they are: reading reports what the real codec would report of their bytes. */
export function createRecordImage(): FileImage {
  return new RecordImage();
}

class RecordImage implements FileImage {
  readonly #records: Json[] = [];
  /** Places of records that are no longer readable. */
  readonly #damaged = new Set<number>();

  get count(): number {
    return this.#records.length;
  }

  append(record: Json): void {
    this.#records.push(record);
  }

  replace(records: readonly Json[]): void {
    this.#records.length = 0;
    this.#damaged.clear();
    for (const record of records) this.#records.push(record);
  }

  keep(count: number): void {
    this.#records.length = Math.min(count, this.#records.length);
    for (const at of this.#damaged) if (at >= count) this.#damaged.delete(at);
  }

  tear(): void {
    this.rot(this.#records.length - 1);
  }

  rot(at: number): void {
    this.#damaged.add(at);
  }

  /** At the end it replaces the last record; before, frames of another length leave rubble. */
  overwrite(at: number, record: Json): void {
    if (at === this.#records.length - 1) this.#records[at] = record;
    else this.#damaged.add(at);
  }

  content(): FileContent {
    const records = this.#records;
    if (this.#damaged.size === 0) return { kind: "records", records: [...records], tornBytes: 0 };
    const first = Math.min(...this.#damaged);
    for (let at = first + 1; at < records.length; at++) {
      if (this.#damaged.has(at)) continue;
      const reason = `record ${first} is damaged, and a valid one follows at ${at}`;
      return { kind: "corrupt", reason };
    }
    // The real codec tells how many bytes; here it is known only that there are some.
    return { kind: "records", records: records.slice(0, first), tornBytes: records.length - first };
  }
}
