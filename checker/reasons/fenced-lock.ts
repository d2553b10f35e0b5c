import { fieldsOf } from "../json.ts";
import type { Operation } from "../model.ts";
import { at, isDone, orderOf, pairs, pairsInTime, whom } from "./wording.ts";

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
