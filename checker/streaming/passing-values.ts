import { canonicalJson } from "../json.ts";
import type { ValueInterner } from "../values.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A power of two: no event has more values. */
const places = 8;
const cached = 2 ** 14;
const cachedLengthMax = 32;

/**
 * Texts of values for as long as the event that brings them is at hand: an id is good until a few more
 * have been given. Texts that come again soon are found in a cache of fixed size, compared byte by byte.
 */
export class PassingValues implements ValueInterner {
  readonly #texts: string[] = new Array<string>(places).fill("null");
  readonly #cache: string[] = new Array<string>(cached).fill("");
  #next = 0;

  text(id: number): string {
    return this.#texts[id] as string;
  }

  intern(value: unknown): number {
    return this.internText(canonicalJson(value));
  }

  internText(text: string): number {
    const id = this.#next;
    this.#next = (id + 1) & (places - 1);
    this.#texts[id] = text;
    return id;
  }

  internBytes(bytes: Uint8Array, from: number, to: number): number {
    if (to - from > cachedLengthMax) {
      return this.internText(decoder.decode(bytes.subarray(from, to)));
    }
    let hash = to - from;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    const place = (hash ^ (hash >>> 15)) & (cached - 1);
    let text = this.#cache[place] as string;
    if (!isText(text, bytes, from, to)) {
      text = decoder.decode(bytes.subarray(from, to));
      this.#cache[place] = text;
    }
    return this.internText(text);
  }
}

/** Only ASCII is ever found equal: of it, bytes and characters are the same. */
function isText(text: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let at = from, place = 0; at < to; at++, place++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80 || text.charCodeAt(place) !== byte) return false;
  }
  return true;
}
