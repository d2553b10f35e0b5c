/** Texts that are put together of parts, each of which is there once. */
export class TextParts {
  readonly #ids = new Map<string, number>();
  readonly #lengths: number[] = [];

  /** How often each letter of a text is looked at. */
  get looks(): number {
    return this.#lengths.length;
  }

  /** False for a part that is there already, or empty. */
  add(part: string, id: number): boolean {
    if (part === "" || this.#ids.has(part)) return false;
    this.#ids.set(part, id);
    if (!this.#lengths.includes(part.length)) this.#lengths.push(part.length);
    return true;
  }

  /** The ids of the parts that a text is made of; null when there is not exactly one such way. */
  idsOf(text: string): number[] | null {
    const { length } = text;
    // By place: ways to come there, 2 for many, and the length of the part that ends there.
    const ways = new Uint8Array(length + 1);
    const ends = new Int32Array(length + 1);
    ways[0] = 1;
    for (let place = 0; place < length; place++) {
      if (ways[place] === 0) continue;
      for (const size of this.#lengths) {
        const to = place + size;
        const id = to > length ? undefined : this.#ids.get(text.slice(place, to));
        if (id === undefined) continue;
        ways[to] = Math.min(2, (ways[to] ?? 0) + (ways[place] ?? 0));
        ends[to] = size;
      }
    }
    if (ways[length] !== 1) return null;
    const ids: number[] = [];
    for (let place = length; place > 0; place -= ends[place] ?? 1) {
      const size = ends[place] ?? 1;
      ids.push(this.#ids.get(text.slice(place - size, place)) ?? -1);
    }
    return ids.reverse();
  }
}
