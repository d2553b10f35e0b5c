import { type ByteReader, ByteWriter } from "./bytes.ts";
import type { Texts } from "./value-columns.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Texts as UTF-8, each without the bytes that it shares with the start of the one before. */
export function packTexts(writer: ByteWriter, texts: Texts): void {
  const lengths = new ByteWriter();
  const rests = new ByteWriter();
  let previous = new Uint8Array(0);
  for (let id = 0; id < texts.count; id++) {
    const bytes = encoder.encode(texts.text(id));
    const shared = sharedStart(previous, bytes);
    lengths.varint(shared);
    lengths.varint(bytes.length - shared);
    rests.raw(bytes.subarray(shared));
    previous = bytes;
  }
  writer.varint(texts.count);
  writer.raw(lengths.written());
  writer.raw(rests.written());
}

/** The texts that were packed; each becomes a string when it is asked for. */
export function unpackTexts(reader: ByteReader): Texts {
  const count = reader.varint();
  const shared = new Int32Array(count);
  const ends = new Int32Array(count + 1);
  for (let id = 0; id < count; id++) {
    const length = reader.varint();
    shared[id] = length;
    ends[id + 1] = (ends[id] as number) + length + reader.varint();
  }
  const bytes = new Uint8Array(ends[count] as number);
  for (let id = 0; id < count; id++) {
    const start = ends[id] as number;
    const length = shared[id] as number;
    const before = id === 0 ? 0 : (ends[id - 1] as number);
    bytes.copyWithin(start, before, before + length);
    bytes.set(reader.raw((ends[id + 1] as number) - start - length), start + length);
  }
  return {
    count,
    text: (id) => decoder.decode(bytes.subarray(ends[id], ends[id + 1])),
  };
}

function sharedStart(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  let at = 0;
  while (at < length && one[at] === other[at]) at++;
  return at;
}
