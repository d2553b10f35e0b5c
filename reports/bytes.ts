// Numbers as few bytes: small ones one byte each, in an order that deflates well.

const chunk = 0x80;

/** Bytes that grow as numbers and texts are written. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** An integer from 0 to 2^53 - 1, seven bits a byte, the lowest first. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= chunk) {
      this.#bytes[this.#length++] = (rest % chunk) | chunk;
      // No shift: it would cut at 32 bits.
      rest = Math.floor(rest / chunk);
    }
    this.#bytes[this.#length++] = rest;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** What was written, valid until the next write. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(wanted, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads what `ByteWriter` wrote, from the start. Throws `RangeError` beyond the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= chunk) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError("the data ends in the middle of a number");
      value += (byte & (chunk - 1)) * scale;
      if (byte < chunk) return value;
    }
  }

  /** A view of the next bytes. */
  raw(length: number): Uint8Array {
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length)
      throw new RangeError("the data ends in the middle of a text");
    return this.#bytes.subarray(from, this.#at);
  }
}

/** Signed integers as unsigned ones, those near zero small: 0, -1, 1, -2, 2. */
export function toZigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

export function fromZigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
