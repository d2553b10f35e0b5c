import { fieldsOf } from "../json.ts";
import type { Operation } from "../model.ts";
import { at, isBefore, isDone, orderOf, pairs, pairsInTime, whom } from "./wording.ts";

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
  const replaced = reasonOfReplaced(core, relaxed);
  if (replaced !== undefined) return replaced;
  const [only] = core;
  if (core.length !== 1 || only?.f !== "read" || !isDone(only)) return undefined;
  const { value, token } = fieldsOf(only.output);
  const shown = `${JSON.stringify(value)} with token ${token}`;
  const isWritten = relaxed.some(
    ({ f, input }) => f === "write" && JSON.stringify(input) === JSON.stringify(only.output),
  );
  if (isWritten) return undefined;
  return `${at(only)} saw ${shown}, but nobody had called a write of it by then`;
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
    const first = core.find(
      (one) => shownBy(one) === seen && isDone(one) && isBefore(one, between),
    );
    if (first === undefined || writes.length > 1) continue;
    return (
      `${at(read)} saw ${seen}, but ${newer} had been ${between.f === "read" ? "read by" : "acknowledged to"} ` +
      `${whom(between)} before (${orderOf(between, read)}), ${seen} was there earlier ` +
      `(${orderOf(first, between)}), and nobody wrote it again`
    );
  }
  return undefined;
}
