import { canonicalJson, isSameJson } from "../json.ts";
import type { Operation } from "../model.ts";
import { times } from "../plural.ts";
import type { RegisterWords } from "../registers.ts";
import { reasonOfSupply } from "./supply.ts";
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
  const words = { valueSet, valueSeen };
  return (
    reasonOfReturn(core, relaxed, words) ??
    reasonOfRefusal(core, relaxed, words) ??
    reasonOfTwo(core, relaxed, words) ??
    reasonOfCount(core, relaxed, words) ??
    reasonOfSupply(core, relaxed, words)
  );
}

/** One after the other they show more comings of a value than there are operations that set it. */
function reasonOfCount(
  core: readonly Operation[],
  relaxed: readonly Operation[],
  words: Values,
): string | undefined {
  const inTurn = [...core].sort((a, b) => a.call - b.call);
  const isInTurn = inTurn.every((one, i) => i === 0 || isBefore(inTurn[i - 1] ?? one, one));
  if (!isInTurn) return undefined;
  const shown = inTurn.flatMap((one) => {
    const values = isDone(one)
      ? [words.valueSeen(one), words.valueSet(one)]
      : [words.valueSeen(one)];
    return values.filter((value) => value !== undefined);
  });
  const comings = shown.filter((value, i) => !isSameJson(value, i === 0 ? null : shown[i - 1]));
  for (const value of comings) {
    const needed = comings.filter((other) => isSameJson(other, value)).length;
    const setters = relaxed.filter((one) => sets(one, value, words)).length;
    if (needed <= setters) continue;
    const indexes = inTurn.map(({ index }) => index).join(", ");
    return (
      `one after the other, the operations at indexes ${indexes} show ${shown.map(json).join(", ")}, so ` +
      `${json(value)} must have been set ${times(needed)}, but ${settersCalled(setters)} had been called by then`
    );
  }
  return undefined;
}

function settersCalled(count: number): string {
  if (count === 0) return "nothing that sets it";
  return count === 1 ? "only one operation that sets it" : `only ${count} operations that set it`;
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
    // A cas saw its value go.
    const taken = words.valueSeen(newer);
    const isTaken = taken !== undefined && isSameJson(taken, seen);
    const older = core.find(
      (other) => isBefore(other, newer) && isSameJson(left(other, words), seen),
    );
    // A relaxed setter may come late, unless who read its value shows that it came early.
    if (!isGone && ((older === undefined && !isTaken) || setters.length > 1 || seen === null))
      continue;
    const since = isTaken
      ? `, in place of ${json(seen)}`
      : older === undefined
        ? allBefore(setters, newer)
        : `, and ${json(seen)} was there earlier (${orderOf(older, newer)})`;
    const did = words.valueSet(newer) !== undefined && isDone(newer) ? "set by" : "read by";
    return (
      `${at(reader)} ${saw(reader, seen)}, but ${json(shown)} had been ${did} ${whom(newer)} before the ` +
      `${reader.f} was called (${orderOf(newer, reader)})${since}, and nothing sets ${json(seen)} again`
    );
  }
  return undefined;
}

function allBefore(setters: readonly Operation[], newer: Operation): string {
  if (setters.length === 0) return "";
  const indexes = setters.map(({ index }) => index).join(", ");
  return `, all that set it (${indexes}) had returned before ${newer.index} was called`;
}

/** A cas found another value than one that was there before, and nobody can have set another. */
function reasonOfRefusal(
  core: readonly Operation[],
  relaxed: readonly Operation[],
  words: Values,
): string | undefined {
  for (const [newer, cas] of pairsInTime(core)) {
    const avoided = words.valueSeen({ ...cas, outcome: "ok" });
    const shown = left(newer, words);
    if (cas.f !== "cas" || cas.outcome !== "refused" || cas.error === "ErrNoKey") continue;
    if (shown === undefined || !isSameJson(avoided, shown)) continue;
    const isReplaceable = relaxed.some((other) => {
      const set = words.valueSet(other);
      return other !== newer && set !== undefined && !isSameJson(set, shown);
    });
    if (isReplaceable) continue;
    const did = words.valueSet(newer) !== undefined ? "set by" : "read by";
    return (
      `${at(cas)} found another value than ${json(avoided)}, but ${json(shown)} had been ${did} ${whom(newer)} before ` +
      `the cas was called (${orderOf(newer, cas)}), and nothing else that sets a value had been called by then`
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
