/** Texts that exist once each, known by a small integer: bytes in one arena, no string for any of them. */

const textsMax = 2 ** 30;
const bytesMax = 2 ** 31 - 1;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Texts in the order in which they were met: ids are 0 to `count` - 1. Open addressing over their UTF-8. */
export class TextTable {
  count = 0;
  #bytes = new Uint8Array(256);
  /** Text i is `#bytes[#ends[i]]` to `#bytes[#ends[i + 1]]`. */
  #ends = new Int32Array(17);
  #hashes = new Int32Array(16);
  /** Ids, each plus one; 0 is an empty place. */
  #slots = new Int32Array(32);
  #scratch = new Uint8Array(256);

  /** The id of a text. A lone surrogate becomes U+FFFD, so texts that may have one do not belong here. */
  intern(text: string): number {
    if (this.#scratch.length < text.length * 3) this.#scratch = new Uint8Array(text.length * 6);
    const { written } = encoder.encodeInto(text, this.#scratch);
    return this.internBytes(this.#scratch, 0, written);
  }

  /** The id of a text by its UTF-8, from `from` up to before `to`. Throws `RangeError` when it is full. */
  internBytes(bytes: Uint8Array, from: number, to: number): number {
    let hash = to - from;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    // The low bits of a product know nothing of the high ones.
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const id = (this.#slots[slot] as number) - 1;
      if (id < 0) return this.#add(bytes, from, to, hash, slot);
      if (this.#hashes[id] === hash && this.#is(id, bytes, from, to)) return id;
      slot = (slot + 1) & mask;
    }
  }

  text(id: number): string {
    if (!(id >= 0 && id < this.count)) {
      throw new RangeError(`no text ${id}, expected 0..${this.count - 1}`);
    }
    return decoder.decode(this.#bytes.subarray(this.#ends[id], this.#ends[id + 1]));
  }

  #is(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#ends[id] as number;
    if ((this.#ends[id + 1] as number) - start !== to - from) return false;
    const own = this.#bytes;
    for (let at = from, place = start; at < to; at++, place++) {
      if (own[place] !== bytes[at]) return false;
    }
    return true;
  }

  #add(bytes: Uint8Array, from: number, to: number, hash: number, slot: number): number {
    const id = this.count;
    const start = this.#ends[id] as number;
    const end = start + to - from;
    if (id === textsMax || end > bytesMax) {
      throw new RangeError(`more different values than ${textsMax} or ${bytesMax} bytes`);
    }
    if (end > this.#bytes.length) {
      const wanted = Math.min(bytesMax, Math.max(end, this.#bytes.length * 2));
      this.#bytes = enlarged(this.#bytes, new Uint8Array(wanted));
    }
    this.#bytes.set(bytes.subarray(from, to), start);
    if (id === this.#hashes.length) {
      this.#hashes = enlarged(this.#hashes, new Int32Array(id * 2));
      this.#ends = enlarged(this.#ends, new Int32Array(id * 2 + 1));
    }
    this.#ends[id + 1] = end;
    this.#hashes[id] = hash;
    this.#slots[slot] = id + 1;
    this.count = id + 1;
    if (this.count * 2 > this.#slots.length) this.#rehash();
    return id;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < this.count; id++) {
      let slot = (this.#hashes[id] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }
}

function enlarged<A extends Uint8Array | Int32Array>(old: A, larger: A): A {
  larger.set(old);
  return larger;
}
