import { fieldsOf } from "../json.ts";
import type { Operation } from "../model.ts";
import { at, isBefore, isDone, orderOf, pairs, pairsInTime, whom } from "./wording.ts";

/** What a read shows before any write. */
const untouched = "null with token 0";

/** Why a core of a fenced lock has no order; `undefined` where it is of no kind known here. */
export function reasonOfTokens(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  for (const [first, second] of pairsInTime(core)) {
    if (!isDone(first) || !isDone(second)) continue;
    const [old, token] = [tokenOf(first), tokenOf(second)];
    const order = orderOf(first, second);
    if (first.f === "acquire" && old > token && ["acquire", "release"].includes(second.f)) {
      const did = second.f === "acquire" ? `was granted token ${token}` : `took token ${token}`;
      return `${at(second)} ${did}, but token ${old} had been granted to ${whom(first)} before (${order})`;
    }
    if (
      ["read", "write"].includes(first.f) &&
      old > token &&
      ["read", "write"].includes(second.f)
    ) {
      const did = second.f === "write" ? `with token ${token} was accepted` : `saw token ${token}`;
      const knew = first.f === "write" ? "acknowledged to" : "read by";
      return (
        `${at(second)} ${did}, but a write with the newer token ${old} had been ${knew} ` +
        `${whom(first)} before (${order})`
      );
    }
  }
  const twice = pairs(core).find(
    ([first, second]) =>
      [first, second].every((one) => one.f === "acquire" && isDone(one)) &&
      tokenOf(first) === tokenOf(second),
  );
  if (twice !== undefined) {
    const [first, second] = twice;
    return `${at(first)} and ${at(second)} were both granted token ${tokenOf(first)}, but tokens rise`;
  }
  const known =
    reasonOfReplaced(core, relaxed) ?? reasonOfFirst(core, relaxed) ?? reasonOfFenced(core);
  if (known !== undefined) return known;
  const [only] = core;
  if (core.length === 1 && only !== undefined && isFenced(only)) {
    return (
      `${at(only)} with token ${tokenOf(only)} was fenced, but nobody had called a write with a newer token ` +
      "by then"
    );
  }
  if (core.length !== 1 || only?.f !== "read" || !isDone(only)) return undefined;
  const { value, token } = fieldsOf(only.output);
  const shown = `${JSON.stringify(value)} with token ${token}`;
  const isWritten = relaxed.some(
    ({ f, input }) => f === "write" && JSON.stringify(input) === JSON.stringify(only.output),
  );
  if (isWritten) return undefined;
  return `${at(only)} saw ${shown}, but nobody had called a write of it by then`;
}

function isFenced({ f, outcome, error }: Operation): boolean {
  return f === "write" && outcome === "refused" && error === "fenced";
}

function tokenOf({ f, input, output }: Operation): number {
  return Number(fieldsOf(f === "acquire" || f === "read" ? output : input)["token"]);
}

/** What a read or a write shows for certain: the value and its token. */
function shownBy({ f, input, output }: Operation): string | undefined {
  if (f !== "read" && f !== "write") return undefined;
  const { value, token } = fieldsOf(f === "read" ? output : input);
  return `${JSON.stringify(value ?? null)} with token ${token}`;
}

/** A read of what another write of the same token had replaced, and nobody wrote again. */
function reasonOfReplaced(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  for (const [between, read] of pairsInTime(core)) {
    const [newer, seen] = [shownBy(between), shownBy(read)];
    if (read.f !== "read" || ![between, read].every(isDone)) continue;
    if (newer === undefined || newer === seen || tokenOf(between) !== tokenOf(read)) continue;
    const writes = relaxed.filter((one) => one.f === "write" && shownBy(one) === seen);
    const [only] = writes;
    const first = core.find(
      (one) => shownBy(one) === seen && (isDone(one) || one === only) && isBefore(one, between),
    );
    if (first === undefined || writes.length > 1) continue;
    return (
      `${at(read)} saw ${seen}, but ${newer} had been ${knownTo(between)} before ` +
      `(${orderOf(between, read)}), ${isDone(first) ? `${seen} was there` : `the only write of ${seen} ended`} ` +
      `earlier (${orderOf(first, between)}), and nobody wrote it again`
    );
  }
  return undefined;
}

/** A read of what there is before any write, after a write of token 0 that took effect for certain. */
function reasonOfFirst(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  const read = core.find((one) => one.f === "read" && isDone(one) && shownBy(one) === untouched);
  const writes = relaxed.filter(({ f }) => f === "write");
  if (read === undefined || writes.some((one) => shownBy(one) === untouched)) return undefined;
  const before = core.filter((one) => shownBy(one) !== undefined && isBefore(one, read));
  const said = `${at(read)} saw ${untouched}, as it is before any write, but`;
  const known = before.find((one) => isDone(one) && shownBy(one) !== untouched);
  if (known !== undefined) {
    return `${said} ${shownBy(known)} had been ${knownTo(known)} before (${orderOf(known, read)})`;
  }
  for (const write of before) {
    const shown = shownBy(write);
    const reader = core.find(
      (one) => one.f === "read" && isDone(one) && shownBy(one) === shown && one !== read,
    );
    const isOnly = writes.filter((one) => shownBy(one) === shown).length === 1;
    if (reader === undefined || !isOnly) continue;
    return (
      `${said} ${shown} was read by ${whom(reader)}, and the only write of it had ended before ` +
      `(${orderOf(write, read)})`
    );
  }
  return undefined;
}

/** What a write that was fenced tells of the tokens seen later. */
function reasonOfFenced(core: readonly Operation[]): string | undefined {
  for (const [fenced, later] of pairsInTime(core)) {
    if (!isFenced(fenced)) continue;
    const [old, token] = [tokenOf(fenced), tokenOf(later)];
    if (!isDone(later) || shownBy(later) === undefined || token > old) continue;
    const did = later.f === "write" ? `with token ${token} was accepted` : `saw token ${token}`;
    return (
      `${at(later)} ${did}, but a write with token ${old} had been fenced for ${whom(fenced)} before ` +
      `(${orderOf(fenced, later)}), so a newer one had been written by then`
    );
  }
  return undefined;
}

function knownTo(operation: Operation): string {
  return `${operation.f === "read" ? "read by" : "acknowledged to"} ${whom(operation)}`;
}
