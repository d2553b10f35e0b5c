import type { Operation } from "../model.ts";
import { at, isDone, orderOf, pairsInTime, whom } from "./wording.ts";

/** Why a core of acquires and releases has no order; `undefined` where it is of no kind known here. */
export function reasonOfMutex(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  const granted = core.filter((operation) => operation.f === "acquire" && isDone(operation));
  const releasesOf = ({ process }: Operation, before: number): readonly Operation[] =>
    relaxed.filter((one) => one.f === "release" && one.process === process && one.call < before);
  if (core.length === 2 && granted.length === 2) {
    const [first, second] = core as [Operation, Operation];
    const end = Math.max(first.return, second.return);
    if (releasesOf(first, end).length + releasesOf(second, end).length > 0) return undefined;
    const [pair] = pairsInTime(core);
    const [holder, other] = pair ?? [first, second];
    const order = pair === undefined ? "" : ` (${orderOf(holder, other)})`;
    return (
      `${at(other)} was granted to process ${other.process}, but ${whom(holder)} had it too${order}, and ` +
      `neither had called a release by then`
    );
  }
  const tooMany = reasonOfReleases(core, relaxed);
  if (tooMany !== undefined) return tooMany;
  const [only] = core;
  if (core.length !== 1 || only === undefined) return undefined;
  if (only.f === "acquire" && only.outcome === "refused") {
    return `${at(only)} was refused as held, but nobody can have had the lock by then`;
  }
  if (only.f === "release" && isDone(only)) {
    const acquires = relaxed.filter(
      ({ f, process }) => f === "acquire" && process === only.process,
    );
    if (acquires.length > 0) return undefined;
    return `${at(only)} was acknowledged, but process ${only.process} had never asked for the lock`;
  }
  return undefined;
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
  const asked = acquires.length === 1 ? "once" : `${acquires.length} times`;
  return (
    `process ${first.process} released the lock ${core.length} times (indexes ` +
    `${core.map(({ index }) => index).join(", ")}), but had asked for it only ${asked} by then`
  );
}
