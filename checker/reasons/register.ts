import { canonicalJson, isSameJson } from "../json.ts";
import type { Operation } from "../model.ts";
import type { RegisterWords } from "../registers.ts";
import { at, isBefore, isDone, orderOf, pairsInTime, whom } from "./wording.ts";

type Values = Pick<RegisterWords, "valueSet" | "valueSeen">;

/** Why a core of reads, writes and cas has no order; `undefined` where it is of no kind known here. */
export function reasonOfRegister(
  core: readonly Operation[],
  relaxed: readonly Operation[],
  { valueSet, valueSeen }: Values,
): string | undefined {
  const [only] = core;
  if (only === undefined) return undefined;
  if (core.length === 1) {
    const seen = valueSeen(only);
    if (seen === undefined || seen === null) return undefined;
    const isSet = relaxed.some(
      (other) => other !== only && sets(other, seen, { valueSet, valueSeen }),
    );
    return isSet
      ? undefined
      : `${at(only)} ${saw(only, seen)}, but nothing that sets it had been called by then`;
  }
  return (
    reasonOfReturn(core, relaxed, { valueSet, valueSeen }) ??
    reasonOfTwo(core, relaxed, { valueSet, valueSeen })
  );
}

/** A value is seen although another one was there before, and nothing can have brought it back. */
function reasonOfReturn(
  core: readonly Operation[],
  relaxed: readonly Operation[],
  words: Values,
): string | undefined {
  for (const [newer, reader] of pairsInTime(core)) {
    const seen = words.valueSeen(reader);
    const shown = left(newer, words);
    if (seen === undefined || shown === undefined || isSameJson(seen, shown)) continue;
    const setters = relaxed.filter(
      (other) => other !== reader && sets(other, seen, words) && other.call < reader.return,
    );
    const isGone = setters.every((setter) => isBefore(setter, newer));
    const older = core.find(
      (other) => isBefore(other, newer) && isSameJson(left(other, words), seen),
    );
    // A relaxed setter may come late, unless who read its value shows that it came early.
    if (!isGone && (older === undefined || setters.length > 1 || seen === null)) continue;
    const since =
      older === undefined ? "" : `, and ${json(seen)} was there earlier (${orderOf(older, newer)})`;
    const did = words.valueSet(newer) !== undefined && isDone(newer) ? "set by" : "read by";
    return (
      `${at(reader)} ${saw(reader, seen)}, but ${json(shown)} had been ${did} ${whom(newer)} before the ` +
      `${reader.f} was called (${orderOf(newer, reader)})${since}, and nothing sets ${json(seen)} again`
    );
  }
  return undefined;
}

/** Two values, of which each must have been there before the other. */
function reasonOfTwo(
  core: readonly Operation[],
  relaxed: readonly Operation[],
  words: Values,
): string | undefined {
  const shownBy = (operation: Operation): unknown => left(operation, words);
  const isSetOnce = (value: unknown): boolean =>
    value !== undefined &&
    relaxed.filter((other) => sets(other, value, words)).length <= (value === null ? 0 : 1);
  if (!core.every((operation) => isSetOnce(shownBy(operation)))) return undefined;
  const values = new Set(core.map((operation) => canonicalJson(shownBy(operation))));
  if (values.size !== 2 || core.some(({ f }) => f === "cas")) return undefined;
  const differs = pairsInTime(core).filter(([a, b]) => !isSameJson(shownBy(a), shownBy(b)));
  const [one] = differs;
  if (one === undefined) return undefined;
  const [a, b] = one;
  const other = differs.find(([c]) => isSameJson(shownBy(c), shownBy(b)));
  if (other === undefined) return undefined;
  const [c, d] = other;
  return (
    `${json(shownBy(a))} was there before ${json(shownBy(b))} (${at(a)} and ${at(b)}: ${orderOf(a, b)}), but also ` +
    `the other way round (${at(c)} and ${at(d)}: ${orderOf(c, d)}), and each is set once only`
  );
}

function sets(operation: Operation, value: unknown, { valueSet }: Values): boolean {
  const set = valueSet(operation);
  return set !== undefined && isSameJson(set, value);
}

/** The value that was there when the operation took effect, or that it left. */
function left(operation: Operation, { valueSet, valueSeen }: Values): unknown {
  const set = isDone(operation) ? valueSet(operation) : undefined;
  return set === undefined ? valueSeen(operation) : set;
}

function saw({ f }: Operation, value: unknown): string {
  return f === "cas" ? `found ${json(value)}` : `saw ${json(value)}`;
}

function json(value: unknown): string {
  return JSON.stringify(value);
}
