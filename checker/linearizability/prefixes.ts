import { grown } from "./tuple-set.ts";

/** The state that no text seen begins with: nobody can tell one such text from another. */
export const unseen = 0;

/**
 * The beginnings of some texts as integers, so that a text which grows is never built.
 *
 * Kept are the texts that no other one begins with, sorted; a beginning is known by the first of them that
 * has it and by its length. Adding and finding take a binary search, appending looks at the texts that share
 * the beginning: one, where the texts were seen one after the other without a put.
 */
export class Prefixes {
  readonly #texts: string[] = [];
  /** By place: the branch that the text is on, and the number of its empty beginning. */
  readonly #branches: number[] = [];
  #starts = new Int32Array(16);
  /** The place of a branch. */
  readonly #places: number[] = [];
  /** Where the last one was added: texts that were seen one after the other mostly go on from there. */
  #latest = 0;

  clear(): void {
    this.#texts.length = 0;
    this.#branches.length = 0;
  }

  /** The branch that the text is on. All texts have to be added before anything else is asked. */
  add(text: string): number {
    const place = this.#makePlace(text);
    this.#latest = place;
    return this.#branches[place] ?? 0;
  }

  /** Gives out the numbers. */
  number(): void {
    const texts = this.#texts;
    if (texts.length > this.#starts.length) this.#starts = grown(this.#starts, texts.length);
    let start = unseen + 1;
    for (let place = 0; place < texts.length; place++) {
      this.#starts[place] = start;
      this.#places[this.#branches[place] ?? 0] = place;
      start += (texts[place] as string).length + 1;
    }
  }

  /** The number of a text that was added. */
  ofAdded(text: string, branch: number): number {
    const texts = this.#texts;
    const place = this.#places[branch] ?? 0;
    if (texts[place - 1]?.startsWith(text) === true) return this.of(text);
    return (this.#starts[place] ?? 0) + text.length;
  }

  /** The number of a beginning, or `unseen`. */
  of(text: string): number {
    const place = this.#placeOf(text);
    if (this.#texts[place]?.startsWith(text) !== true) return unseen;
    return (this.#starts[place] ?? 0) + text.length;
  }

  /** The number of a beginning with a text behind it. */
  after(prefix: number, text: string): number {
    if (prefix === unseen) return unseen;
    const texts = this.#texts;
    const place = this.textOf(prefix);
    const first = texts[place] as string;
    const length = this.lengthOf(prefix);
    if (first.startsWith(text, length)) return prefix + text.length;
    if (texts.length === 1) return unseen;
    if (length === 0) return this.of(text);
    const shared = first.slice(0, length);
    for (let next = place + 1; next < texts.length; next++) {
      const other = texts[next] as string;
      if (!other.startsWith(shared)) break;
      if (other.startsWith(text, length)) return (this.#starts[next] ?? 0) + length + text.length;
    }
    return unseen;
  }

  lengthOf(prefix: number): number {
    return prefix - (this.#starts[this.textOf(prefix)] ?? 0);
  }

  /** The place of the first text with this beginning, which is not `unseen`. */
  textOf(prefix: number): number {
    let low = 0;
    let high = this.#texts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] ?? 0) <= prefix) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** All of them in one, with something between. */
  joined(): string {
    return this.#texts.join("\n");
  }

  /** The text at a place. */
  at(place: number): string {
    return this.#texts[place] ?? "";
  }

  #makePlace(text: string): number {
    const texts = this.#texts;
    const latest = texts[this.#latest];
    if (latest !== undefined) {
      if (latest.startsWith(text)) return this.#latest;
      if (text.startsWith(latest)) return this.#replace(this.#latest, text);
    }
    const place = this.#placeOf(text);
    if (texts[place]?.startsWith(text) === true) return place;
    // What `text` begins with comes right before it: of all others between the two it would be a beginning.
    const before = texts[place - 1];
    if (before !== undefined && text.startsWith(before)) return this.#replace(place - 1, text);
    texts.splice(place, 0, text);
    this.#branches.splice(place, 0, this.#branches.length);
    return place;
  }

  #replace(place: number, text: string): number {
    this.#texts[place] = text;
    return place;
  }

  /** Of the first text that is not less. */
  #placeOf(text: string): number {
    const texts = this.#texts;
    let low = 0;
    let high = texts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((texts[middle] as string) < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
