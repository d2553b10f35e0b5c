import { canonicalJson, fieldsOf, isSameJson } from "../json.ts";
import { fastPath } from "../linearizability/fast/fenced-lock.ts";
import type { Explanation, Model, Operation } from "../model.ts";
import { reasonOfTokens } from "../reasons/fenced-lock.ts";

/** What the lock granted and what the resource behind it took. */
type State = {
  /** The highest token granted so far; 0 before the first. */
  readonly granted: number;
  /** The token of the last write; 0 before the first. */
  readonly written: number;
  readonly value: unknown;
};

/**
 * A lock with a lease, and a resource that its tokens guard; `key` is the name of both.
 *
 * A lease may end while its holder still believes in it, so holders may overlap; what must hold is that
 * tokens rise from one `acquire` to the next, and that a `write` with an older token than the last
 * write's is `fenced`. `release` succeeds only while its token is the last one. An `acquire` with an
 * unknown outcome changes nothing that anybody could see.
 */
export const model: Model<State> = {
  name: "fenced-lock",
  summary: "a lock with a lease, whose rising tokens keep late writers from a resource",
  functions: ["acquire", "release", "write", "read"],
  partitionByKey: true,
  malformed: ({ f, outcome, input, output }) => {
    const isResult = f === "acquire" || f === "read";
    if (isResult && outcome !== "ok") return undefined;
    const { token } = fieldsOf(isResult ? output : input);
    if (Number.isSafeInteger(token) && Number(token) >= 0) return undefined;
    return `expected {"token":integer from 0,...}, got token ${JSON.stringify(token)}`;
  },
  init: () => ({ granted: 0, written: 0, value: null }),
  step,
  key: ({ granted, written, value }) => `${granted} ${written} ${canonicalJson(value)}`,
  isObserver: ({ f, outcome, output }) =>
    f === "read" ||
    f === "release" ||
    outcome === "refused" ||
    (f === "acquire" && outcome !== "ok" && output === undefined),
  describeState: ({ granted, written, value }) =>
    `token ${granted} granted, ${JSON.stringify(value)} written with token ${written}`,
  describeOperation,
  fastPath,
  explain,
  reason: reasonOfTokens,
};

function step(state: State, operation: Operation): State | undefined {
  const { f, outcome, input, output } = operation;
  if (f === "write") return stepWrite(state, operation);
  if (f === "acquire") return stepAcquire(state, operation);
  if (outcome !== "ok") return state;
  if (f === "release") return tokenOf(input) === state.granted ? state : undefined;
  const seen = fieldsOf(output);
  const isState = seen["token"] === state.written && isSameJson(seen["value"], state.value);
  return isState ? state : undefined;
}

/** One whose token nobody knows changes nothing that anybody could see. */
function stepAcquire(state: State, { outcome, output }: Operation): State | undefined {
  if (output === undefined) return state;
  const granted = tokenOf(output);
  if (granted > state.granted) return { ...state, granted };
  return outcome === "ok" ? undefined : state;
}

function stepWrite(state: State, { outcome, error, input }: Operation): State | undefined {
  const token = tokenOf(input);
  const isFenced = token < state.written;
  if (outcome === "refused") return isFenced || error !== "fenced" ? state : undefined;
  if (!isFenced) return { ...state, written: token, value: fieldsOf(input)["value"] };
  return outcome === "ok" ? undefined : state;
}

function tokenOf(value: unknown): number {
  return Number(fieldsOf(value)["token"]);
}

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const end = outcome === "ok" ? "ok" : (error ?? "unknown");
  const who = `process ${process}: ${f}`;
  if (f === "acquire") return `${who} -> ${outcome === "ok" ? `token ${tokenOf(output)}` : end}`;
  if (f === "release") return `${who} token ${tokenOf(input)} -> ${end}`;
  const { value, token } = fieldsOf(f === "write" ? input : output);
  const what = `${JSON.stringify(value)} with token ${token}`;
  if (f === "write") return `${who} ${what} -> ${end}`;
  return `${who} -> ${outcome === "ok" ? what : end}`;
}

function explain(operations: readonly Operation[], culprit: Operation): Explanation {
  const observed = describeOperation(culprit);
  const token = tokenOf(culprit.f === "acquire" ? culprit.output : culprit.input);
  const earlier = operations.filter(
    (other) => other.return < culprit.call && other.outcome === "ok" && other !== culprit,
  );
  const lastOf = (f: string): Operation | undefined =>
    earlier
      .filter((other) => other.f === f)
      .sort((a, b) => a.return - b.return)
      .at(-1);
  const newer = earlier
    .filter((other) => other.f === "write" && tokenOf(other.input) > token)
    .at(0);
  if (culprit.f === "write" && newer !== undefined) {
    const expected = `fenced: ${describeOperation(newer)} came before`;
    return { kind: "broken-lock", related: [newer], expected, observed };
  }
  const acquire = lastOf("acquire");
  if (culprit.f === "acquire" && acquire !== undefined) {
    const expected = `a token above ${tokenOf(acquire.output)} (${describeOperation(acquire)})`;
    return { kind: "broken-lock", related: [acquire], expected, observed };
  }
  const related = [lastOf("write"), acquire].flatMap((other) => other ?? []);
  const expected = "an outcome that the tokens and writes around it allow";
  return { kind: "unordered", related, expected, observed };
}
