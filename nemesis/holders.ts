/** Who holds a thing (a node, a link), by the ids of instances: holding twice is holding once. */
export type Holders = {
  hold(thing: string, id: string): void;
  /** Gives up the hold; true when nobody else has one. */
  release(thing: string, id: string): boolean;
};

export function createHolders(): Holders {
  const idsByThing = new Map<string, Set<string>>();
  return {
    hold(thing, id) {
      const ids = idsByThing.get(thing) ?? new Set<string>();
      idsByThing.set(thing, ids.add(id));
    },
    release(thing, id) {
      const ids = idsByThing.get(thing);
      ids?.delete(id);
      return ids === undefined || ids.size === 0;
    },
  };
}

/** What several instances want of one thing at once, merged into what it gets. */
export type Merged<Wish> = {
  /** Null takes this id's wish away. */
  set(thing: string, id: string, wish: Wish | null): void;
  /** Null when nobody wants anything. */
  of(thing: string): Wish | null;
};

export function createMerged<Wish>(heavier: (one: Wish, other: Wish) => Wish): Merged<Wish> {
  const wishesByThing = new Map<string, Map<string, Wish>>();
  return {
    set(thing, id, wish) {
      const wishes = wishesByThing.get(thing) ?? new Map<string, Wish>();
      wishesByThing.set(thing, wishes);
      if (wish === null) wishes.delete(id);
      else wishes.set(id, wish);
    },
    of(thing) {
      const wishes = [...(wishesByThing.get(thing)?.values() ?? [])];
      return wishes.length === 0 ? null : wishes.reduce(heavier);
    },
  };
}

/** Lets one instance at a time have a thing. */
export type Exclusive = {
  /** The id that has it, if another one. */
  holderBut(thing: string, id: string): string | null;
  take(thing: string, id: string): void;
  give(thing: string, id: string): void;
};

export function createExclusive(): Exclusive {
  const idByThing = new Map<string, string>();
  return {
    holderBut(thing, id) {
      const holder = idByThing.get(thing) ?? id;
      return holder === id ? null : holder;
    },
    take: (thing, id) => idByThing.set(thing, id),
    give(thing, id) {
      if (idByThing.get(thing) === id) idByThing.delete(thing);
    },
  };
}
