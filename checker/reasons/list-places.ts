import { canonicalJson } from "../json.ts";
import type { Operation } from "../model.ts";
import { countsOf, seenBy, timesOf } from "./lists.ts";
import { at, indexesOf, isBefore, isDone, orderOf, pairsInTime, whom } from "./wording.ts";

/** Why a read has no place in an order, by how often elements are in it, and which comes first. */
export function reasonOfPlaces(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  const appends = new Appends(core, relaxed);
  for (const read of core) {
    const seen = seenBy(read);
    if (seen === undefined) continue;
    const reason =
      reasonOfFew(read, seen, core) ??
      reasonOfTurn(read, seen, core) ??
      reasonOfPlace(read, seen, appends) ??
      reasonOfVanished(read, seen, core, appends);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

class Appends {
  /** Of the core, by element, those that returned first before the others. */
  readonly own: ReadonlyMap<string, readonly Operation[]>;
  readonly #calls = new Map<string, number[]>();

  constructor(core: readonly Operation[], relaxed: readonly Operation[]) {
    const own = new Map<string, Operation[]>();
    for (const append of core.filter(isAppend).sort((a, b) => a.return - b.return)) {
      const element = elementOf(append);
      own.set(element, [...(own.get(element) ?? []), append]);
    }
    this.own = own;
    for (const append of relaxed.filter(isAppend)) {
      const element = elementOf(append);
      this.#calls.set(element, [...(this.#calls.get(element) ?? []), append.call]);
    }
  }

  /** How many appends of an element had been called by then. */
  called(element: string, end: number): number {
    return (this.#calls.get(element) ?? []).filter((call) => call < end).length;
  }
}

function isAppend({ f, outcome }: Operation): boolean {
  return f === "append" && outcome !== "refused";
}

function elementOf({ input }: Operation): string {
  return canonicalJson(input);
}

/** A read that saw an element less often than it had been appended for certain, or since an earlier read. */
function reasonOfFew(
  read: Operation,
  seen: readonly string[],
  core: readonly Operation[],
): string | undefined {
  const appends = core.filter((one) => isAppend(one) && isDone(one) && isBefore(one, read));
  const earlier = core.filter((one) => seenBy(one) !== undefined && isBefore(one, read));
  for (const first of [null, ...earlier]) {
    const known = first === null ? 0 : (seenBy(first) ?? []).length;
    const since = appends.filter((one) => first === null || isBefore(first, one));
    const counts = countsOf(seen.slice(known));
    for (const [element, count] of countsOf(since.map(elementOf))) {
      const times = counts.get(element) ?? 0;
      if (times >= count) continue;
      const own = since.filter((one) => elementOf(one) === element);
      const which = count === 1 ? "an append of it" : `${count} appends of it`;
      const behind = first === null ? "" : ` behind the ${known} elements that ${at(first)} saw`;
      const later = first === null ? "" : `, and called after ${first.index} had returned`;
      return (
        `${at(read)} saw ${element} ${timesOf(times)}${behind}, but ${which} (${indexesOf(own)}) had been ` +
        `acknowledged before it was called${later}`
      );
    }
  }
  return undefined;
}

/** A read that saw an element only in front of one whose append had ended before. */
function reasonOfTurn(
  read: Operation,
  seen: readonly string[],
  core: readonly Operation[],
): string | undefined {
  for (const [first, second] of pairsInTime(core)) {
    if (![first, second].every((one) => isAppend(one) && isDone(one))) continue;
    const [before, after] = [elementOf(first), elementOf(second)];
    if (before === after || !isBefore(second, read)) continue;
    const places = [seen.indexOf(before), seen.lastIndexOf(after)];
    const [start = -1, last = -1] = places;
    if (places.includes(-1) || last > start) continue;
    return (
      `${at(read)} saw ${after} only in front of the first ${before}, but an append of ${after} was called when one ` +
      `of ${before} had been acknowledged (${orderOf(first, second)}), and had been acknowledged before the read`
    );
  }
  return undefined;
}

/** A read with an element in front of those that had ended before it was appended. */
function reasonOfPlace(
  read: Operation,
  seen: readonly string[],
  appends: Appends,
): string | undefined {
  for (const [own, all] of appends.own) {
    // Of unknown outcome: they took effect if all appends of their element have to be there.
    const total = seen.filter((element) => element === own).length;
    const isThere = total >= appends.called(own, read.return);
    const certain = all.filter((one) => isDone(one) || isThere);
    for (const [ended, append] of certain.entries()) {
      const place = firstLater(seen, { own, ended }, (element) =>
        appends.called(element, append.return),
      );
      if (place === -1) continue;
      const element = seen[place] ?? "";
      const called = appends.called(element, append.return);
      const number = called === 0 ? "no append" : called === 1 ? "only one" : `only ${called}`;
      const which = ended === 0 ? own : `${ended + 1} times ${own}`;
      const returned = indexesOf(certain.slice(0, ended + 1));
      return (
        `${number} of ${element} had been called when ${which} had been appended (${returned}), so that had to come ` +
        `before element ${place + 1}, ${element}, of what ${at(read)} saw, but did not`
      );
    }
  }
  return undefined;
}

/** The first place of an element that had not been called so often, with no more than `ended` times `own` before. */
function firstLater(
  seen: readonly string[],
  { own, ended }: { readonly own: string; readonly ended: number },
  calledOf: (element: string) => number,
): number {
  const before = new Map<string, number>();
  for (const [place, element] of seen.entries()) {
    if ((before.get(own) ?? 0) > ended) return -1;
    const times = (before.get(element) ?? 0) + 1;
    before.set(element, times);
    if (times > calledOf(element)) return place;
  }
  return -1;
}

/** A read without what another one saw, although all that could have appended it had ended before. */
function reasonOfVanished(
  read: Operation,
  seen: readonly string[],
  core: readonly Operation[],
  appends: Appends,
): string | undefined {
  for (const other of core) {
    const shown = seenBy(other);
    if (shown === undefined) continue;
    for (const [element, own] of appends.own) {
      const [only] = own;
      const isOnly = own.length === 1 && appends.called(element, other.return) === 1;
      if (only === undefined || !isOnly || !isBefore(only, read)) continue;
      if (!shown.includes(element) || seen.includes(element)) continue;
      return (
        `${at(read)} did not see ${element}, but it was read by ${whom(other)}, and the only append of it ` +
        `had ended before (${orderOf(only, read)})`
      );
    }
  }
  return undefined;
}
