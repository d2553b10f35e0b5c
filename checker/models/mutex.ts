import { fastPath } from "../linearizability/fast/mutex.ts";
import type { Explanation, Model, Operation } from "../model.ts";
import { never, outcomes } from "../operations.ts";
import { reasonOfMutex } from "../reasons/mutex.ts";
import { effects, tests } from "../rules.ts";

/** The process that holds the lock, or null. */
type State = number | null;

/**
 * A lock, `key` being its name: `acquire` needs it free, `release` needs it held by the same process.
 *
 * An `open` acquire may come to hold it at any later time; its process is retired, so nobody releases
 * it then. An acquire that was refused as `held` found it held at some moment; other refusals saw nothing.
 */
export const model: Model<State> = {
  name: "mutex",
  summary: "acquire and release of locks, at most one holder each",
  functions: ["acquire", "release"],
  partitionByKey: true,
  init: () => null,
  step: (holder, { f, process, outcome, error }) => {
    if (outcome === "refused") return error === "held" && holder === null ? undefined : holder;
    const needed = f === "acquire" ? null : process;
    if (holder === needed) return f === "acquire" ? process : null;
    return outcome === "ok" ? undefined : holder;
  },
  key: (holder) => holder ?? -1,
  isObserver: ({ outcome }) => outcome === "refused",
  describeState: describeHolder,
  describeOperation,
  fastPath,
  rules: {
    rises: false,
    prepare: ({ f, functions, process, outcome, error, errors }) => {
      const release = functions.indexOf("release");
      const held = errors.indexOf("held");
      // Every process needs a number above that of "free".
      if (process.some((id) => id < 0 || id === never)) return null;
      return (row, rule) => {
        const isRelease = f[row] === release;
        const holder = (process[row] ?? 0) + 1;
        const end = outcome[row];
        rule.test = tests.state;
        rule.a = isRelease ? holder : 0;
        rule.b = 0;
        rule.setA = isRelease ? 0 : holder;
        rule.setB = 0;
        rule.onHit = effects.set;
        rule.onMiss = end === outcomes.ok ? effects.impossible : effects.stay;
        if (end !== outcomes.refused) return;
        rule.a = 0;
        rule.onHit = error[row] === held ? effects.impossible : effects.stay;
      };
    },
    describe: (_, a) => describeHolder(a === 0 ? null : a - 1),
  },
  explain,
  reason: reasonOfMutex,
};

function describeHolder(holder: State): string {
  return holder === null ? "free" : `held by process ${holder}`;
}

function describeOperation({ f, process, outcome, error }: Operation): string {
  return `process ${process}: ${f} -> ${error ?? outcome}`;
}

function explain(operations: readonly Operation[], culprit: Operation): Explanation {
  const observed = describeOperation(culprit);
  if (culprit.outcome === "refused") {
    const expected = "the lock to be free all the time: nobody can have had it";
    return { kind: "broken-lock", related: [], expected, observed };
  }
  const acquired = operations.filter(({ f, outcome }) => f === "acquire" && outcome === "ok");
  if (culprit.f === "release") {
    const own = acquired.filter(({ process }) => process === culprit.process).slice(-1);
    const expected = "a release by the process that holds the lock";
    return { kind: "broken-lock", related: own, expected, observed };
  }
  const isReleased = (acquire: Operation): boolean =>
    operations.some(
      ({ f, process, call, outcome }) =>
        f === "release" &&
        process === acquire.process &&
        call > acquire.call &&
        outcome !== "refused",
    );
  const others = acquired.filter((acquire) => acquire !== culprit);
  const holder = others.filter((acquire) => !isReleased(acquire)).at(-1) ?? others.at(-1);
  return {
    kind: "broken-lock",
    related: holder === undefined ? [] : [holder],
    expected:
      holder === undefined
        ? "the lock to be free"
        : `the lock to be held (${describeOperation(holder)}), so that nobody else gets it`,
    observed,
  };
}
