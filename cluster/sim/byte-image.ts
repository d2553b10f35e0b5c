import type { FileContent, Json } from "../env/env.ts";
import { decodeRecords, encodeRecord } from "../env/record-codec.ts";
import type { Rng } from "../env/rng.ts";
import { below } from "./draw.ts";
import type { FileImage } from "./file-image.ts";

/** Keeps the bytes that the real disk would keep, one frame a record; `rng` draws which are harmed. */
export function createByteImage(rng: Rng): FileImage {
  return new ByteImage(rng);
}

class ByteImage implements FileImage {
  readonly #rng: Rng;
  readonly #frames: Uint8Array[] = [];

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  get count(): number {
    return this.#frames.length;
  }

  append(record: Json): void {
    this.#frames.push(encodeRecord(record));
  }

  replace(records: readonly Json[]): void {
    this.#frames.length = 0;
    for (const record of records) this.append(record);
  }

  keep(count: number): void {
    this.#frames.length = Math.min(count, this.#frames.length);
  }

  tear(): void {
    const last = this.#frames.pop();
    if (last !== undefined) this.#frames.push(last.slice(0, 1 + below(this.#rng, last.length - 1)));
  }

  rot(at: number): void {
    const frame = this.#frames[at];
    if (frame === undefined) return;
    const byte = below(this.#rng, frame.length);
    frame[byte] = (frame[byte] ?? 0) ^ (1 << below(this.#rng, 8));
  }

  /** What is longer than the frame it hits goes on into the next ones, or beyond the end. */
  overwrite(at: number, record: Json): void {
    const written = encodeRecord(record);
    let done = 0;
    for (let hit = at; hit < this.#frames.length && done < written.length; hit++) {
      const frame = this.#frames[hit] as Uint8Array;
      const part = written.subarray(done, done + frame.length);
      frame.set(part);
      done += part.length;
    }
    const rest = written.subarray(done);
    const last = this.#frames.pop();
    if (last !== undefined) this.#frames.push(join([last, rest]));
  }

  content(): FileContent {
    return decodeRecords(join(this.#frames));
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
