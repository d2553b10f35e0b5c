import t from "tap";
import type { Finding } from "./anomaly/facts.ts";
import { answerComparison, type Comparison, comparisonOf } from "./comparison.ts";
import type { PairedOperation } from "./operations.ts";

function op(process: number, fields: Partial<PairedOperation>): PairedOperation {
  return {
    index: process,
    process,
    f: "get",
    key: "k1",
    input: undefined,
    output: undefined,
    outcome: "ok",
    error: null,
    node: null,
    call: 0,
    return: 1,
    ...fields,
  };
}

/** Marked pieces in brackets. */
function shown(found: Comparison | null): [string, string] | null {
  if (found === null) return null;
  const line = ({ pieces }: Comparison["expected"]) =>
    pieces.map(({ text, isDifferent }) => (isDifferent ? `[${text}]` : text)).join(" ");
  return [line(found.expected), line(found.observed)];
}

function compare(kind: Finding["class"], culprit: PairedOperation, rival: PairedOperation) {
  return shown(comparisonOf({ class: kind, text: "", culprit, rival }));
}

t.test("what was due stands beside what was answered, the difference marked", async (t) => {
  const old = op(7, { output: { value: "v41", version: 5 } });
  const put = op(3, { f: "put", input: { value: "v42", version: 5 } });
  t.same(compare("stale-read", old, put), ["[v42] (version [6)] or later", "[v41] (version [5)]"]);
  const refused = op(3, { ...put, outcome: "fail", error: "ErrVersion" });
  t.equal(compare("stale-read", old, refused)?.[0].replace(/[[\]]/g, ""), "version 6 or later");
  const denied = op(7, {
    f: "put",
    input: { value: "x", version: 6 },
    outcome: "fail",
    error: "ErrVersion",
  });
  t.match(compare("wrong-error", denied, put), [/accepted/, /refused/]);
  t.same(compare("broken-lock", op(7, { f: "acquire" }), op(3, { f: "acquire" })), [
    "[client 3]",
    "[client 7]",
  ]);
});

t.test("of lists only the part around the difference is shown", async (t) => {
  const list = Array.from({ length: 20 }, (_, place) => `e${place}`);
  const read = (output: readonly string[]) => op(7, { f: "read", output });
  const append = op(3, { f: "append", input: "e4" });
  t.same(compare("duplicate", read([...list, "e4"]), append), [
    "… 1 before e1 e2 e3 [e4] e5 e6 e7 … 9 between e17 e18 e19 [(not again)]",
    "… 1 before e1 e2 e3 [e4] e5 e6 e7 … 9 between e17 e18 e19 [e4]",
  ]);
  const other = list.with(10, "x");
  t.same(compare("split-brain", read(other), read(list)), [
    "… 7 before e7 e8 e9 [e10] e11 e12 e13 … 6 after",
    "… 7 before e7 e8 e9 [x] e11 e12 e13 … 6 after",
  ]);
  t.match(compare("lost-write", read(list), op(3, { f: "append", input: "gone" })), [
    /\[… gone …\]/,
    /e19/,
  ]);
});

t.test("where both are answers, each is titled by who gave it", async (t) => {
  const read = op(7, { node: "n2", output: { value: "b", version: 1 }, return: 2e9 });
  const put = op(3, { node: "n3", f: "put", input: { value: "a", version: 0 }, return: 1e9 });
  const found = comparisonOf({ class: "split-brain", text: "", culprit: read, rival: put });
  t.match(found, {
    expected: { title: "n3 acknowledged", by: "to client 3's put at 1.000 s" },
    observed: { title: "n2 answered", by: "to client 7's get at 2.000 s" },
  });
  t.equal(
    comparisonOf({ class: "stale-read", text: "", culprit: read, rival: put })?.expected.title,
    "Expected",
  );
});

t.test("what a client said stands beside what the answers to its copies allow", async (t) => {
  const culprit = op(7, { f: "put", outcome: "fail", error: "ErrVersion" });
  const found = answerComparison("info: a copy may have taken effect", culprit);
  t.same(shown(found), ["[outcome unknown]", "[refused: ErrVersion]"]);
  t.equal(found?.expected.by, "a copy may have taken effect");
  t.same(shown(answerComparison("no ErrMaybe: a copy may yet", culprit))?.[0], "[not ErrMaybe]");
  t.equal(answerComparison("a refusal", culprit), null);
});

t.test("two that do not speak of the same are not compared", async (t) => {
  t.equal(compare("unordered", op(7, { f: "dequeue" }), op(3, {})), null);
  t.equal(comparisonOf({ class: "stuck", text: "", culprit: null, rival: null }), null);
});
