import type { Json } from "./env.ts";

/** A snapshot must fit. */
const frameBytesMax = 64_000_000;
const lengthBytes = 4;

/** A frame on the wire: its length in four bytes, big-endian, then JSON in UTF-8. */
export function encodeFrame(frame: Json): Buffer {
  const text = JSON.stringify(frame);
  const length = Buffer.byteLength(text);
  if (length > frameBytesMax) throw new RangeError(`a frame of ${length} bytes is too long`);
  const bytes = Buffer.allocUnsafe(lengthBytes + length);
  bytes.writeUInt32BE(length);
  bytes.write(text, lengthBytes);
  return bytes;
}

/**
 * Splits a stream into frames. `push` throws when the bytes are no frames; nothing works after
 * that.
 */
export function createFrameReader(): { push(chunk: Buffer): readonly Json[] } {
  let chunks: Buffer[] = [];
  let waiting = 0;
  let needed = lengthBytes;

  return {
    push(chunk) {
      chunks.push(chunk);
      waiting += chunk.length;
      const frames: Json[] = [];
      // Joined only when a whole frame is there: a long one comes in many chunks.
      if (waiting < needed) return frames;
      const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks);
      let at = 0;
      for (;;) {
        needed = lengthBytes;
        if (bytes.length - at < needed) break;
        const length = bytes.readUInt32BE(at);
        if (length > frameBytesMax) throw new RangeError(`a frame of ${length} bytes is too long`);
        needed = lengthBytes + length;
        if (bytes.length - at < needed) break;
        const text = bytes.toString("utf8", at + lengthBytes, at + needed);
        frames.push(JSON.parse(text) as Json);
        at += needed;
      }
      waiting = bytes.length - at;
      chunks = waiting === 0 ? [] : [bytes.subarray(at)];
      return frames;
    },
  };
}
