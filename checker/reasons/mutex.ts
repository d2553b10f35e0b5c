import type { Operation } from "../model.ts";
import { times } from "../plural.ts";
import { at, indexesOf, isBefore, isDone, orderOf, pairs, whom } from "./wording.ts";

/** Why a core of acquires and releases has no order; `undefined` where it is of no kind known here. */
export function reasonOfMutex(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  return (
    reasonOfHolders(core, relaxed) ??
    reasonOfReleases(core, relaxed) ??
    reasonOfHeld(core, relaxed) ??
    reasonOfRelease(core, relaxed)
  );
}

/** Two grants, without a release that can have come in between. */
function reasonOfHolders(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  const granted = core.filter((operation) => operation.f === "acquire" && isDone(operation));
  const keeps = (holder: Operation, other: Operation): boolean =>
    releasesOf(holder, other.return, core, relaxed).length === 0;
  for (const pair of pairs(granted)) {
    const isTurned = isBefore(pair[1], pair[0]);
    const [holder, other] = isTurned ? [pair[1], pair[0]] : pair;
    const isAfter = isBefore(holder, other);
    if (!keeps(holder, other) || !(isAfter || keeps(other, holder))) continue;
    if (holder.process === other.process) {
      return (
        `process ${holder.process} was granted the lock twice (${indexesOf([holder, other])}), and had called ` +
        "no release in between"
      );
    }
    const since = isAfter
      ? `(${orderOf(holder, other)}), and no release since can have taken effect`
      : "at the same time, and no release by then can have taken effect";
    return `${at(other)} was granted to process ${other.process}, but ${whom(holder)} had the lock ${since}`;
  }
  return undefined;
}

/** Releases that can have ended what a grant began, before a moment. */
function releasesOf(
  grant: Operation,
  before: number,
  core: readonly Operation[],
  relaxed: readonly Operation[],
): readonly Operation[] {
  return relaxed.filter(
    (one) =>
      one.f === "release" &&
      one.process === grant.process &&
      one.call < before &&
      !(core.includes(one) && isBefore(one, grant)),
  );
}

/** A process that has released the lock more often than it can have got it. */
function reasonOfReleases(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  const [first, ...others] = core;
  const last = others.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const isOwn = ({ f, process }: Operation, wanted: string): boolean =>
    f === wanted && process === first.process;
  if (!core.every((one) => isOwn(one, "release") && isDone(one))) return undefined;
  const acquires = relaxed.filter((one) => isOwn(one, "acquire") && one.call < last.return);
  if (acquires.length >= core.length) return undefined;
  const asked = times(acquires.length);
  return (
    `process ${first.process} released the lock ${core.length} times (indexes ` +
    `${core.map(({ index }) => index).join(", ")}), but had asked for it only ${asked} by then`
  );
}

/** A refusal as held, although nobody can have had the lock; or a grant after it, although somebody must have it. */
function reasonOfHeld(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  // Other refusals saw nothing.
  const refusals = core.filter(
    ({ f, outcome, error }) => f === "acquire" && outcome === "refused" && error === "held",
  );
  for (const refusal of refusals) {
    const asked = relaxed.filter(
      ({ f, outcome, call }) => f === "acquire" && outcome !== "refused" && call < refusal.return,
    );
    if (asked.length === 0) {
      return `${at(refusal)} was refused as held, but nobody can have had the lock by then`;
    }
    const isOver = ({ process }: Operation): readonly Operation[] =>
      core.filter(
        (one) =>
          one.f === "release" && one.process === process && isDone(one) && isBefore(one, refusal),
      );
    const isGone = (acquire: Operation): boolean =>
      isOver(acquire).length >= asked.filter(({ process }) => process === acquire.process).length;
    const holders = asked.filter((acquire) => !isGone(acquire));
    if (holders.length === 0) {
      const releases = [...new Set(asked.flatMap(isOver))];
      return (
        `${at(refusal)} was refused as held, but whoever had asked for the lock by then had released it before ` +
        `${refusal.index} was called (releases at ${indexesOf(releases)})`
      );
    }
    const grant = core.find((one) => one.f === "acquire" && isDone(one) && isBefore(refusal, one));
    if (grant === undefined) continue;
    const isFreed = holders.some(
      (holder) => holder === grant || releasesOf(holder, grant.return, core, relaxed).length > 0,
    );
    if (isFreed) continue;
    return (
      `${at(grant)} was granted to process ${grant.process}, but the lock had been found held before ` +
      `(index ${refusal.index}: ${orderOf(refusal, grant)}), and no release since of who can have held it ` +
      `then can have taken effect (acquired at ${indexesOf(holders)})`
    );
  }
  return undefined;
}

function reasonOfRelease(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  const [only] = core;
  if (core.length !== 1 || only?.f !== "release" || !isDone(only)) return undefined;
  const isAsked = relaxed.some(({ f, process }) => f === "acquire" && process === only.process);
  if (isAsked) return undefined;
  return `${at(only)} was acknowledged, but process ${only.process} had never asked for the lock`;
}
