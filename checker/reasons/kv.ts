import type { Operation } from "../model.ts";
import { at, isDone, orderOf, pairsInTime, whom } from "./wording.ts";

const shownMax = 40;

/** Why a core of gets, puts and appends has no order; `undefined` where it is of no kind known here. */
export function reasonOfTexts(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  const [only] = core;
  if (core.length === 1 && only?.f === "get" && isDone(only)) {
    return (
      `${at(only)} saw ${shown(only.output)}, but the puts and appends called by then cannot make that, ` +
      `in any order`
    );
  }
  if (relaxed.some(({ f }) => f === "put")) return undefined;
  for (const [first, second] of pairsInTime(core)) {
    if (second.f !== "get" || !isDone(first) || !isDone(second)) continue;
    const seen = String(second.output);
    const known = String(first.f === "get" ? first.output : first.input);
    const isMissing = first.f === "get" ? !seen.startsWith(known) : !seen.includes(known);
    if (!isMissing) continue;
    const did = first.f === "get" ? "read by" : "appended and acknowledged to";
    return (
      `${at(second)} saw ${shown(seen)}, but ${shown(known)} had been ${did} ${whom(first)} before ` +
      `the get was called (${orderOf(first, second)}), and no put can have replaced it`
    );
  }
  return undefined;
}

/** At most the last part. */
function shown(text: unknown): string {
  const whole = String(text);
  const end = whole.slice(-shownMax);
  return end === whole ? JSON.stringify(whole) : `...${JSON.stringify(end)}`;
}
