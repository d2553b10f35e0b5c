import { canonicalJson, fieldsOf, isSameJson } from "../json.ts";
import { fastPath } from "../linearizability/fast/versioned-kv.ts";
import type { Explanation, LookAhead, Model, Operation } from "../model.ts";
import { forms, outcomes } from "../operations.ts";
import { reasonOfVersions } from "../reasons/versioned-kv.ts";
import { versionedRules } from "../versioned-rules.ts";

/** One key: version 0 is "absent", then the value is null. */
type State = { readonly value: unknown; readonly version: number };

/**
 * Conditional puts on versions, as in DESIGN 7 and MIT 6.5840: `get` answers `{value, version}`, `put`
 * carries `{value, version}` and takes effect iff that is the current version, which it raises by one.
 *
 * An acknowledged put matched. `ErrVersion`: the key was present with another version; `ErrNoKey`: it
 * was absent. A `maybe` put was evaluated before its return, with or without effect.
 */
export const model: Model<State> = {
  name: "versioned-kv",
  summary: "get and conditional put of values with versions",
  functions: ["get", "put"],
  partitionByKey: true,
  maybeIsEvaluated: true,
  malformed: ({ f, outcome, input, output }) => {
    const { version } = fieldsOf(f === "get" && outcome === "ok" ? output : input);
    if ((f === "get" && outcome !== "ok") || isVersion(version)) return undefined;
    return `expected {"value":...,"version":integer from 0}, got version ${JSON.stringify(version)}`;
  },
  readable: ({ functions, f, outcome, input, output }) => {
    const get = functions.indexOf("get");
    return (row) => {
      if (f[row] !== get) return input.form[row] === forms.versioned;
      return outcome[row] !== outcomes.ok || output.form[row] === forms.versioned;
    };
  },
  init: () => ({ value: null, version: 0 }),
  step: (state, operation) => {
    if (operation.f === "get") return stepGet(state, operation) ? state : undefined;
    return stepPut(state, operation);
  },
  key: ({ value, version }) => `${version} ${canonicalJson(value)}`,
  isObserver: ({ f, outcome }) => f === "get" || outcome === "refused",
  describeState: describeContents,
  describeOperation,
  fastPath,
  rules: versionedRules,
  lookAhead,
  explain,
  reason: reasonOfVersions,
};

function isVersion(version: unknown): boolean {
  return Number.isSafeInteger(version) && Number(version) >= 0;
}

function stepGet(state: State, { outcome, output }: Operation): boolean {
  if (outcome === "refused") return state.version === 0;
  if (outcome !== "ok") return true;
  const seen = fieldsOf(output);
  return seen["version"] === state.version && isSameJson(seen["value"], state.value);
}

function stepPut(state: State, operation: Operation): State | undefined {
  const { value, version } = fieldsOf(operation.input);
  const isMatch = version === state.version;
  if (operation.outcome === "refused") {
    const isAbsent = state.version === 0;
    const isExpected = operation.error === "ErrNoKey" ? isAbsent : !isAbsent;
    return isExpected && !isMatch ? state : undefined;
  }
  if (isMatch) return { value, version: state.version + 1 };
  return operation.outcome === "ok" ? undefined : state;
}

/** The version that `operation` has seen to exist: the one it read, or the one it made. */
function versionSeen({ f, outcome, input, output }: Operation): number {
  if (outcome !== "ok") return 0;
  if (f === "get") return numberOr(fieldsOf(output)["version"], 0);
  return numberOr(fieldsOf(input)["version"], -1) + 1;
}

function lookAhead(operations: readonly Operation[]): LookAhead<State> {
  const valueRead = new Map<number, unknown>();
  for (const operation of operations) {
    if (operation.outcome !== "ok") continue;
    // A put that succeeded alone decides its version just as a read does.
    const { value } = fieldsOf(operation.f === "get" ? operation.output : operation.input);
    valueRead.set(versionSeen(operation), value);
  }
  return {
    admits: ({ value, version }) =>
      !valueRead.has(version) || isSameJson(valueRead.get(version), value),
    progress: ({ version }) => version,
    neededUntil: () => -Infinity,
    isUnique: () => false,
    isBlind: () => false,
    limit: ({ f, outcome, error, input, output }) => {
      if (outcome === "refused") return f === "get" || error === "ErrNoKey" ? 0 : Infinity;
      if (outcome !== "ok") return Infinity;
      return numberOr(fieldsOf(f === "get" ? output : input)["version"], Infinity);
    },
  };
}

function explain(operations: readonly Operation[], culprit: Operation): Explanation {
  const { f, outcome, input, output, call } = culprit;
  const { value, version: named } = fieldsOf(f === "get" && outcome === "ok" ? output : input);
  const version = outcome === "refused" && f === "get" ? 0 : numberOr(named, 0);
  const observed = describeOperation(culprit);
  const puts = operations.filter((put) => put.f === "put" && put.outcome !== "refused");
  const writers = puts.filter((put) => fieldsOf(put.input)["version"] === version - 1);
  const ahead = operations
    .filter((other) => other.return < call && versionSeen(other) > version)
    .sort((a, b) => a.return - b.return)[0];

  if (f === "get" && outcome === "ok" && version === 0 && (value ?? null) !== null) {
    const writers = puts.filter((put) => isSameJson(fieldsOf(put.input)["value"], value));
    const expected = "no value at version 0, which is that of an absent key";
    return { kind: "phantom", related: writers.slice(0, 1), expected, observed };
  }
  if (f === "get" && outcome === "ok" && version > 0) {
    const writer = writers.find((put) => isSameJson(fieldsOf(put.input)["value"], value));
    if (writer === undefined || writer.call > culprit.return) {
      const acknowledged = writers.find((put) => put.outcome === "ok");
      return {
        kind: acknowledged === undefined ? "phantom" : "lost-write",
        related: acknowledged === undefined ? writers.slice(0, 3) : [acknowledged],
        expected:
          acknowledged === undefined
            ? `nothing had put ${JSON.stringify(value)} at version ${version} before that`
            : `version ${version} was made by ${describeOperation(acknowledged)}`,
        observed,
      };
    }
    if (ahead !== undefined) return stale(ahead, [writer, ahead], observed);
    const rival = operations.find((other) => isRival(other, version, value));
    if (rival !== undefined) return givenTwice(version, rival, [writer, rival], observed);
  }
  if (culprit.f === "put" && culprit.outcome === "ok") {
    const rival = operations.find(
      (other) =>
        isRival(other, version + 1, value) ||
        (other !== culprit && other.f === "put" && versionSeen(other) === version + 1),
    );
    if (rival !== undefined) return givenTwice(version + 1, rival, [rival], observed);
  }
  if (ahead !== undefined && outcome === "ok" && f === "put") {
    return {
      kind: "lost-write",
      related: [ahead],
      expected: `a refusal: version ${versionSeen(ahead)} existed before (${describeOperation(ahead)})`,
      observed,
    };
  }
  if (ahead !== undefined && f === "get") return stale(ahead, [ahead], observed);
  return explainRest(operations, culprit, version);
}

/** Somebody was told another value of the version. */
function isRival(operation: Operation, version: number, value: unknown): boolean {
  if (versionSeen(operation) !== version) return false;
  const { f, input, output } = operation;
  return !isSameJson(fieldsOf(f === "get" ? output : input)["value"], value);
}

function givenTwice(
  version: number,
  rival: Operation,
  related: readonly Operation[],
  observed: string,
): Explanation {
  const expected = `version ${version} to be given once: ${describeOperation(rival)}`;
  return { kind: "duplicate-version", related, expected, observed };
}

function stale(ahead: Operation, related: readonly Operation[], observed: string): Explanation {
  return {
    kind: "stale-read",
    related,
    expected: `version ${versionSeen(ahead)} or later, known before (${describeOperation(ahead)})`,
    observed,
  };
}

/** What neither an older nor a foreign value explains, such as a wrong refusal. */
function explainRest(
  operations: readonly Operation[],
  culprit: Operation,
  version: number,
): Explanation {
  const observed = describeOperation(culprit);
  const before = operations.filter(
    (other) => other.return < culprit.call && versionSeen(other) > 0,
  );
  const highest = before.reduce((top, other) => Math.max(top, versionSeen(other)), 0);
  const nearest = before.filter((other) => versionSeen(other) === highest).slice(0, 1);
  const around = operations.filter(
    (other) => versionSeen(other) === version && other !== culprit && other.f === "put",
  );
  return {
    kind: "unordered",
    related: [...new Set([...nearest, ...around.slice(0, 2)])],
    expected: `an outcome that fits the versions around it (the highest known before: ${highest})`,
    observed,
  };
}

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const who = `process ${process}`;
  if (f === "get") {
    if (outcome !== "ok") return `${who}: get -> ${error ?? "unknown"}`;
    const { value, version } = fieldsOf(output);
    return `${who}: get -> ${describeContents({ value, version })}`;
  }
  const { value, version } = fieldsOf(input);
  const end = outcome === "ok" ? "ok" : (error ?? "unknown");
  return `${who}: put ${JSON.stringify(value)} if version ${version} -> ${end}`;
}

/** A value at version 0 is none that a store can have, and is told as it was seen. */
function describeContents({ value, version }: { value: unknown; version: unknown }): string {
  if (version === 0 && (value ?? null) === null) return "absent";
  return `${JSON.stringify(value)} at version ${version}`;
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
