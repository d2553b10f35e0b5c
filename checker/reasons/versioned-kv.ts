import { fieldsOf, isSameJson } from "../json.ts";
import type { Operation } from "../model.ts";
import { at, isBefore, isDone, orderOf, pairs, pairsInTime, whom } from "./wording.ts";

/** Why a core of versioned puts and gets has no order; `undefined` where it is of no kind known here. */
export function reasonOfVersions(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  for (const [first, second] of pairs(core)) {
    const reason = reasonOfRivalPuts(first, second);
    if (reason !== undefined) return reason;
  }
  for (const [first, second] of pairsInTime(core)) {
    const version = atLeast(first);
    if (version <= atMost(second)) continue;
    return (
      `${at(second)} ${told(second)}, but version ${version} had been ${known(first)} ` +
      `${whom(first)} before the ${second.f} was called (${orderOf(first, second)})`
    );
  }
  for (const [first, second] of pairs(core)) {
    const reason = reasonOfRivalValues(first, second, relaxed);
    if (reason !== undefined) return reason;
  }
  const [only] = core;
  if (core.length === 1 && only !== undefined) return reasonOfOne(only, relaxed);
  return reasonOfRefusal(core, relaxed) ?? reasonOfChain(core);
}

/** The version was this or a later one when the operation returned. */
function atLeast({ f, outcome, error, input, output }: Operation): number {
  if (f === "get") return outcome === "ok" ? versionOf(output) : 0;
  if (outcome === "ok") return versionOf(input) + 1;
  if (error !== "ErrVersion") return 0;
  // There was one, and not the one it named.
  return versionOf(input) === 1 ? 2 : 1;
}

/** The version was this or an earlier one when the operation was called. */
function atMost(operation: Operation): number {
  const { f, outcome, error, input, output } = operation;
  if (outcome === "refused") return f === "get" || error === "ErrNoKey" ? 0 : Infinity;
  if (outcome !== "ok") return Infinity;
  return versionOf(f === "get" ? output : input);
}

function versionOf(value: unknown): number {
  return Number(fieldsOf(value)["version"]);
}

function shownValue(value: unknown): string {
  return JSON.stringify(fieldsOf(value)["value"]);
}

function told({ f, outcome, error, input, output }: Operation): string {
  if (outcome === "refused") {
    return f === "get" || error === "ErrNoKey"
      ? "found no value"
      : `was refused at version ${versionOf(input)}`;
  }
  if (f === "put") return `took effect at version ${versionOf(input)}`;
  return versionOf(output) === 0 ? "saw no value" : `saw version ${versionOf(output)}`;
}

function known({ f, outcome }: Operation): string {
  if (f === "get") return "read by";
  return outcome === "ok" ? "acknowledged to" : "found to exist by";
}

/** The key had reached `version`: it was at that of `start`, and each refused put saw it one further. */
type Chain = {
  readonly version: number;
  readonly start: Operation;
  readonly refused: readonly Operation[];
};

/** Puts that were refused one after the other, each at the version that the one before had left. */
function reasonOfChain(core: readonly Operation[]): string | undefined {
  const chains = new Map<Operation, Chain>();
  for (const operation of [...core].sort((a, b) => a.call - b.call)) {
    const before = furthest(chains, operation);
    if (before !== undefined && before.version > atMost(operation)) {
      return describeChain(before, operation);
    }
    const isMoved = operation.f === "put" && ["refused", "maybe"].includes(operation.outcome);
    if (
      isMoved &&
      operation.error !== "ErrNoKey" &&
      before?.version === versionOf(operation.input)
    ) {
      const refused = [...before.refused, operation];
      chains.set(operation, { version: before.version + 1, start: before.start, refused });
    } else {
      chains.set(operation, { version: atLeast(operation), start: operation, refused: [] });
    }
  }
  return undefined;
}

function furthest(chains: ReadonlyMap<Operation, Chain>, after: Operation): Chain | undefined {
  let best: Chain | undefined;
  for (const [operation, chain] of chains) {
    if (!isBefore(operation, after) || chain.version <= (best?.version ?? 0)) continue;
    best = chain;
  }
  return best;
}

function describeChain({ version, start, refused }: Chain, second: Operation): string {
  const [first] = refused;
  const last = refused.at(-1);
  if (first === undefined || last === undefined) return "";
  const isOne = first === last;
  const least = versionOf(first.input);
  const puts = isOne
    ? `a put at version ${least} was refused after that (index ${first.index})`
    : `${refused.length} puts at versions ${least} to ${version - 1} were refused one after the other after ` +
      `that (indexes ${first.index} to ${last.index}), each because the key had moved on`;
  return (
    `${at(second)} ${told(second)}, but version ${version} was there before the ${second.f} was called: version ` +
    `${atLeast(start)} had been ${known(start)} ${whom(start)}, and ${puts}`
  );
}

/** Two puts that were both told that they made one version. */
function reasonOfRivalPuts(first: Operation, second: Operation): string | undefined {
  if (![first, second].every((put) => put.f === "put" && isDone(put))) return undefined;
  const version = versionOf(first.input);
  if (version !== versionOf(second.input)) return undefined;
  const told = (put: Operation): string =>
    `${at(put)} (${shownValue(put.input)}, process ${put.process})`;
  return (
    `version ${version + 1} was given twice: ${told(first)} and ${told(second)} were both acknowledged at ` +
    `version ${version}, but only one put can have made version ${version + 1}`
  );
}

/** Two that tell of the same version, and not the same value. */
function reasonOfRivalValues(
  first: Operation,
  second: Operation,
  relaxed: readonly Operation[],
): string | undefined {
  if (!isDone(first) || !isDone(second) || atLeast(first) !== atLeast(second)) return undefined;
  const [one, other] = [first, second].map(({ f, input, output }) =>
    f === "get" ? output : input,
  );
  if (isSameJson(fieldsOf(one)["value"], fieldsOf(other)["value"])) return undefined;
  const version = atLeast(first);
  const told = (operation: Operation, value: unknown): string =>
    operation.f === "put"
      ? `${at(operation)} made it with ${shownValue(value)}`
      : `${at(operation)} saw it with ${shownValue(value)} (${originOf(value, relaxed)})`;
  return `version ${version} has one value only, but ${told(first, one)} and ${told(second, other)}`;
}

/** Who can have written what was read. */
function originOf(seen: unknown, relaxed: readonly Operation[]): string {
  const put = relaxed.find(
    ({ f, input }) =>
      f === "put" &&
      versionOf(input) === versionOf(seen) - 1 &&
      shownValue(input) === shownValue(seen),
  );
  // A core without one would be the read alone.
  return put === undefined
    ? "of nobody"
    : `of the put at index ${put.index}, process ${put.process}`;
}

function reasonOfOne(only: Operation, relaxed: readonly Operation[]): string | undefined {
  const { f, outcome, error, input, output } = only;
  if (outcome === "refused" && error === "ErrVersion") {
    return (
      `${at(only)} was refused with ErrVersion at version ${versionOf(input)}, but the puts called by then ` +
      "cannot have brought the key to another one"
    );
  }
  if (f === "put" && outcome === "refused" && versionOf(input) === 0) {
    return `${at(only)} was refused with ErrNoKey at version 0, but such a put makes a key that is not there`;
  }
  if (outcome !== "ok") return undefined;
  const version = versionOf(f === "get" ? output : input);
  if (f === "put") {
    return (
      `${at(only)} was acknowledged at version ${version}, but the puts called by then ` +
      `cannot have brought the key to that version`
    );
  }
  if (version === 0)
    return `${at(only)} saw ${shownValue(output)} at version 0, which has no value`;
  const isWritten = relaxed.some(
    (put) =>
      put.f === "put" &&
      versionOf(put.input) === version - 1 &&
      shownValue(put.input) === shownValue(output),
  );
  const seen = `${at(only)} saw ${shownValue(output)} at version ${version}`;
  return isWritten
    ? `${seen}, but the puts called by then cannot have brought the key to that version`
    : `${seen}, but nothing that puts ${shownValue(output)} at version ${version - 1} had been called by then`;
}

/** A refused put, while the key had its version from before the call until after the return. */
function reasonOfRefusal(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  for (const put of core) {
    if (put.f !== "put" || put.outcome === "ok" || put.error === "ErrNoKey") continue;
    const version = versionOf(put.input);
    const before = core.find((other) => isBefore(other, put) && atLeast(other) >= version);
    const after = core.find((other) => isBefore(put, other) && atMost(other) <= version);
    const end = put.outcome === "refused" ? "was refused" : `ended with ${put.error}`;
    if (after !== undefined && (before !== undefined || version === 0)) {
      const since = before === undefined ? "the beginning" : `index ${before.index}`;
      return (
        `${at(put)} ${end} at version ${version}, but that was the version all the time, from ${since} ` +
        `until after it (${after.f} at index ${after.index} ${told(after)})`
      );
    }
    // ErrMaybe may have taken effect itself.
    const isMoved = put.outcome === "maybe" || relaxed.some((other) => mayRaise(other, put));
    if (before === undefined || atLeast(before) !== version || isMoved) continue;
    return (
      `${at(put)} ${end} at version ${version}, but version ${version} had been ${known(before)} ${whom(before)} ` +
      `before (${orderOf(before, put)}), and no other put at version ${version} had been called by then`
    );
  }
  return undefined;
}

/** Whether an operation can have left nothing of the version that a put expected, before that returned. */
function mayRaise(other: Operation, put: Operation): boolean {
  const isOther = other.f === "put" && other.outcome !== "refused" && other.index !== put.index;
  return isOther && versionOf(other.input) === versionOf(put.input) && other.call < put.return;
}
