import { canonicalJson, isSameJson } from "../json.ts";
import { fastPath } from "../linearizability/fast/append-list.ts";
import type { Explanation, LookAhead, Model, Operation } from "../model.ts";
import { forms, outcomes } from "../operations.ts";
import { times } from "../plural.ts";
import { reasonOfList } from "../reasons/append-list.ts";
import { countsOf } from "../reasons/lists.ts";

/**
 * A list as the path from the root of a tree, so that appending costs O(1) and equal lists are the same
 * node: `children` remembers what was appended before. To the outside a node never changes.
 */
type List = {
  readonly id: number;
  readonly length: number;
  readonly last: unknown;
  readonly parent: List | null;
  readonly children: Map<string, List>;
  /** Shared by the whole tree. */
  readonly ids: { next: number };
};

/**
 * A list that only grows: `append` adds one element at the end, `read` answers all of it. A read refused
 * with `ErrNoKey` saw that the list was empty; the value null is the empty list.
 */
export const model: Model<List> = {
  name: "append-list",
  summary: "append of one element, read of the whole list",
  functions: ["append", "read"],
  partitionByKey: true,
  malformed: ({ f, outcome, output }) =>
    f !== "read" || outcome !== "ok" || output === null || Array.isArray(output)
      ? undefined
      : `expected a list that was read, got ${JSON.stringify(output)}`,
  readable: ({ functions, f, outcome, output, values }) => {
    const read = functions.indexOf("read");
    return (row) => {
      if (f[row] !== read || outcome[row] !== outcomes.ok) return true;
      const form = output.form[row];
      if (form === forms.none || form === forms.pair) return form === forms.pair;
      const id = output.a[row] ?? 0;
      return form === forms.plain && (id === 0 || Array.isArray(values.value(id)));
    };
  },
  init: () => {
    return { id: 0, length: 0, last: null, parent: null, children: new Map(), ids: { next: 1 } };
  },
  step: (list, { f, outcome, input, output }) => {
    if (f === "append") return outcome === "refused" ? list : append(list, input);
    if (outcome === "refused") return list.length === 0 ? list : undefined;
    return outcome !== "ok" || isEqual(list, elementsOf(output)) ? list : undefined;
  },
  key: ({ id }) => id,
  isObserver: ({ f, outcome }) => f === "read" || outcome === "refused",
  describeState: (list) => formatElements(toElements(list)),
  describeOperation,
  fastPath,
  lookAhead,
  explain,
  reason: reasonOfList,
};

function append(list: List, element: unknown): List {
  const name = canonicalJson(element);
  const known = list.children.get(name);
  if (known !== undefined) return known;
  const { ids } = list;
  const id = ids.next++;
  const longer = {
    id,
    length: list.length + 1,
    last: element,
    parent: list,
    children: new Map(),
    ids,
  };
  list.children.set(name, longer);
  return longer;
}

function elementsOf(output: unknown): readonly unknown[] {
  return Array.isArray(output) ? output : [];
}

function isEqual(list: List, elements: readonly unknown[]): boolean {
  if (list.length !== elements.length) return false;
  let node: List | null = list;
  for (let i = elements.length - 1; node !== null && i >= 0; i--) {
    if (!isSameJson(node.last, elements[i])) return false;
    node = node.parent;
  }
  return true;
}

function toElements(list: List): string[] {
  const elements: string[] = [];
  for (let node: List | null = list; node !== null && node.length > 0; node = node.parent) {
    elements.push(canonicalJson(node.last));
  }
  return elements.reverse();
}

/** Every list on the way is a prefix of the longest one that was read, or goes on from it. */
function lookAhead(operations: readonly Operation[]): LookAhead<List> {
  const longest = longestRead(operations);
  return {
    // A parent that was not admitted is never stepped from, so the last element decides.
    admits: ({ length, last }) =>
      length === 0 || length > longest.length || isSameJson(last, longest[length - 1]),
    progress: ({ length }) => length,
    // What is appended behind all that was read changes nothing for anybody.
    isWanted: ({ length }) => length <= longest.length,
    neededUntil: () => -Infinity,
    isUnique: () => false,
    isBlind: () => false,
    limit: ({ f, outcome, output }) => {
      if (f === "append") return Infinity;
      if (outcome === "refused") return 0;
      return outcome === "ok" ? elementsOf(output).length : Infinity;
    },
  };
}

function longestRead(operations: readonly Operation[]): readonly unknown[] {
  let longest: readonly unknown[] = [];
  for (const { f, outcome, output } of operations) {
    if (f !== "read" || outcome !== "ok") continue;
    const elements = elementsOf(output);
    if (elements.length > longest.length) longest = elements;
  }
  return longest;
}

function explain(operations: readonly Operation[], culprit: Operation): Explanation {
  const observed = describeOperation(culprit);
  const appends = operations.filter(({ f, outcome }) => f === "append" && outcome !== "refused");
  const reads = operations.filter((other) => other.f === "read" && other !== culprit);
  if (culprit.f !== "read") {
    const expected = "a list that has a place for this element";
    return { kind: "unordered", related: reads.slice(-1), expected, observed };
  }
  const seen = elementsOf(culprit.output).map(canonicalJson);
  const counts = countsOf(seen);
  const count = (element: string): number => counts.get(element) ?? 0;
  const appended = byElement(appends.filter(({ call }) => call < culprit.return));
  const written = (element: string): readonly Operation[] => appended.get(element) ?? [];

  const phantom = seen.find((element) => written(element).length === 0);
  if (phantom !== undefined) {
    return { kind: "phantom", related: [], expected: `nothing had appended ${phantom}`, observed };
  }
  const twice = seen.find((element) => count(element) > written(element).length);
  if (twice !== undefined) {
    const appended = written(twice).length;
    const expected = `${twice} ${times(appended)}, as often as appended`;
    return { kind: "duplicate", related: written(twice), expected, observed };
  }
  const missing = appends.find(
    ({ input, outcome, return: end }) =>
      outcome === "ok" && end < culprit.call && count(canonicalJson(input)) === 0,
  );
  if (missing !== undefined) return explainMissing(reads, culprit, missing);
  const other = reads.filter(({ outcome }) => outcome === "ok").at(-1);
  return {
    kind: "unordered",
    related: other === undefined ? [] : [other],
    expected: "a list that every other read is a prefix of, or that is a prefix of theirs",
    observed,
  };
}

function byElement(appends: readonly Operation[]): Map<string, Operation[]> {
  const operations = new Map<string, Operation[]>();
  for (const append of appends) {
    const element = canonicalJson(append.input);
    const others = operations.get(element);
    if (others === undefined) operations.set(element, [append]);
    else others.push(append);
  }
  return operations;
}

/** An acknowledged append that was read before is not lost: the culprit looked at an old state. */
function explainMissing(
  reads: readonly Operation[],
  culprit: Operation,
  missing: Operation,
): Explanation {
  const element = canonicalJson(missing.input);
  const reader = reads.find(({ output }) =>
    elementsOf(output).some((other) => isSameJson(other, missing.input)),
  );
  return {
    kind: reader === undefined ? "lost-write" : "stale-read",
    related: reader === undefined ? [missing] : [missing, reader],
    expected: `a list with ${element}, which was acknowledged before`,
    observed: describeOperation(culprit),
  };
}

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const does = f === "append" ? `append ${JSON.stringify(input)}` : "read";
  const isRead = f === "read" && outcome === "ok";
  const seen = isRead ? formatElements(elementsOf(output).map(canonicalJson)) : outcome;
  return `process ${process}: ${does} -> ${error ?? seen}`;
}

/** At most the last eight elements: a list may be thousands long. */
function formatElements(elements: readonly string[]): string {
  const tail = elements.slice(-8).join(", ");
  return elements.length > 8 ? `[... ${tail}] (${elements.length} elements)` : `[${tail}]`;
}
