import { canonicalJson } from "../json.ts";
import type { Model, Operation } from "../model.ts";
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
