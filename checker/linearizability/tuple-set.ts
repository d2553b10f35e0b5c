type Ints = Int32Array<ArrayBuffer>;

const emptyTable = 64;
const soonCount = 512;

/**
 * Tuples of 32-bit integers, all of one width, each met once and known by its number: open addressing in
 * one array, exact comparison. Can be emptied and used again without new arrays.
 */
export class TupleSet {
  size: number = 0;
  #width: number;
  #tuples: Ints;
  /** Index of the tuple plus one, or 0. A power of two, of which the first `#mask` + 1 are in use. */
  #table: Ints = new Int32Array(emptyTable);
  #mask: number = emptyTable - 1;

  constructor(width: number) {
    this.#width = width;
    this.#tuples = new Int32Array(32 * width);
  }

  /** Bytes held. */
  get bytes(): number {
    return 4 * (this.#tuples.length + this.#table.length);
  }

  /** Bytes held after a few hundred more. */
  get bytesSoon(): number {
    const soon = this.size + soonCount;
    const tuples = soon * this.#width > this.#tuples.length ? 3 : 1;
    const table = soon * 2 > this.#mask ? 3 : 1;
    return 4 * (tuples * this.#tuples.length + table * this.#table.length);
  }

  /** Forgets all tuples; those to come may have another width. */
  clear(width: number = this.#width): void {
    this.#table.fill(0, 0, this.#mask + 1);
    this.#mask = emptyTable - 1;
    this.#width = width;
    this.size = 0;
  }

  /** Adds the tuple that starts at `offset`; false when it was there. */
  add(source: Int32Array, offset: number): boolean {
    const size = this.size;
    this.intern(source, offset);
    return this.size > size;
  }

  /** The number of the tuple that starts at `offset`, from 0 in the order of their coming. */
  intern(source: Int32Array, offset: number): number {
    const place = this.#placeOf(source, offset);
    const entry = this.#table[place] ?? 0;
    if (entry !== 0) return entry - 1;
    const width = this.#width;
    const end = this.size * width;
    if (end + width > this.#tuples.length) this.#tuples = grown(this.#tuples, end + width);
    for (let i = 0; i < width; i++) this.#tuples[end + i] = source[offset + i] ?? 0;
    this.size++;
    this.#table[place] = this.size;
    if (this.size * 2 > this.#mask) this.#rehash();
    return this.size - 1;
  }

  /** The number of the tuple, or -1 when it has not come. */
  find(source: Int32Array, offset: number): number {
    return (this.#table[this.#placeOf(source, offset)] ?? 0) - 1;
  }

  /** One integer of a tuple. */
  at(index: number, field: number): number {
    return this.#tuples[index * this.#width + field] ?? 0;
  }

  #placeOf(source: Int32Array, offset: number): number {
    let place = this.#hash(source, offset) & this.#mask;
    for (;;) {
      const entry = this.#table[place] ?? 0;
      if (entry === 0 || this.#isEqual(entry - 1, source, offset)) return place;
      place = (place + 1) & this.#mask;
    }
  }

  #hash(source: Int32Array, offset: number): number {
    let hash = 0x2f0b4c47;
    for (let i = 0; i < this.#width; i++) {
      hash = Math.imul(hash ^ (source[offset + i] ?? 0), 0x2c1b3c6d);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, 0x297a2d39);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  #isEqual(index: number, source: Int32Array, offset: number): boolean {
    const start = index * this.#width;
    for (let i = 0; i < this.#width; i++) {
      if (this.#tuples[start + i] !== source[offset + i]) return false;
    }
    return true;
  }

  #rehash(): void {
    const length = (this.#mask + 1) * 2;
    const table = length > this.#table.length ? new Int32Array(length) : this.#table;
    table.fill(0, 0, length);
    this.#table = table;
    this.#mask = length - 1;
    for (let index = 0; index < this.size; index++) {
      let place = this.#hash(this.#tuples, index * this.#width) & this.#mask;
      while (table[place] !== 0) place = (place + 1) & this.#mask;
      table[place] = index + 1;
    }
  }
}

/** A copy of at least twice the length, with room for `length` integers. */
export function grown(array: Ints, length: number = 0): Ints {
  const longer = new Int32Array(Math.max(array.length * 2, length));
  longer.set(array);
  return longer;
}

/** The array itself or, when it is shorter than `length`, a new one of zeros. */
export function atLeast(array: Ints, length: number): Ints {
  return length <= array.length ? array : new Int32Array(Math.max(length, 2 * array.length));
}
