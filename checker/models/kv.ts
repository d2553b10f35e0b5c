import { fastPath } from "../linearizability/fast/kv.ts";
import type { Explanation, Model, Operation } from "../model.ts";
import { type Operations, outcomes, valueAt } from "../operations.ts";
import { reasonOfTexts } from "../reasons/kv.ts";
import { type TextForm, textKinds } from "../texts.ts";

const { ok, refused } = outcomes;

type RuleOf = ReturnType<TextForm["prepare"]>;

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
  texts: { prepare },
  fastPath,
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

/** `step` as rules over texts. */
function prepare({ functions, f, outcome, input, output, values }: Operations): RuleOf {
  const get = functions.indexOf("get");
  const put = functions.indexOf("put");
  return (row, rule) => {
    const end = outcome[row];
    rule.text = "";
    if (f[row] === get) {
      rule.kind = end === ok || end === refused ? textKinds.see : textKinds.stay;
      if (end !== ok) return;
      const text = valueAt(values, output, row);
      if (typeof text === "string") rule.text = text;
      else rule.kind = textKinds.never;
      return;
    }
    rule.kind =
      end === refused ? textKinds.stay : f[row] === put ? textKinds.put : textKinds.append;
    if (end !== refused) rule.text = textOf(valueAt(values, input, row));
  };
}

function explain(operations: readonly Operation[], culprit: Operation): Explanation {
  const observed = describeOperation(culprit);
  const seen = textSeen(culprit) ?? "";
  const others = operations.filter((other) => other !== culprit);
  const mutations = others.filter(({ f, outcome }) => f !== "get" && outcome !== "refused");
  const puts = mutations.filter(({ f }) => f === "put");

  const twice = mutations.find(({ input }) => {
    const text = textOf(input);
    const times = text.length > 1 ? seen.split(text).length - 1 : 0;
    // Its own writer is one: the others are looked for only where there must be more.
    if (times < 2) return false;
    return times > mutations.filter((other) => textOf(other.input).includes(text)).length;
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
