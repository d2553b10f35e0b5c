/**
 * Seeded randomness: sfc32 (Chris Doty-Humphrey's PractRand), integers only, so that a seed means
 * the same on every machine. Sub-streams fork by label: draws in one place never move another.
 */
export type Rng = {
  /** The next 32 random bits, as an unsigned integer. */
  uint32(): number;
  /** Uniform integer in `from..to`, both included; the span is below 2^53. */
  int(from: number, to: number): number;
  /** True in `numerator` of `denominator` cases. */
  chance(numerator: number, denominator: number): boolean;
  /** One element; asserts that there is one. */
  pick<T>(items: readonly T[]): T;
  /** A new array in random order (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream that depends on this one's seed and the label only, not on draws. */
  fork(label: string): Rng;
};

export function createRng(seed: number | string): Rng {
  return new Sfc32(String(seed));
}

/** A class, since millions of draws meet tens of streams: closures of their own are slower to call. */
class Sfc32 implements Rng {
  readonly #seed: string;
  // Signed: small integers to the engine, where unsigned ones would be objects.
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: string) {
    this.#seed = seed;
    const word = wordsOf(seed);
    this.#a = word();
    this.#b = word();
    this.#c = word();
    this.#d = word();
    for (let round = 0; round < 12; round++) this.uint32();
  }

  uint32(): number {
    const b = this.#b;
    const c = this.#c;
    const d = this.#d;
    const result = (this.#a + b + d) | 0;
    this.#d = (d + 1) | 0;
    this.#a = b ^ (b >>> 9);
    this.#b = (c + (c << 3)) | 0;
    this.#c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  int(from: number, to: number): number {
    if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from <= to)) {
      throw new RangeError(`int(from, to) takes integers with from <= to, got ${from}, ${to}`);
    }
    return from + this.#below(to - from + 1);
  }

  chance(numerator: number, denominator: number): boolean {
    return this.#below(denominator) < numerator;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.#below(Math.max(1, items.length))];
    if (item === undefined) throw new RangeError("pick takes at least one item");
    return item;
  }

  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.#below(last + 1);
      const swapped = result[other] as (typeof result)[number];
      result[other] = result[last] as (typeof result)[number];
      result[last] = swapped;
    }
    return result;
  }

  fork(label: string): Rng {
    return new Sfc32(`${this.#seed}/${label}`);
  }

  #below(bound: number): number {
    if (bound === 0x1_0000_0000) return this.uint32();
    if (bound < 0x1_0000_0000) {
      // Said to be 32 bits wide, so that the engine divides integers and no doubles.
      const span = bound >>> 0;
      // Rejects the top, so that every value is equally likely.
      const over = ((0xffff_ffff % span) + 1) % span;
      for (;;) {
        const draw = this.uint32();
        if (draw <= 0xffff_ffff - over) return draw % span;
      }
    }
    const limit = 2 ** 53 - (2 ** 53 % bound);
    for (;;) {
      const draw = (this.uint32() >>> 11) * 2 ** 32 + this.uint32();
      if (draw < limit) return draw % bound;
    }
  }
}

/** Words (signed) from a text, one after another (MurmurHash3's mixing steps over its UTF-16 units). */
function wordsOf(text: string): () => number {
  let hash = 1779033703 ^ text.length;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 3432918353);
    hash = (hash << 13) | (hash >>> 19);
  }
  return () => {
    hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
    hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
    hash ^= hash >>> 16;
    return hash;
  };
}
