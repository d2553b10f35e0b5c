/**
 * A set of tuples of 32-bit integers, all of one width: open addressing in one array, exact comparison.
 * Costs about 4 * (width + 2) bytes a tuple.
 */
export class TupleSet {
  readonly width: number;
  size = 0;
  #tuples: Int32Array;
  /** Index of the tuple plus one, or 0. */
  #table = new Int32Array(64);

  constructor(width: number) {
    this.width = width;
    this.#tuples = new Int32Array(32 * width);
  }

  /** Adds the tuple that starts at `offset`; false when it was there. */
  add(source: Int32Array, offset: number): boolean {
    const mask = this.#table.length - 1;
    let place = this.#hash(source, offset) & mask;
    for (;;) {
      const entry = this.#table[place] ?? 0;
      if (entry === 0) break;
      if (this.#isEqual(entry - 1, source, offset)) return false;
      place = (place + 1) & mask;
    }
    if ((this.size + 1) * this.width > this.#tuples.length) {
      this.#tuples = grown(this.#tuples);
    }
    for (let i = 0; i < this.width; i++) {
      this.#tuples[this.size * this.width + i] = source[offset + i] ?? 0;
    }
    this.size++;
    this.#table[place] = this.size;
    if (this.size * 2 > this.#table.length) this.#rehash();
    return true;
  }

  #hash(source: Int32Array, offset: number): number {
    let hash = 0x2f0b4c47;
    for (let i = 0; i < this.width; i++) {
      hash = Math.imul(hash ^ (source[offset + i] ?? 0), 0x2c1b3c6d);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, 0x297a2d39);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  #isEqual(index: number, source: Int32Array, offset: number): boolean {
    const start = index * this.width;
    for (let i = 0; i < this.width; i++) {
      if (this.#tuples[start + i] !== source[offset + i]) return false;
    }
    return true;
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (let index = 0; index < this.size; index++) {
      let place = this.#hash(this.#tuples, index * this.width) & mask;
      while (table[place] !== 0) place = (place + 1) & mask;
      table[place] = index + 1;
    }
    this.#table = table;
  }
}

/** A copy of twice the length. */
export function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(array.length * 2);
  longer.set(array);
  return longer;
}
