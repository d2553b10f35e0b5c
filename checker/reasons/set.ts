import { canonicalJson } from "../json.ts";
import type { Operation } from "../model.ts";
import { at, isDone, orderOf, pairs, pairsInTime, whom } from "./wording.ts";

/** Why a core of adds and reads of a set has no order; `undefined` where it is of no kind known here. */
export function reasonOfSet(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  for (const read of core) {
    const reason = reasonOfOne(read, relaxed);
    if (reason !== undefined) return reason;
  }
  for (const [first, second] of pairsInTime(core)) {
    const seen = seenBy(second);
    if (seen === undefined) continue;
    const missing = shownBy(first).find((element) => !seen.has(element));
    if (missing === undefined) continue;
    const did = first.f === "add" ? "its add had been acknowledged to" : "it had been read by";
    return (
      `${at(second)} did not see ${missing}, but ${did} ${whom(first)} before the read was called ` +
      `(${orderOf(first, second)}), and nothing is ever removed`
    );
  }
  for (const [first, second] of pairs(core)) {
    const [one, other] = [seenBy(first), seenBy(second)];
    if (one === undefined || other === undefined) continue;
    const mine = [...one].find((element) => !other.has(element));
    const yours = [...other].find((element) => !one.has(element));
    if (mine === undefined || yours === undefined) continue;
    return (
      `a set only grows, but ${at(first)} saw ${mine} and not ${yours}, and ${at(second)} saw ${yours} and ` +
      `not ${mine}`
    );
  }
  return undefined;
}

function listOf({ output }: Operation): readonly string[] {
  return Array.isArray(output) ? output.map(canonicalJson) : [];
}

/** What a read saw for certain. */
function seenBy(operation: Operation): ReadonlySet<string> | undefined {
  const { f, outcome, error } = operation;
  if (f !== "read") return undefined;
  if (outcome === "refused") return error === "ErrNoKey" ? new Set() : undefined;
  return outcome === "ok" ? new Set(listOf(operation)) : undefined;
}

/** Members that were there when it took effect, or came by it. */
function shownBy(operation: Operation): readonly string[] {
  if (operation.f === "add") return isDone(operation) ? [canonicalJson(operation.input)] : [];
  return [...(seenBy(operation) ?? [])];
}

function reasonOfOne(read: Operation, relaxed: readonly Operation[]): string | undefined {
  if (read.f !== "read" || !isDone(read)) return undefined;
  const list = listOf(read);
  const twice = list.find((element, place) => list.indexOf(element) < place);
  if (twice !== undefined) return `${at(read)} saw ${twice} more than once, but a set has it once`;
  const added = new Set(
    relaxed
      .filter(({ f, call }) => f === "add" && call < read.return)
      .map(({ input }) => canonicalJson(input)),
  );
  const phantom = list.find((element) => !added.has(element));
  return phantom === undefined
    ? undefined
    : `${at(read)} saw ${phantom}, but nobody had called an add of it by then`;
}
