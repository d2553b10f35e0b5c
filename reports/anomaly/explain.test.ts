import type { Anomaly } from "porcupine-ts";
import t from "tap";
import type { PairedOperation } from "../operations.ts";
import { lookupIn } from "../testing/lookup.ts";
import { classes } from "./classes.ts";
import { explainAnomaly } from "./explain.ts";

// Every class has a case here: what the client was told, and what that is called.

const check = { checker: "linearizable", summary: "no order explains op 1" };

/** An operation that took 10 ms, at `at` seconds, answered `ok` by n1 unless said otherwise. */
function op(index: number, at: number, fields: Partial<PairedOperation>): PairedOperation {
  return {
    index,
    process: index,
    f: "get",
    key: "k1",
    input: undefined,
    output: undefined,
    outcome: "ok",
    error: null,
    node: "n1",
    call: at * 1e9,
    return: at * 1e9 + 1e7,
    ...fields,
  };
}

function put(
  index: number,
  at: number,
  value: string,
  version: number,
  rest = {},
): PairedOperation {
  return op(index, at, { f: "put", input: { value, version }, ...rest });
}

function get(index: number, at: number, value: string | null, version: number, rest = {}) {
  return op(index, at, { output: { value, version }, ...rest });
}

function read(index: number, at: number, output: readonly string[], rest = {}): PairedOperation {
  return op(index, at, { f: "read", output, ...rest });
}

function append(index: number, at: number, input: string, rest = {}): PairedOperation {
  return op(index, at, { f: "append", input, ...rest });
}

/** The last operation is the culprit, the others are related to it. */
function explain(operations: readonly PairedOperation[], anomaly: Partial<Anomaly> = {}) {
  const culprit = operations.at(-1);
  const related = operations.slice(0, -1).map(({ index }) => index);
  return explainAnomaly(
    check,
    { kind: "unordered", operation: culprit?.index ?? -1, related, ...anomaly },
    lookupIn(operations),
  );
}

t.test("versions", async (t) => {
  const first = put(0, 1, "a", 0);
  const second = put(1, 2, "b", 1);
  const cases: readonly (readonly [string, string, readonly PairedOperation[], RegExp])[] = [
    [
      "an older version",
      "stale-read",
      [first, second, get(2, 3, "a", 1)],
      /but version 2 had been acknowledged to client 1 at 2\.01 s$/,
    ],
    [
      "an older version than one that nobody ever saw",
      "lost-write",
      [first, second, get(4, 4, "a", 1), get(5, 5, "a", 1), get(2, 3, "a", 1)],
      /but version 2 had been acknowledged to client 1 at 2\.01 s$/,
    ],
    [
      "an older version than the same client had read",
      "non-monotonic-read",
      [first, second, get(2, 3, "b", 2, { process: 9 }), get(3, 4, "a", 1, { process: 9 })],
      /the same client had already read version 2 \(b\) from n1/,
    ],
    [
      "a value that nobody wrote",
      "phantom",
      [first, get(2, 3, "z", 2)],
      /but nobody ever asked to write z$/,
    ],
    [
      "a value that was written later",
      "phantom",
      [first, put(4, 5, "z", 1), get(2, 3, "z", 2)],
      /z was not asked to be written before 5\.01 s, by client 4$/,
    ],
    [
      "a version that its writer cannot make",
      "phantom",
      [first, get(2, 3, "a", 4)],
      /client 0 put a on condition of version 0, which can make version 1 only$/,
    ],
    [
      "the value of one write with the version of a later one",
      "phantom",
      [first, second, get(2, 3, "a", 2)],
      /client 0 put a on condition of version 0, which can make version 1 only$/,
    ],
    [
      "a value at the version of an absent key",
      "phantom",
      [first, get(2, 3, "a", 0)],
      /client 2 read k1 = a \(version 0\) from n1 at 3\.01 s, but client 0 put a on condition of version 0, which can make version 1 only$/,
    ],
    [
      "the value of a refused put",
      "dirty-read",
      [first, put(1, 2, "b", 1, { outcome: "fail", error: "ErrVersion" }), get(2, 3, "b", 2)],
      /client 1's put k1 = b at version 1 was refused \(ErrVersion\) by n1 at 2\.01 s$/,
    ],
    [
      "the value of a refused put, at a version that another put had made",
      "dirty-read",
      [
        first,
        put(1, 2, "b", 0, { outcome: "fail", error: "ErrVersion" }),
        get(2, 3, "b", 1, { node: "n2" }),
      ],
      /client 2 read k1 = b .* but client 1's put k1 = b at version 0 was refused \(ErrVersion\) by n1 at 2\.01 s; that version was made a by client 0's put, acknowledged by n1 at 1\.01 s$/,
    ],
    [
      "one version with two values, from two nodes",
      "split-brain",
      [first, get(2, 3, "b", 1, { node: "n2" })],
      /but client 0's put had made it a, acknowledged by n1/,
    ],
    [
      "two puts acknowledged at one version by two nodes",
      "split-brain",
      [first, put(2, 3, "b", 0, { node: "n2" })],
      /^n2 acknowledged client 2's put k1 = b as version 1 at 3\.01 s, but n1 had acknowledged client 0's put of a as the same version at 1\.01 s$/,
    ],
    [
      "two puts acknowledged at one version by one node",
      "duplicate-version",
      [first, put(2, 3, "b", 0)],
      /^n1 gave version 1 of k1 twice; client 0's put of a was acknowledged at 1\.01 s and client 2's put of b at 3\.01 s, both to replace version 0$/,
    ],
    [
      "one version with two values, the second of a put that nobody knows the end of",
      "duplicate-version",
      [first, put(1, 2, "b", 0, { outcome: "info", error: "ErrMaybe" }), get(2, 3, "b", 1)],
      /had made it a, acknowledged by n1 at 1\.01 s; b is of client 1's put at version 0 too, which ended with ErrMaybe at 2\.01 s$/,
    ],
    [
      "a put taken at a version that had been replaced",
      "lost-write",
      [first, get(1, 2, "b", 2), put(2, 3, "c", 1)],
      /but client 1 had already read version 2 \(b\) from n1 at 2\.01 s$/,
    ],
    [
      "a put refused at the version that the key had",
      "wrong-error",
      [first, put(2, 3, "b", 1, { outcome: "fail", error: "ErrVersion" })],
      /but that was the version that client 0 had made at 1\.01 s, and nobody else had asked to replace it$/,
    ],
    [
      "a key denied that was there",
      "stale-read",
      [first, put(2, 3, "b", 7, { outcome: "fail", error: "ErrNoKey" })],
      /was refused \(ErrNoKey\) .* but version 1 had been acknowledged to client 0/,
    ],
    [
      "a version that a refusal had found gone",
      "stale-read",
      [first, put(1, 2, "b", 1, { outcome: "fail", error: "ErrVersion" }), get(2, 3, "a", 1)],
      /client 1's put at version 1 had been refused by n1 \(ErrVersion\) at 2\.01 s: the key had moved on$/,
    ],
  ];
  for (const [name, kind, operations, text] of cases) {
    const found = explain(operations);
    t.equal(found.class, kind, name);
    t.match(found.text, text, name);
    t.notOk(/index|process/.test(found.text), `${name}: no positions, no processes`);
  }
});

t.test("which came first is said only where the one ended before the other began", async (t) => {
  const slow = put(0, 1, "a", 0, { return: 9e9 });
  const overlapping = put(2, 3, "b", 0, { node: "n2" });
  t.match(explain([slow, overlapping]).text, /but n1 acknowledged client 0's put/);
  const known = get(1, 2, "b", 2, { return: 3.5e9 });
  t.not(explain([known, get(2, 3, "a", 1)]).class, "stale-read", "it had not been told yet");
});

t.test("lists", async (t) => {
  const a = append(0, 1, "a");
  const b = append(1, 2, "b");
  const cases: readonly (readonly [string, readonly PairedOperation[], RegExp])[] = [
    [
      "duplicate",
      [a, b, read(2, 3, ["a", "b", "a"])],
      /holds a twice \(places 1, 3\), but client 0 appended it only once: acknowledged by n1 at 1\.01 s$/,
    ],
    ["phantom", [a, read(2, 3, ["a", "z"])], /holds z, but nobody had appended that by then$/],
    [
      "dirty-read",
      [append(0, 1, "a", { outcome: "fail", error: "not-leader" }), read(2, 3, ["a"])],
      /client 0's append of it was refused/,
    ],
    [
      "lost-write",
      [a, b, read(2, 3, ["b"])],
      /lacks a, but its append had been acknowledged to client 0/,
    ],
    ["stale-read", [a, b, read(4, 5, ["a", "b"]), read(2, 3, ["b"])], /lacks a/],
    [
      "non-monotonic-read",
      [read(1, 2, ["a"], { process: 2 }), read(2, 3, [])],
      /the same client had already read it/,
    ],
    [
      "split-brain",
      [a, b, read(3, 4, ["a", "b"]), read(5, 5, ["b", "a"], { node: "n2" })],
      /holds b at place 1, but client 3 had read a there from n1/,
    ],
  ];
  for (const [kind, operations, text] of cases) {
    const found = explain(operations);
    t.equal(found.class, kind);
    t.match(found.text, text);
  }
});

t.test("locks", async (t) => {
  const granted = op(0, 1, { f: "acquire" });
  const again = op(1, 2, { f: "acquire", node: "n2" });
  const two = explain([granted, again], { kind: "broken-lock" });
  t.equal(two.class, "broken-lock");
  t.match(
    two.text,
    /^client 1 was granted the lock k1 by n2 at 2\.01 s, but client 0 had held it since 1\.01 s, and had not asked to release it$/,
  );
  const released = op(2, 1.5, { f: "release", process: 0 });
  t.match(explain([granted, released, again]).text, /which no release of it explains$/);
  const denied = { ...released, outcome: "fail", error: "not-held" } as const;
  t.match(
    explain([granted, denied, again]).text,
    /had held it since 1\.01 s, and its release was refused \(not-held\) by n1 at 1\.51 s$/,
  );
  const foreign = op(3, 3, { f: "release", process: 7 });
  t.match(explain([granted, foreign]).text, /release .* but client 0 had been granted it/);
  const write = (index: number, at: number, token: number) =>
    op(index, at, { f: "write", input: { value: "x", token } });
  t.match(
    explain([write(0, 1, 8), write(1, 2, 7)]).text,
    /with token 7 at 2\.01 s, but n1 had taken client 0's write with the newer token 8/,
  );
});

t.test(
  "two puts at a time that were given one version: for how long both were under way",
  async (t) => {
    const slow = put(0, 1, "a", 0, { return: 3.005e9 });
    t.match(
      explain([slow, put(2, 3, "b", 0)]).text,
      / twice, to two calls that overlapped by 5\.0 ms; /,
    );
  },
);

t.test("an error that the copies of a request do not bear out", async (t) => {
  const refused = put(0, 1, "a", 3, { outcome: "fail", error: "ErrVersion" });
  const anomaly = {
    kind: "wrong-answer",
    operation: 0,
    related: [],
    expected: "info: a copy may have taken effect",
    observed:
      'process 0: put -> ErrVersion, its copies: {"lost":"timeout"}, {"status":409,"error":"ErrVersion"}',
  } as const;
  const proof = get(1, 2, "a", 4);
  const found = explainAnomaly(check, anomaly, lookupIn([refused, proof]));
  t.equal(found.class, "wrong-error");
  t.match(
    found.text,
    /one of its copies may have taken effect \(no answer, 409 ErrVersion\), and client 1 read that value from n1 at 2\.01 s$/,
  );
  t.equal(found.rival?.index, 1);
  const torn = { ...anomaly, observed: "its copies: {" };
  t.match(explainAnomaly(check, torn, lookupIn([refused])).text, /may have taken effect$/);
});

t.test("what no class fits is told by two operations, never by a list", async (t) => {
  const operations = [0, 1, 2, 3, 4].map((index) =>
    op(index, index, { f: "write", input: `v${index}` }),
  );
  const core = operations.map(({ index }) => ({ index })) as unknown as Anomaly["core"] & object;
  const found = explain(operations, { core });
  t.equal(found.class, "unordered");
  t.match(
    found.text,
    /which fits in no order with what client 3 was told: its write k1 v3 was acknowledged by n1 at 3\.01 s and 3 more$/,
  );
});

t.test("anomalies without an operation", async (t) => {
  const stuck = explainAnomaly(
    {
      checker: "liveness",
      summary: "10000 ms after n1 had been healed, process 4 did not answer.",
    },
    { kind: "stuck", related: [] },
    lookupIn([]),
  );
  t.equal(stuck.class, "stuck");
  t.equal(stuck.text, "10 s after n1 had been healed, client 4 did not answer");
  const inside = explainAnomaly(
    check,
    {
      kind: "broken-invariant",
      related: [],
      time: 2e9,
      observed: "n1 leads term 3, which n2 leads.",
    },
    lookupIn([]),
  );
  t.equal(inside.class, "broken-invariant");
  t.equal(inside.text, "At 2.00 s n1 led term 3, which n2 led");
});

t.test("every class has a name and a meaning", async (t) => {
  for (const { title, meaning } of Object.values(classes)) {
    t.match(title, /^[A-Z]/);
    t.match(meaning, /^[A-Z].*\.$/);
  }
});
