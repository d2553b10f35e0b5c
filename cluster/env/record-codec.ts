/**
 * How records lie in a file: frames of `magic, length, CRC-32` (4 bytes each, big endian) and a
 * payload of UTF-8 JSON, one frame a record.
 *
 * A bad frame with a valid one after it is corruption and is refused: what follows was acknowledged.
 * A bad frame at the end is a torn write. Rot that hits the very last frame looks the same, and is
 * not told apart.
 */
import { crc32 } from "./crc32.ts";
import type { FileContent, Json } from "./env.ts";

/** 0xff never occurs in UTF-8: no payload can look like the start of a frame. */
const magic: readonly number[] = [0xff, 0x57, 0x57, 0x31];
const headerBytes = 12;

const decoder = new TextDecoder();

export function encodeRecord(record: Json): Uint8Array {
  const text = JSON.stringify(record);
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerBytes + length);
  frame.set(magic);
  frame.writeUInt32BE(length, 4);
  frame.write(text, headerBytes);
  frame.writeUInt32BE(crc32(frame, headerBytes), 8);
  return frame;
}

/** A whole file. */
export function encodeRecords(records: readonly Json[]): Uint8Array {
  const frames = records.map(encodeRecord);
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

/** Reads a whole file. */
export function decodeRecords(
  bytes: Uint8Array,
): Extract<FileContent, { readonly kind: "records" | "corrupt" }> {
  const records: Json[] = [];
  let at = 0;
  for (;;) {
    const payload = payloadAt(bytes, at);
    if (payload === null) break;
    records.push(JSON.parse(decoder.decode(payload)) as Json);
    at += headerBytes + payload.length;
  }
  const later = nextFrame(bytes, at + 1);
  if (later !== null) {
    const reason = `the frame at byte ${at} is damaged, and a valid one follows at byte ${later}`;
    return { kind: "corrupt", reason };
  }
  return { kind: "records", records, tornBytes: bytes.length - at };
}

/** The payload of the frame that starts here, or null when there is no whole and valid one. */
function payloadAt(bytes: Uint8Array, at: number): Uint8Array | null {
  if (bytes.length - at < headerBytes) return null;
  if (magic.some((byte, offset) => bytes[at + offset] !== byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, headerBytes);
  const length = view.getUint32(4);
  if (length > bytes.length - at - headerBytes) return null;
  const payload = bytes.subarray(at + headerBytes, at + headerBytes + length);
  return crc32(payload) === view.getUint32(8) ? payload : null;
}

/** Where the next valid frame starts, from `from` on. */
function nextFrame(bytes: Uint8Array, from: number): number | null {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    if (payloadAt(bytes, at) !== null) return at;
  }
  return null;
}
