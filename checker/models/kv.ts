import type { Explanation, LookAhead, Model, Operation } from "../model.ts";
import { reasonOfTexts } from "../reasons/kv.ts";

/**
 * Keys with strings: `get` answers the text ("" before the first write), `put` sets it, `append` adds to its
 * end. No versions. A get refused with `ErrNoKey` saw the empty text; a refused put or append did nothing.
 */
export const model: Model<string> = {
  name: "kv",
  summary: "get, put and append of strings",
  functions: ["get", "put", "append"],
  partitionByKey: true,
  malformed: ({ f, outcome, input, output }) => {
    if (f === "get" && outcome !== "ok") return undefined;
    const text = f === "get" ? output : input;
    return typeof text === "string" ? undefined : `expected a string, got ${JSON.stringify(text)}`;
  },
  init: () => "",
  step: (state, { f, outcome, input, output }) => {
    if (f === "get") {
      if (outcome === "refused") return state === "" ? state : undefined;
      return outcome !== "ok" || output === state ? state : undefined;
    }
    if (outcome === "refused") return state;
    return f === "put" ? textOf(input) : state + textOf(input);
  },
  key: (state) => state,
  isObserver: ({ f, outcome }) => f === "get" || outcome === "refused",
  describeState: shown,
  describeOperation,
  lookAhead,
  explain,
  reason: reasonOfTexts,
};

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The text that an operation saw for certain. */
function textSeen({ f, outcome, output }: Operation): string | undefined {
  if (f !== "get" || (outcome !== "ok" && outcome !== "refused")) return undefined;
  return outcome === "ok" ? textOf(output) : "";
}

/**
 * A text that was seen must stay until all who saw it have been called, if it cannot come about again: it
 * grows from one put, or from the beginning, and from there it only gets longer. Without puts every text on
 * the way is a prefix of the longest one seen, or goes on from it.
 */
function lookAhead(operations: readonly Operation[]): LookAhead<string> {
  const lastCall = new Map<string, number>();
  let longest = "";
  for (const operation of operations) {
    const text = textSeen(operation);
    if (text === undefined) continue;
    lastCall.set(text, Math.max(lastCall.get(text) ?? -Infinity, operation.call));
    if (text.length > longest.length) longest = text;
  }
  const mutations = operations.filter(({ f, outcome }) => f !== "get" && outcome !== "refused");
  const puts = textsOf(mutations, "put");
  const appends = new Set(textsOf(mutations, "append").filter((text) => text !== ""));
  const onlyGrows = puts.length === 0;
  return {
    admits: (state) => !onlyGrows || longest.startsWith(state) || state.startsWith(longest),
    progress: (state) => (onlyGrows ? state.length : 0),
    limit: (operation) => (onlyGrows ? (textSeen(operation)?.length ?? Infinity) : Infinity),
    neededUntil: (state) => lastCall.get(state) ?? -Infinity,
    isUnique: (state) => {
      const starts = puts.filter((text) => state.startsWith(text)).length;
      return starts + (mayGrowFromNothing(state, appends) ? 1 : 0) <= 1;
    },
    // Before the next put, or the end, some get must see what was made of it: else nobody misses it.
    isWanted: (state) => {
      for (const text of lastCall.keys()) if (text.startsWith(state)) return true;
      return false;
    },
    // What an append makes depends on the text before it.
    isBlind: () => false,
  };
}

function textsOf(mutations: readonly Operation[], f: string): string[] {
  return mutations.filter((operation) => operation.f === f).map(({ input }) => textOf(input));
}

/** Whether appends alone can make `state`, as far as its first one tells. */
function mayGrowFromNothing(state: string, appends: ReadonlySet<string>): boolean {
  if (state === "") return true;
  for (const text of appends) if (state.startsWith(text)) return true;
  return false;
}

function explain(operations: readonly Operation[], culprit: Operation): Explanation {
  const observed = describeOperation(culprit);
  const seen = textSeen(culprit) ?? "";
  const others = operations.filter((other) => other !== culprit);
  const mutations = others.filter(({ f, outcome }) => f !== "get" && outcome !== "refused");
  const puts = mutations.filter(({ f }) => f === "put");

  const twice = mutations.find(({ input }) => {
    const text = textOf(input);
    const writers = mutations.filter((other) => textOf(other.input).includes(text));
    return text.length > 1 && seen.split(text).length - 1 > writers.length;
  });
  if (twice !== undefined) {
    const expected = `${shown(textOf(twice.input))} as often as it was written`;
    return { kind: "duplicate", related: [twice], expected, observed };
  }
  const missing = mutations.find(
    (other) =>
      other.outcome === "ok" &&
      other.return < culprit.call &&
      !seen.includes(textOf(other.input)) &&
      // No put can have replaced it.
      !puts.some((put) => put !== other && put.return > other.call && put.call < culprit.return),
  );
  if (missing === undefined) {
    return {
      kind: "unordered",
      related: others.filter((other) => other.return < culprit.call).slice(-3),
      expected: "a text that some order of the puts and appends around it makes",
      observed,
    };
  }
  const reader = others.find((other) => textSeen(other)?.includes(textOf(missing.input)));
  return {
    kind: reader === undefined ? "lost-write" : "stale-read",
    related: reader === undefined ? [missing] : [missing, reader],
    expected: `a text with ${shown(textOf(missing.input))}, which was acknowledged before`,
    observed,
  };
}

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const does = f === "get" ? "get" : `${f} ${shown(textOf(input))}`;
  const seen = f === "get" && outcome === "ok" ? shown(textOf(output)) : outcome;
  return `process ${process}: ${does} -> ${error ?? seen}`;
}

/** At most the last part: a text may be megabytes long. */
function shown(text: string): string {
  const end = text.slice(-60);
  return end === text ? JSON.stringify(text) : `...${JSON.stringify(end)} (${text.length} letters)`;
}
