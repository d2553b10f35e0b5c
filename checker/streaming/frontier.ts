/** A state, and which of the operations under way have taken effect: a bit for each. */
export type Configuration = {
  readonly state: unknown;
  /** `Model.key` of the state. */
  readonly key: string | number;
  readonly mask: bigint;
};

/**
 * The configurations that are possible at one moment, without those that another one makes superfluous:
 * the same but for optional operations that have taken effect and need not have. Whatever comes later is
 * possible with less used if it is with more.
 */
export class Frontier {
  /** Bits of the operations that need not take effect. */
  readonly #optional: bigint;
  readonly #byState = new Map<string | number, Map<bigint, Configuration[]>>();
  size: number = 0;

  constructor(optional: bigint) {
    this.#optional = optional;
  }

  /** False when it is there already or not needed. */
  add(configuration: Configuration): boolean {
    const { key, mask } = configuration;
    const used = mask & this.#optional;
    const needed = mask ^ used;
    let byMask = this.#byState.get(key);
    if (byMask === undefined) {
      byMask = new Map();
      this.#byState.set(key, byMask);
    }
    const rivals = byMask.get(needed);
    if (rivals === undefined) {
      byMask.set(needed, [configuration]);
      this.size++;
      return true;
    }
    if (rivals.some((rival) => (rival.mask & mask) === rival.mask)) return false;
    const left = rivals.filter((rival) => (rival.mask & mask) !== mask);
    this.size += left.length + 1 - rivals.length;
    left.push(configuration);
    byMask.set(needed, left);
    return true;
  }

  *[Symbol.iterator](): Iterator<Configuration> {
    for (const byMask of this.#byState.values()) {
      for (const configurations of byMask.values()) yield* configurations;
    }
  }
}
