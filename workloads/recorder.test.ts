import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Op, parseHeader, parseOp } from "porcupine-ts";
import t from "tap";
import { openJournalFile } from "./journal-file.ts";
import { createRecorder, nemesisLine, newLine } from "./recorder.ts";

const header = {
  whitewater: 1,
  run: "r1",
  seed: 7,
  subject: "raft-kv",
  model: "versioned-kv",
} as const;

function clockAt(times: readonly number[]) {
  let at = 0;
  return {
    now: () => times[Math.min(at++, times.length - 1)] ?? 0,
    wallMs: () => 0,
    setTimer: () => ({ cancel: () => undefined }),
  };
}

t.test("lines get dense indexes and whole nanoseconds since the run's origin", async (t) => {
  const ops: Op[] = [];
  const recorder = createRecorder({
    clock: clockAt([1500.4, 2500]),
    originNs: 1000,
    journal: { append: (op) => ops.push(op) },
    onFailure: (error) => t.fail(error.message),
  });
  recorder.record({ ...newLine(0, "invoke", "get"), key: "k1", intended: 400 });
  recorder.record(nemesisLine("inject", { id: "kill-1" }));

  t.same(JSON.parse(JSON.stringify(ops)), [
    { index: 0, time: 500, process: 0, type: "invoke", f: "get", key: "k1", intended: 400 },
    {
      index: 1,
      time: 1500,
      process: "nemesis",
      type: "info",
      f: "inject",
      value: { id: "kill-1" },
    },
  ]);
  t.equal(recorder.count(), 2);
});

t.test("after a failure nothing more is written, and it is told once", async (t) => {
  const ops: Op[] = [];
  const failures: Error[] = [];
  const recorder = createRecorder({
    clock: clockAt([0]),
    originNs: 0,
    journal: {
      append: (op) => {
        if (ops.length === 1) throw new Error("no space left");
        ops.push(op);
      },
    },
    onFailure: (error) => failures.push(error),
  });
  for (let line = 0; line < 4; line++) recorder.record(newLine(0, "ok", "get"));

  t.same(
    failures.map(({ message }) => message),
    ["no space left"],
  );
  t.equal(recorder.count(), 1);
});

t.test("the file has its header first, and each line as soon as it is recorded", async (t) => {
  const file = join(t.testdir(), "history.jsonl");
  const journal = openJournalFile(file, header);
  t.same(parseHeader(readFileSync(file, "utf8").trimEnd()), header);

  const op = { index: 0, time: 1, process: 0, type: "invoke", f: "get", key: "k" } as const;
  journal.append(op);
  const [, line = ""] = readFileSync(file, "utf8").split("\n");
  t.same(parseOp(line, 2), op);
  journal.close();
  journal.close();
});

t.test("a history is never written over another one", async (t) => {
  const file = join(t.testdir({ "history.jsonl": "precious" }), "history.jsonl");

  t.throws(() => openJournalFile(file, header), { name: "ClusterError", code: "E_DISK" });
  t.equal(readFileSync(file, "utf8"), "precious");
});

t.test(
  "a disk that is full in the middle of a line leaves whole lines and a clear error",
  async (t) => {
    const file = join(t.testdir(), "history.jsonl");
    const writer = fileURLToPath(new URL("./testing/write-until-full.ts", import.meta.url));
    // The kernel takes a part of the line that crosses this limit, as a full disk does.
    const { stdout, stderr } = spawnSync(
      "sh",
      [
        "-c",
        `ulimit -f 8; exec "$0" --import=tsx --conditions=porcupine-source "$1" "$2"`,
        process.execPath,
        writer,
        file,
      ],
      { encoding: "utf8", env: { ...process.env, TSX_DISABLE_CACHE: "1", NODE_OPTIONS: "" } },
    );
    t.ok(existsSync(file), stderr);
    const text = readFileSync(file, "utf8");
    const lines = text.trimEnd().split("\n").slice(1);

    t.ok(text.endsWith("\n"));
    t.ok(lines.length > 20);
    t.same(
      lines.map((line, at) => parseOp(line, at + 2).index),
      lines.map((_, at) => at),
    );
    t.match(stdout, /^E_DISK expected to write the history to .*history.jsonl, got EFBIG.* safe/);
  },
);
