import { readFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { createClock } from "./real-clock.ts";
import { openTrace, type RealTrace } from "./real-trace.ts";

type Opened = RealTrace & {
  readonly lines: () => readonly Record<string, unknown>[];
  readonly errors: readonly Error[];
};

function open(t: Test, folder: string, traceFile: string = join(folder, "n1.jsonl")): Opened {
  const errors: Error[] = [];
  const trace = openTrace({
    node: "n1",
    clock: createClock(0),
    traceFile,
    dataDir: folder,
    onError: (error) => errors.push(error),
  });
  t.teardown(trace.flush);
  const read = (): string[] => readFileSync(traceFile, "utf8").split("\n").slice(0, -1);
  return { ...trace, errors, lines: () => read().map((line) => JSON.parse(line)) };
}

t.test("a line carries time, node, incarnation and number beside its own fields", async (t) => {
  const { trace, flush, lines } = open(t, t.testdir());

  trace({ kind: "vote", term: 3 });
  trace({ kind: "commit", index: 7 });
  flush();

  t.match(lines(), [
    { mono: Number, wall: Number, node: "n1", inc: 1, seq: 0, kind: "vote", term: 3 },
    { node: "n1", inc: 1, seq: 1, kind: "commit", index: 7 },
  ]);
});

t.test("everything recorded is in the file when flush returns", async (t) => {
  const { trace, flush, lines } = open(t, t.testdir());

  for (let index = 0; index < 1000; index++) trace({ kind: "append", index });
  flush();

  t.equal(lines().length, 1000);
});

t.test("incarnations are counted in the node's folder, lines appended to one file", async (t) => {
  const folder = t.testdir();
  for (let start = 0; start < 3; start++) {
    const { trace, flush } = open(t, folder);
    trace({ kind: "start" });
    flush();
  }

  const { lines } = open(t, folder);
  t.same(
    lines().map((line) => [line["inc"], line["seq"]]),
    [
      [1, 0],
      [2, 0],
      [3, 0],
    ],
  );
});

t.test("a trace without room ends, and the node is told once", async (t) => {
  const { trace, flush, errors } = open(t, t.testdir(), "/dev/full");

  for (let count = 0; count < 3; count++) {
    trace({ kind: "start" });
    flush();
  }

  t.match(errors, [{ code: "ENOSPC" }]);
  t.equal(errors.length, 1);
});
