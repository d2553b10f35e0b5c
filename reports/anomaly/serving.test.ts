import type { Anomaly } from "porcupine-ts";
import t from "tap";
import type { PairedOperation } from "../operations.ts";
import type { TraceLine } from "../result.ts";
import type { Finding } from "./facts.ts";
import { ruleOf } from "./rules.ts";
import { gapClause, servingClause, servingOf, type Traces } from "./serving.ts";

const second = 1e9;
const role = (at: number, name: string, term: number): TraceLine => {
  return { mono: at * second, kind: "role", role: name, term };
};
const start = (at: number): TraceLine => ({ mono: at * second, kind: "start", term: 0 });

const traces: Traces = {
  n1: [start(0), role(1, "leader", 4), role(12.3, "follower", 5)],
  n2: [start(0), role(11, "candidate", 5), role(11.2, "leader", 5)],
  n3: [start(0), role(1, "follower", 4), start(10), role(10.5, "follower", 5)],
};

t.test("a leader is deposed once another one leads a later term, and not before", async (t) => {
  const late = servingOf(traces, "n1", 12 * second, 12.1 * second);
  t.equal(
    late === null ? "" : servingClause(late, 12 * second),
    "was a deposed leader (term 4, n2 led term 5 since 11.20 s)",
  );
  const between = servingOf(traces, "n1", 11.1 * second, 11.3 * second);
  t.equal(between?.successor, null, "it may have answered before the other one was elected");
});

t.test("a role that changed meanwhile is not guessed, unless the node led once", async (t) => {
  const given = servingOf(traces, "n1", 12 * second, 13 * second);
  t.match(given, { role: "leader", term: 4, since: second, successor: { node: "n2" } });
  const again = { n1: [...(traces["n1"] ?? []), role(12.6, "leader", 6)] };
  t.equal(servingOf(again, "n1", 12 * second, 13 * second), null, "in which of the two terms");
  t.equal(servingOf(traces, "n2", 11.1 * second, 11.5 * second)?.role, "leader");
  t.equal(servingOf(traces, "n9", 0, second), null);
  t.equal(servingOf({}, "n1", 0, second), null);
});

t.test("a fresh leader and a restart are told", async (t) => {
  const fresh = servingOf(traces, "n2", 11.5 * second, 11.6 * second);
  t.equal(
    fresh === null ? "" : servingClause(fresh, 11.5 * second),
    "had become leader of term 5 at 11.20 s",
  );
  t.equal(servingOf(traces, "n3", 11 * second, 11.1 * second)?.restartedAt, 10 * second);
});

const operation: PairedOperation = {
  index: 2,
  process: 7,
  f: "get",
  key: "k1",
  input: undefined,
  output: { value: "a", version: 1 },
  outcome: "ok",
  error: null,
  node: "n1",
  call: 12 * second,
  return: 12.1 * second,
};
const stale: Finding = { class: "stale-read", text: "", culprit: operation, rival: null };
const clean = { inside: null, raftHeld: true };

t.test("the rule is what the facts point to, or what the traces prove", async (t) => {
  const deposed = servingOf(traces, "n1", 12 * second, 12.1 * second);
  const read = ruleOf(stale, deposed, clean);
  t.equal(read?.certainty, "likely");
  t.match(read?.text, /ReadIndex/);
  t.equal(read?.because, "n1 answered as leader of term 4 while n2 led term 5");
  const write = { ...operation, f: "put", input: { value: "a", version: 1 } };
  t.match(
    ruleOf({ ...stale, class: "split-brain", culprit: write }, deposed, clean)?.text,
    /once a majority has it/,
  );

  const fresh = servingOf(traces, "n2", 12 * second, 12.1 * second);
  t.match(ruleOf(stale, fresh, clean)?.text, /entry of its own term/);
  t.match(
    ruleOf(stale, servingOf(traces, "n3", 12 * second, 12.1 * second), clean)?.text,
    /only a leader/,
  );
  t.equal(ruleOf(stale, null, clean), null, "without traces nothing is claimed");

  const inside: Anomaly = {
    kind: "broken-invariant",
    related: [],
    time: 5 * second,
    expected: "election-safety: at most one leader in a term (fig. 3)",
  };
  const proven = ruleOf(stale, deposed, { inside, raftHeld: false });
  t.equal(proven?.certainty, "proven");
  t.equal(proven?.text, "Election Safety: at most one leader in a term (fig. 3)");
  const after = { inside: { ...inside, time: 13 * second }, raftHeld: false };
  t.equal(ruleOf(stale, deposed, after)?.certainty, "likely", "what broke later explains nothing");
});

t.test("a new leader that has committed in its own term owes no such entry", async (t) => {
  const commit = (at: number): TraceLine => ({ mono: at * second, kind: "commit", term: 5 });
  const ruleWith = (at: number) => {
    const told = { ...traces, n2: [...(traces["n2"] ?? []), commit(at)] };
    return ruleOf(stale, servingOf(told, "n2", 12 * second, 12.1 * second), clean);
  };
  t.equal(ruleWith(11.3), null);
  t.match(ruleWith(12.05), {
    text: /entry of its own term/,
    because: /shows no entry of that term/,
  });
});

t.test("from a trace that is missing nothing is concluded", async (t) => {
  const fresh = servingOf(traces, "n2", 12 * second, 12.1 * second);
  t.equal(ruleOf(stale, fresh, { ...clean, missing: ["n1"] }), null, "n1 may have led as well");
  const wrote: Finding = { ...stale, class: "lost-write" };
  t.equal(ruleOf(wrote, null, { ...clean, missing: ["n1"] }), null, "nor that nobody had a role");
  t.equal(
    gapClause(["n1"], "n2"),
    "whether n1 led a later term is unknown: the trace of n1 is missing",
  );
  t.equal(gapClause(["n1"], "n1"), "the role of n1 is unknown: the trace of n1 is missing");
  t.equal(gapClause([], "n1"), "");
});

t.test("where the nodes kept to Raft, a lost append is no matter of their logs", async (t) => {
  const append = { ...stale.culprit, f: "append", outcome: "ok" } as PairedOperation;
  const lost: Finding = { ...stale, class: "lost-write", rival: append };
  const fresh = servingOf(traces, "n3", 12 * second, 12.1 * second);
  t.match(ruleOf(lost, fresh, { ...clean, raftHeld: true }), { text: /client sessions/ });
  t.match(ruleOf(lost, fresh, { ...clean, raftHeld: false }), { text: /^a committed entry is in/ });
});

t.test(
  "those that followed a leader show that it led, where its own trace is missing",
  async (t) => {
    const followed = { ...role(11.25, "follower", 5), leader: "n2" };
    const { n1 = [], n3 = [] } = traces;
    const late = servingOf({ n1, n3: [...n3, followed] }, "n1", 12 * second, 12.1 * second);
    t.same(late?.successor, { node: "n2", term: 5, since: 11.25 * second });
  },
);

t.test("a version made twice: that two puts overlapped is told only where they did", async (t) => {
  const put = (from: number, to: number) => ({
    ...operation,
    f: "put",
    input: { value: "a", version: 1 },
    output: { version: 2 },
    call: from * second,
    return: to * second,
  });
  const because = (rival: PairedOperation) => {
    const culprit = put(2, 2.5);
    return ruleOf({ class: "duplicate-version", text: "", culprit, rival }, null, clean)?.because;
  };
  t.equal(
    because(put(1, 2.2)),
    "one version was made twice, by two calls that overlapped by 200 ms",
  );
  t.equal(because(put(1, 2)), "one version was made twice");
  t.equal(because({ ...put(1, 2), f: "get" }), "one version was made twice");
});
