import { canonicalJson } from "../json.ts";
import { fastPath } from "../linearizability/fast/set.ts";
import type { Explanation, Model, Operation } from "../model.ts";
import { reasonOfSet } from "../reasons/set.ts";

/** Members as canonical JSON, sorted. */
type State = readonly string[];

/**
 * A set that only grows: `add` of one element, `read` of all of them in any order, each once. Null, or no
 * value, and a read refused with `ErrNoKey` are the empty set.
 */
export const model: Model<State> = {
  name: "set",
  summary: "add of one element, read of all",
  functions: ["add", "read"],
  partitionByKey: true,
  malformed: ({ f, outcome, output }) =>
    f !== "read" || outcome !== "ok" || Array.isArray(output ?? [])
      ? undefined
      : `expected a list that was read, got ${JSON.stringify(output)}`,
  init: () => [],
  step: (members, { f, outcome, input, output, error }) => {
    if (f === "add") return outcome === "refused" ? members : add(members, canonicalJson(input));
    if (outcome === "ok") return isEqual(members, output) ? members : undefined;
    const isAbsent = outcome === "refused" && error === "ErrNoKey";
    return isAbsent && members.length > 0 ? undefined : members;
  },
  key: (members) => members.join(),
  isObserver: ({ f, outcome }) => f === "read" || outcome === "refused",
  describeState: (members) => `{${members.join(", ")}}`,
  describeOperation,
  fastPath,
  explain,
  reason: reasonOfSet,
};

function add(members: State, member: string): State {
  if (members.includes(member)) return members;
  return [...members, member].sort();
}

function isEqual(members: State, output: unknown): boolean {
  const seen = Array.isArray(output) ? output.map(canonicalJson).sort() : [];
  return seen.length === members.length && seen.every((member, at) => member === members[at]);
}

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const does = f === "add" ? `add ${JSON.stringify(input ?? null)}` : "read";
  const seen = f === "read" && outcome === "ok" ? JSON.stringify(output ?? []) : outcome;
  return `process ${process}: ${does} -> ${error ?? seen}`;
}

function explain(operations: readonly Operation[], culprit: Operation): Explanation {
  const observed = describeOperation(culprit);
  const listOf = ({ output }: Operation): readonly string[] =>
    Array.isArray(output) ? output.map(canonicalJson) : [];
  const list = listOf(culprit);
  const seen = new Set(list);
  const isRead = culprit.f === "read";
  if (isRead && seen.size < list.length) {
    return { kind: "duplicate", related: [], expected: "each element once", observed };
  }
  const added = new Set(
    operations
      .filter(({ f, call }) => f === "add" && call < culprit.return)
      .map(({ input }) => canonicalJson(input)),
  );
  const phantom = isRead ? list.find((member) => !added.has(member)) : undefined;
  if (phantom !== undefined) {
    const expected = `elements that had been added: nobody had called an add of ${phantom}`;
    return { kind: "phantom", related: [], expected, observed };
  }
  const shown = (other: Operation): readonly string[] =>
    other.f === "add" ? [canonicalJson(other.input)] : listOf(other);
  const missed = operations.find(
    (other) =>
      isRead &&
      other.outcome === "ok" &&
      other.return < culprit.call &&
      shown(other).some((member) => !seen.has(member)),
  );
  if (missed === undefined) {
    const expected = "a set that grows from one read to the next";
    return { kind: "unordered", related: [], expected, observed };
  }
  return {
    kind: missed.f === "add" ? "lost-write" : "stale-read",
    related: [missed],
    expected: `what was there before (${describeOperation(missed)})`,
    observed,
  };
}
