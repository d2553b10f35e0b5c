/** A request that a node has not answered yet. */
export type Served = {
  /** Neighbours in its list, of which it is in one at most: the list's own marks. */
  earlier: Served | null;
  later: Served | null;
  isServed: boolean;
  onDeath(): void;
};

/** Requests that arrived and are not answered, oldest first: linked, since each comes and goes at once. */
export class Serving {
  #first: Served | null = null;
  #last: Served | null = null;

  /** Nothing happens when it is there. */
  add(served: Served): void {
    if (served.isServed) return;
    served.isServed = true;
    served.earlier = this.#last;
    if (this.#last === null) this.#first = served;
    else this.#last.later = served;
    this.#last = served;
  }

  /** False when it was not there. */
  delete(served: Served): boolean {
    if (!served.isServed) return false;
    const { earlier, later } = served;
    if (earlier === null) this.#first = later;
    else earlier.later = later;
    if (later === null) this.#last = earlier;
    else later.earlier = earlier;
    served.isServed = false;
    served.earlier = null;
    served.later = null;
    return true;
  }

  /** Tells each of the node's end, and forgets them. */
  end(): void {
    for (let served = this.#first; served !== null; served = this.#first) {
      this.delete(served);
      served.onDeath();
    }
  }
}
