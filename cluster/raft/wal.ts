/**
 * The format of the write-ahead log: frames of `magic, length, CRC-32` (4 bytes each, big endian)
 * and a payload of UTF-8 JSON. One frame is one write, so a crash can only tear the last one.
 *
 * A bad frame with a valid one after it is corruption and is refused: what follows was acknowledged.
 * A bad frame at the end is a torn write and is cut off. Rot that hits the very last frame looks the
 * same, and is not told apart.
 */
import { crc32 } from "./hash.ts";
import type { Entry, HardState, Index, Persist } from "./types.ts";

/** 0xff never occurs in UTF-8: no payload can look like the start of a frame. */
const magic: readonly number[] = [0xff, 0x57, 0x57, 0x31];
const headerBytes = 12;

/** The changes of one persist, without its number. */
type WalRecord = Pick<Persist, "hardState" | "truncateFrom" | "first" | "entries">;

export type Recovery =
  | {
      readonly kind: "recovered";
      readonly hardState: HardState;
      readonly entries: readonly Entry[];
      /** How much of the file is whole; the rest is a torn write. */
      readonly wholeBytes: number;
    }
  | { readonly kind: "corrupt"; readonly reason: string };

export function encodeFrame(persists: readonly Persist[]): Uint8Array {
  const records: WalRecord[] = persists.map(({ hardState, truncateFrom, first, entries }) => {
    return { hardState, truncateFrom, first, entries };
  });
  const payload = new TextEncoder().encode(JSON.stringify(records));
  const frame = new Uint8Array(headerBytes + payload.length);
  const view = new DataView(frame.buffer);
  frame.set(magic);
  view.setUint32(4, payload.length);
  view.setUint32(8, crc32(payload));
  frame.set(payload, headerBytes);
  return frame;
}

/** Replays a whole file. */
export function recoverWal(bytes: Uint8Array): Recovery {
  let hardState: HardState = { currentTerm: 0, votedFor: null };
  const entries: Entry[] = [];
  let at = 0;
  for (;;) {
    const payload = payloadAt(bytes, at);
    if (payload === null) break;
    for (const record of JSON.parse(new TextDecoder().decode(payload)) as WalRecord[]) {
      hardState = record.hardState ?? hardState;
      if (record.truncateFrom !== null) entries.length = record.truncateFrom - 1;
      if (record.entries.length > 0 && record.first !== entries.length + 1) {
        return { kind: "corrupt", reason: gap(at, entries.length, record.first) };
      }
      for (const entry of record.entries) entries.push(entry);
    }
    at += headerBytes + payload.length;
  }
  const later = nextFrame(bytes, at + 1);
  if (later !== null) {
    const reason = `the frame at byte ${at} is damaged, and a valid one follows at byte ${later}`;
    return { kind: "corrupt", reason };
  }
  return { kind: "recovered", hardState, entries, wholeBytes: at };
}

function gap(at: number, lastIndex: Index, first: Index): string {
  return `the frame at byte ${at} continues at index ${first}, but the log ends at ${lastIndex}`;
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
