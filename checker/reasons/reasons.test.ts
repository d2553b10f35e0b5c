import t from "tap";
import type { Budget } from "../checker.ts";
import { checker } from "../checkers/linearizable.ts";
import type { Op } from "../history.ts";
import { decide, toList } from "../linearizability/decide.ts";
import { relax } from "../linearizability/relax.ts";
import { models } from "../models.ts";
import { outcomes } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { corrupt } from "../testing/corrupt.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";

const unbounded: Budget = {
  stepsMax: Infinity,
  configurationsMax: Infinity,
  shouldStop: () => false,
};

/** Each operation: process, f, value of the invocation, and of the completion (or its error). */
type Step = readonly [process: number, f: string, asked: unknown, answer?: unknown];

/** Operations one after the other; `error` in an answer ends it with `fail`. */
function inTurn(...steps: readonly Step[]): Op[] {
  return steps.flatMap(([process, f, asked, answer], place): Op[] => {
    const common = { process, f, key: "k" };
    const error = (answer as { error?: string } | undefined)?.error;
    const end =
      error === undefined
        ? { type: "ok" as const, value: answer }
        : { type: "fail" as const, error };
    const [index, time] = [2 * place, 20 * place];
    return [
      { index, time, ...common, type: "invoke", value: asked },
      { index: index + 1, time: time + 10, ...common, ...end },
    ];
  });
}

/** The same while writes of "a" and "b" are under way for ever. */
function besideWriters(...steps: readonly Step[]): Op[] {
  const writers = ["a", "b", "a", "b"].map((value, place): Op => {
    return {
      index: place,
      time: place,
      process: 8 + place,
      type: "invoke",
      f: "write",
      key: "k",
      value,
    };
  });
  return [...writers, ...inTurn(...steps)].map((op, index) => ({ ...op, index }));
}

/** The same while puts are under way for ever. */
function beside(puts: readonly unknown[], ...steps: readonly Step[]): Op[] {
  const lost = puts.map((value, place): Op => {
    const common = { index: place, time: 0, process: 7 + place, key: "k" } as const;
    return { ...common, type: "invoke", f: "put", value };
  });
  return [...lost, ...inTurn(...steps)].map((op, index) => ({ ...op, index }));
}

const at = (value: string | null, version: number) => ({ value, version });

/** The same after an add of 1 that ended with ErrMaybe. */
function afterErrMaybe(...steps: readonly Step[]): Op[] {
  const common = { time: 0, process: 7, f: "add", key: "k" } as const;
  const add: readonly Op[] = [
    { ...common, index: 0, type: "invoke", value: 1 },
    { ...common, index: 1, type: "info", error: "ErrMaybe" },
  ];
  return [...add, ...inTurn(...steps)].map((op, index) => ({ ...op, index }));
}

/** Nobody knows what became of the first acquire. */
function heldBeforeGranted(): Op[] {
  const lines = [
    { process: 7, type: "invoke", f: "acquire" },
    { process: 7, type: "info", f: "acquire", error: "timeout" },
    { process: 0, type: "invoke", f: "acquire" },
    { process: 0, type: "fail", f: "acquire", error: "held" },
    { process: 1, type: "invoke", f: "acquire" },
    { process: 1, type: "ok", f: "acquire" },
  ] as const;
  return lines.map((line, index) => ({ index, time: index * 10, key: "k", ...line }));
}

function readsSideBySide(): Op[] {
  const lines = [
    { process: 7, type: "invoke", f: "add", value: 1 },
    { process: 7, type: "info", f: "add", error: "ErrMaybe" },
    { process: 0, type: "invoke", f: "read" },
    { process: 1, type: "invoke", f: "read" },
    { process: 0, type: "ok", f: "read", value: 0 },
    { process: 1, type: "ok", f: "read", value: 1 },
  ] as const;
  return lines.map((line, index) => ({ index, time: index * 10, key: "k", ...line }));
}

/** A put that is refused at the version that the key has, while another one at that version is under way. */
function refusedBesideAnother(): Op[] {
  const lines = [
    { process: 0, type: "invoke", f: "put", value: at("a", 0) },
    { process: 0, type: "ok", f: "put" },
    { process: 0, type: "invoke", f: "put", value: at("b", 1) },
    { process: 0, type: "ok", f: "put" },
    { process: 3, type: "invoke", f: "put", value: at("c", 2) },
    { process: 1, type: "invoke", f: "put", value: at("d", 2) },
    { process: 1, type: "fail", f: "put", error: "ErrVersion" },
    { process: 2, type: "invoke", f: "get" },
    { process: 2, type: "ok", f: "get", value: at("b", 2) },
    { process: 3, type: "ok", f: "put" },
  ] as const;
  return lines.map((line, index) => ({ index, time: index * 10, key: "k", ...line }));
}

/** Two puts at version 1 side by side, the second of which ends so, and then a read. */
function rivals(end: "ok" | "info"): Op[] {
  const lines = [
    { process: 0, type: "invoke", f: "put", value: at("a", 0) },
    { process: 0, type: "ok", f: "put" },
    { process: 1, type: "invoke", f: "put", value: at("b", 1) },
    { process: 2, type: "invoke", f: "put", value: at("c", 1) },
    { process: 1, type: "ok", f: "put" },
    { process: 2, type: end, f: "put" },
    { process: 3, type: "invoke", f: "get" },
    { process: 3, type: "ok", f: "get", value: at("c", 2) },
  ] as const;
  return lines.map((line, index) => ({ index, time: index * 10, key: "k", ...line }));
}

type Case = {
  readonly model: string;
  readonly kind: string;
  readonly core: readonly number[];
  readonly ops: readonly Op[];
  readonly reason: string;
};

const cases: Readonly<Record<string, Case>> = {
  "stale read of a version": {
    model: "versioned-kv",
    kind: "stale-read",
    core: [2, 4],
    ops: inTurn([0, "put", at("a", 0)], [3, "put", at("b", 1)], [1, "get", undefined, at("a", 1)]),
    reason:
      "get at index 4 saw version 1, but version 2 had been acknowledged to process 3 (index 2) " +
      "before the get was called (2 returned before 4 was called)",
  },
  "lost update": {
    model: "versioned-kv",
    kind: "duplicate-version",
    core: [0, 2],
    ops: inTurn([0, "put", at("a", 0)], [1, "put", at("b", 0)]),
    reason:
      'version 1 was given twice: put at index 0 ("a", process 0) and put at index 2 ("b", process 1) were both ' +
      "acknowledged at version 0, but only one put can have made version 1",
  },
  "two puts at one version, of which one is read": {
    model: "versioned-kv",
    kind: "duplicate-version",
    core: [2, 3],
    ops: rivals("ok"),
    reason:
      'version 2 was given twice: put at index 2 ("b", process 1) and put at index 3 ("c", process 2) were both ' +
      "acknowledged at version 1, but only one put can have made version 2",
  },
  "a put that nobody knows the end of, in place of one that was acknowledged": {
    model: "versioned-kv",
    kind: "duplicate-version",
    core: [2, 6],
    ops: rivals("info"),
    reason:
      'version 2 has one value only, but put at index 2 made it with "b" and get at index 6 saw it with "c" ' +
      "(of the put at index 3, process 2)",
  },
  "value that nobody put": {
    model: "versioned-kv",
    kind: "phantom",
    core: [2],
    ops: inTurn([0, "put", at("a", 0)], [1, "get", undefined, at("z", 1)]),
    reason:
      'get at index 2 saw "z" at version 1, but nothing that puts "z" at version 0 had been called by then',
  },
  "wrong refusal": {
    model: "versioned-kv",
    kind: "unordered",
    core: [2, 5, 7],
    ops: refusedBesideAnother(),
    reason:
      "put at index 5 was refused at version 2, but that was the version all the time, from index 2 " +
      "until after it (get at index 7 saw version 2)",
  },
  "refused at the version that was made": {
    model: "versioned-kv",
    kind: "unordered",
    core: [2, 4],
    ops: inTurn(
      [0, "put", at("a", 0)],
      [0, "put", at("b", 1)],
      [1, "put", at("c", 2), { error: "ErrVersion" }],
    ),
    reason:
      "put at index 4 was refused at version 2, but version 2 had been acknowledged to process 0 (index 2) before " +
      "(2 returned before 4 was called), and no other put at version 2 had been called by then",
  },
  "no key for a put that makes one": {
    model: "versioned-kv",
    kind: "unordered",
    core: [2],
    ops: inTurn([0, "put", at("a", 0)], [1, "put", at("b", 0), { error: "ErrNoKey" }]),
    reason:
      "put at index 2 was refused with ErrNoKey at version 0, but such a put makes a key that is not there",
  },
  "stale read of a register": {
    model: "register",
    kind: "stale-read",
    core: [0, 2, 4],
    ops: inTurn([0, "write", "a"], [3, "write", "b"], [1, "read", undefined, "a"]),
    reason:
      'read at index 4 saw "a", but "b" had been set by process 3 (index 2) before the read was called ' +
      '(2 returned before 4 was called), and "a" was there earlier (0 returned before 2 was called), ' +
      'and nothing sets "a" again',
  },
  "lost first write": {
    model: "register",
    kind: "stale-read",
    core: [0, 2],
    ops: inTurn([0, "write", "a"], [1, "read", undefined, null]),
    reason:
      'read at index 2 saw null, but "a" had been set by process 0 (index 0) before the read was called ' +
      "(0 returned before 2 was called), and nothing sets null again",
  },
  "two cas from one value": {
    model: "cas-register",
    kind: "stale-read",
    core: [0, 2],
    ops: inTurn([0, "cas", [null, 1]], [1, "cas", [null, 2]]),
    reason:
      "cas at index 2 found null, but 1 had been set by process 0 (index 0) before the cas was called " +
      "(0 returned before 2 was called), in place of null, and nothing sets null again",
  },
  "value that comes back once too often": {
    model: "cas-register",
    kind: "stale-read",
    core: [4, 6, 8, 10, 12],
    ops: besideWriters(
      [0, "read", undefined, "a"],
      [0, "read", undefined, "b"],
      [0, "read", undefined, "a"],
      [0, "read", undefined, "b"],
      [0, "read", undefined, "a"],
    ),
    reason:
      'one after the other, the operations at indexes 4, 6, 8, 10, 12 show "a", "b", "a", "b", "a", so "a" must ' +
      "have been set 3 times, but only 2 operations that set it had been called by then",
  },
  "refusal that is none": {
    model: "cas-register",
    kind: "unordered",
    core: [0, 2],
    ops: inTurn([0, "write", 1], [1, "cas", [1, 2], { error: "ErrVersion" }]),
    reason:
      "cas at index 2 found another value than 1, but 1 had been set by process 0 (index 0) before the cas was " +
      "called (0 returned before 2 was called), and nothing else that sets a value had been called by then",
  },
  "lost append": {
    model: "append-list",
    kind: "lost-write",
    core: [0, 2],
    ops: inTurn([0, "append", "a"], [1, "read", undefined, []]),
    reason:
      'read at index 2 did not see "a", but its append had been acknowledged to process 0 (index 0) ' +
      "before the read was called (0 returned before 2 was called)",
  },
  "element twice": {
    model: "append-list",
    kind: "duplicate",
    core: [2],
    ops: inTurn([0, "append", "a"], [1, "read", undefined, ["a", "a"]]),
    reason: 'read at index 2 saw "a" 2 times, but it had been appended once at most',
  },
  "reads that fork": {
    model: "append-list",
    kind: "unordered",
    core: [4, 6],
    ops: inTurn(
      [0, "append", "a"],
      [1, "append", "b"],
      [2, "read", undefined, ["a", "b"]],
      [3, "read", undefined, ["b", "a"]],
    ),
    reason:
      'a list only grows at its end, but element 1 is "a" for read at index 4 and "b" for read at index 6',
  },
  "two holders": {
    model: "mutex",
    kind: "broken-lock",
    core: [0, 2],
    ops: inTurn([0, "acquire", undefined], [1, "acquire", undefined]),
    reason:
      "acquire at index 2 was granted to process 1, but process 0 (index 0) had the lock " +
      "(0 returned before 2 was called), and had called no release since",
  },
  "two holders, of which one had released it earlier": {
    model: "mutex",
    kind: "broken-lock",
    core: [2, 4, 6],
    ops: inTurn(
      [0, "acquire", undefined],
      [0, "release", undefined],
      [0, "acquire", undefined],
      [1, "acquire", undefined],
    ),
    reason:
      "acquire at index 6 was granted to process 1, but process 0 (index 4) had the lock " +
      "(4 returned before 6 was called), and had called no release since",
  },
  "one holder twice": {
    model: "mutex",
    kind: "broken-lock",
    core: [0, 2],
    ops: inTurn([0, "acquire", undefined], [0, "acquire", undefined]),
    reason:
      "process 0 was granted the lock twice (indexes 0 and 2), and had called no release in between",
  },
  "held by nobody": {
    model: "mutex",
    kind: "broken-lock",
    core: [2, 4],
    ops: inTurn(
      [0, "acquire", undefined],
      [0, "release", undefined],
      [1, "acquire", undefined, { error: "held" }],
    ),
    reason:
      "acquire at index 4 was refused as held, but whoever had asked for the lock by then had released it " +
      "before 4 was called (releases at index 2)",
  },
  "granted while it must be held": {
    model: "mutex",
    kind: "broken-lock",
    core: [2, 4],
    ops: heldBeforeGranted(),
    reason:
      "acquire at index 4 was granted to process 1, but the lock had been found held before (index 2: 2 returned " +
      "before 4 was called), and who can have held it then had called no release since (acquired at index 0)",
  },
  "release without the lock": {
    model: "mutex",
    kind: "broken-lock",
    core: [0],
    ops: inTurn([0, "release", undefined]),
    reason: "release at index 0 was acknowledged, but process 0 had never asked for the lock",
  },
  "released more often than acquired": {
    model: "mutex",
    kind: "broken-lock",
    core: [2, 4],
    ops: inTurn([0, "acquire", undefined], [0, "release", undefined], [0, "release", undefined]),
    reason:
      "process 0 released the lock 2 times (indexes 2, 4), but had asked for it only once by then",
  },
  "token that falls": {
    model: "fenced-lock",
    kind: "broken-lock",
    core: [0, 2],
    ops: inTurn([0, "acquire", undefined, { token: 5 }], [1, "acquire", undefined, { token: 4 }]),
    reason:
      "acquire at index 2 was granted token 4, but token 5 had been granted to process 0 (index 0) before " +
      "(0 returned before 2 was called)",
  },
  "write with a token that another one has overtaken": {
    model: "fenced-lock",
    kind: "broken-lock",
    core: [2, 6],
    ops: inTurn(
      [0, "acquire", undefined, { token: 4 }],
      [1, "write", { value: "b", token: 5 }],
      [1, "read", undefined, { value: "b", token: 5 }],
      [0, "write", { value: "a", token: 4 }],
      [2, "read", undefined, { value: "a", token: 4 }],
    ),
    reason:
      "write at index 6 with token 4 was accepted, but a write with the newer token 5 had been acknowledged to " +
      "process 1 (index 2) before (2 returned before 6 was called)",
  },
  "append of a text that is lost": {
    model: "kv",
    kind: "lost-write",
    core: [0, 2],
    ops: inTurn([0, "append", "x"], [1, "get", undefined, ""]),
    reason:
      'get at index 2 saw "", but "x" had been appended and acknowledged to process 0 (index 0) before ' +
      "the get was called (0 returned before 2 was called), and no put can have replaced it",
  },
};

Object.assign(cases, {
  "puts that are refused one after the other": {
    model: "versioned-kv",
    kind: "unordered",
    core: [4, 6, 8, 10],
    ops: beside(
      [at("x", 2), at("y", 3)],
      [0, "put", at("a", 0)],
      [0, "put", at("b", 1)],
      [1, "put", at("c", 2), { error: "ErrVersion" }],
      [2, "put", at("d", 3), { error: "ErrVersion" }],
      [3, "get", undefined, at("x", 3)],
    ),
    reason:
      "get at index 10 saw version 3, but version 4 was there before the get was called: version 2 had been " +
      "acknowledged to process 0 (index 4), and 2 puts at versions 2 to 3 were refused one after the other after " +
      "that (indexes 6 to 8), each because the key had moved on",
  },
  "element that nobody added": {
    model: "set",
    kind: "phantom",
    core: [2],
    ops: inTurn([0, "add", 1], [1, "read", undefined, [1, 2]]),
    reason: "read at index 2 saw 2, but nobody had called an add of it by then",
  },
  "lost member": {
    model: "set",
    kind: "lost-write",
    core: [0, 2],
    ops: inTurn([0, "add", 1], [1, "read", undefined, []]),
    reason:
      "read at index 2 did not see 1, but its add had been acknowledged to process 0 (index 0) before the read " +
      "was called (0 returned before 2 was called), and nothing is ever removed",
  },
  "sum that no adds make": {
    model: "counter",
    kind: "unordered",
    core: [4],
    ops: inTurn([0, "add", 2], [0, "add", 4], [1, "read", undefined, 3]),
    reason: "read at index 4 saw 3, but all adds called by then are multiples of 2",
  },
  "sum that is not to be had": {
    model: "counter",
    kind: "unordered",
    core: [4],
    ops: inTurn([0, "add", 2], [0, "add", 5], [1, "read", undefined, 6]),
    reason: "read at index 4 saw 6, but no choice of the adds called by then has that sum",
  },
  "more than was added": {
    model: "counter",
    kind: "unordered",
    core: [4],
    ops: inTurn([0, "add", 1], [0, "add", 1], [1, "read", undefined, 3]),
    reason: "read at index 4 saw 3, but all adds called by then come to 2 at most",
  },
  "less than was added since a read": {
    model: "counter",
    kind: "unordered",
    core: [8, 10, 12],
    ops: inTurn(
      [0, "add", 1],
      [0, "add", 1],
      [0, "add", 1],
      [0, "add", 1],
      [1, "read", undefined, 4],
      [0, "add", 1],
      [1, "read", undefined, 4],
    ),
    reason:
      "read at index 12 saw 4, but 4 had been read at index 8 before, and an add of 1 (index 10) came in between, " +
      "called after 8 had returned and acknowledged before 12 was called: that makes 5, and no add takes " +
      "anything away",
  },
  "sum that comes late": {
    model: "counter",
    kind: "unordered",
    core: [0, 2, 4],
    ops: afterErrMaybe([1, "read", undefined, 0], [1, "read", undefined, 1]),
    reason:
      "read at index 4 saw 1, but 0 had been read at index 2 before (2 returned before 4 was called), and no " +
      "choice of the adds called by then makes the difference of 1; an add of 1 (index 0) had ended before 2 " +
      "was called",
  },
  "sum that comes late beside the first read": {
    model: "counter",
    kind: "unordered",
    core: [0, 2, 3],
    ops: readsSideBySide(),
    reason:
      "read at index 3 saw 1 and read at index 2 saw 0, but an add of 1 (index 0) had ended before 2 was called, " +
      "and nothing had been added besides when 3 returned",
  },
  "lost add": {
    model: "counter",
    kind: "unordered",
    core: [0, 4],
    ops: inTurn([0, "add", 2], [0, "add", 4], [1, "read", undefined, 4]),
    reason:
      "read at index 4 saw 4, but an add of 2 (index 0) had been acknowledged before it, and no choice of the other " +
      "adds called by then makes up for that",
  },
  "lost adds": {
    model: "counter",
    kind: "unordered",
    core: [0, 2, 4],
    ops: inTurn([0, "add", 2], [0, "add", 2], [1, "read", undefined, 2]),
    reason:
      "read at index 4 saw 2, but 2 adds with the sum of 4 (indexes 0 and 2) had been acknowledged before it, and " +
      "no add takes anything away",
  },
  "counter that falls": {
    model: "counter",
    kind: "unordered",
    core: [4, 6],
    ops: inTurn([0, "add", 2], [0, "add", 4], [1, "read", undefined, 6], [1, "read", undefined, 2]),
    reason:
      "read at index 6 saw 2, but 6 had been read at index 4 before (4 returned before 6 was called), and no add " +
      "takes anything away",
  },
  "element taken twice": {
    model: "queue",
    kind: "duplicate",
    core: [2, 4],
    ops: inTurn([0, "enqueue", 1], [1, "dequeue", undefined, 1], [1, "dequeue", undefined, 1]),
    reason: "1 was taken 2 times (indexes 2, 4), but it had been enqueued once at most",
  },
  "queue that is not empty": {
    model: "queue",
    kind: "lost-write",
    core: [0, 2],
    ops: inTurn([0, "enqueue", 1], [1, "dequeue", undefined, { error: "empty" }]),
    reason:
      "dequeue at index 2 found the queue empty, but 1 had been enqueued by process 0 (index 0) before " +
      "(0 returned before 2 was called), and no dequeue that takes it had been called by then",
  },
  "younger one first": {
    model: "queue",
    kind: "unordered",
    core: [0, 4],
    ops: inTurn([0, "enqueue", 1], [0, "enqueue", 2], [1, "dequeue", undefined, 2]),
    reason:
      "dequeue at index 4 took 2, but 1 had been enqueued before it (0 returned before 2 was called), and no " +
      "dequeue that takes 1 had been called by then",
  },
} satisfies Record<string, Case>);

t.test("mutex: who was granted the lock last is not its own holder", async (t) => {
  const lines = [
    { process: 0, type: "invoke", f: "acquire" },
    { process: 1, type: "invoke", f: "acquire" },
    { process: 0, type: "ok", f: "acquire" },
    { process: 1, type: "ok", f: "acquire" },
  ] as const;
  const ops = lines.map((line, index): Op => ({ index, time: index, key: "k", ...line }));
  const { anomalies } = checker.check(ops, { model: "mutex" }, unbounded);
  t.match(anomalies, [{ operation: 1, related: [0], expected: /process 0: acquire/ }]);
});

for (const [name, { model, kind, core, ops, reason }] of Object.entries(cases)) {
  t.test(`${model}: ${name}`, async (t) => {
    const { verdict, anomalies } = checker.check(ops, { model }, unbounded);
    const [anomaly] = anomalies;
    t.equal(verdict, "invalid");
    t.equal(anomaly?.reason, reason);
    t.same(
      anomaly?.core?.map(({ index }) => index),
      core,
    );
    t.equal(anomaly?.isMinimal, true);
    t.equal(anomaly?.kind, kind);
    t.equal(anomaly?.operation, core.at(-1));
    for (const { expected, observed } of anomaly?.core ?? [])
      t.match(`${expected}|${observed}`, /.\|./);
  });
}

for (const [name, model] of Object.entries(models)) {
  t.test(`${name}: what has an order is given no reason for having none`, async (t) => {
    const random = createRandom(9);
    const wrong: string[] = [];
    let asked = 0;
    for (let round = 0; round < 24; round++) {
      const shape = { model: name, operations: 10, clients: 3, keys: 1, rotateAfter: Infinity };
      const values = round % 2 === 0 ? null : ["a", "b"];
      const history = generateHistory({ ...shape, lost: 0.1, maybe: 0.1, values }, random);
      const operations = operationsOf(round % 4 < 2 ? history : corrupt(history, random));
      const rows = Int32Array.from({ length: operations.count }, (_, row) => row);
      for (let turn = 0; turn < 20; turn++) {
        const kept = [...rows].filter(
          (row) => operations.outcome[row] !== outcomes.open && random.chance(0.4),
        );
        if (kept.length < 2 || kept.length > 6) continue;
        const relaxed = relax(model, operations, rows, kept);
        if (decide(model, relaxed, unbounded).verdict !== "valid") continue;
        const all = toList(
          relaxed,
          Int32Array.from({ length: relaxed.count }, (_, row) => row),
        );
        const indexes = new Set(kept.map((row) => operations.index[row]));
        const core = all
          .filter(({ index }) => indexes.has(index))
          .sort((a, b) => a.return - b.return);
        asked++;
        const reason = model.reason?.(core, all);
        if (reason !== undefined) wrong.push(reason);
      }
    }
    t.same(wrong, []);
    t.ok(asked > 50, `${asked} sets with an order`);
  });
}
