/**
 * A bounded sample of a sequence, spread evenly over it: everything until `max` is reached, then every
 * second, every fourth and so on. The first one always stays.
 */
export class Spread<T> {
  readonly #max: number;
  #every = 1;
  #seen = 0;
  #kept: T[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  add(one: T): void {
    if (this.#seen++ % this.#every !== 0) return;
    if (this.#kept.length === this.#max) {
      this.#kept = this.#kept.filter((_, place) => place % 2 === 0);
      this.#every *= 2;
      if ((this.#seen - 1) % this.#every !== 0) return;
    }
    this.#kept.push(one);
  }

  kept(): readonly T[] {
    return this.#kept;
  }
}
