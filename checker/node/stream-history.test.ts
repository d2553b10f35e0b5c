import { appendFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import type { Anomaly } from "../checker.ts";
import { formatHeader, formatOp } from "../codec.ts";
import type { HistoryHeader, Op } from "../history.ts";
import type { Model } from "../model.ts";
import { models } from "../models.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";
import { streamHistory } from "./stream-history.ts";

const header: HistoryHeader = {
  whitewater: 1,
  run: "r1",
  seed: 7,
  subject: "kvsrv",
  model: "versioned-kv",
};
const shape = {
  model: "versioned-kv",
  operations: 500,
  clients: 5,
  keys: 3,
  rotateAfter: 100,
  lost: 0.05,
  maybe: 0.05,
  values: null,
};
const ops = generateHistory(shape, createRandom(4));
const chooseModel = (named: string | null): Model => models[named ?? ""] as Model;

function textOf(lines: readonly Op[]): string {
  return lines.map((op) => `${formatOp(op)}\n`).join("");
}

/** The same with one read that answers what nobody has put. */
const bad = ops.map((op) =>
  op === ops.findLast(({ f, type }) => f === "get" && type === "ok")
    ? { ...op, value: { value: "never", version: 1 } }
    : op,
);

t.test("a file is judged while it is read", async (t) => {
  const dir = t.testdir({
    good: `${formatHeader(header)}\n${textOf(ops)}`,
    bad: `${formatHeader(header)}\n${textOf(bad)}`,
    torn: `${formatHeader(header)}\n${textOf(ops).slice(0, -20)}`,
    none: `${formatHeader(header)}\n`,
    empty: "",
  });
  const operations = ops.filter(({ type }) => type === "invoke").length;

  const good = await streamHistory({ file: join(dir, "good"), chooseModel });
  t.match(good, { result: { verdict: "valid" }, format: "jsonl", model: "versioned-kv" });
  t.match(good, { lines: ops.length + 1, truncatedAtLine: null });
  t.ok(Number(good.result.stats?.["operations"]) <= operations);
  const found: Anomaly[] = [];
  const onAnomaly = (anomaly: Anomaly) => found.push(anomaly);
  const broken = await streamHistory({ file: join(dir, "bad"), chooseModel, onAnomaly });
  t.match(broken.result, { verdict: "invalid", anomalies: found });
  t.equal(found.length, 1);
  const torn = await streamHistory({ file: join(dir, "torn"), chooseModel });
  t.equal(torn.truncatedAtLine, ops.length + 1);
  const none = await streamHistory({ file: join(dir, "none"), chooseModel });
  t.match(none.result, { verdict: "valid", summary: "nothing was checked" });
  const empty = await streamHistory({ file: join(dir, "empty"), chooseModel });
  t.match(empty, { result: { verdict: "valid", summary: "nothing was checked" }, model: null });
  await t.rejects(streamHistory({ file: join(dir, "gone"), chooseModel }), { code: "ENOENT" });
});

t.test("rows that bring their returns along are put in the order of events", async (t) => {
  const head = `#${JSON.stringify({ format: "hist1", model: "vkv" })}`;
  // call, return, client, op, key, a, b, status, out, outver
  const rows = ["0 9 0 1 0 5 0 0 0 0", "1 2 1 0 0 0 0 0 5 1", "3 -1 2 1 0 6 1 2 0 0"];
  const stale = ["10 11 1 0 0 0 0 0 6 2", "12 13 1 0 0 0 0 0 5 1"];
  const file = (lines: readonly string[]) =>
    [head, ...lines.map((line) => line.replaceAll(" ", "\t")), ""].join("\n");
  const dir = t.testdir({ good: file(rows), bad: file([...rows, ...stale]) });

  const good = await streamHistory({ file: join(dir, "good"), chooseModel });
  t.match(good, { format: "hist1", result: { verdict: "valid", stats: { operations: 3 } } });
  const broken = await streamHistory({ file: join(dir, "bad"), chooseModel });
  t.match(broken.result, { verdict: "invalid", anomalies: [{ key: "0", operation: 4 }] });
});

t.test("a file that grows is followed until it is over", async (t) => {
  const file = join(t.testdir({}), "h.jsonl");
  writeFileSync(file, "");
  const text = `${formatHeader(header)}\n${textOf(bad)}`;
  let written = 0;
  let foundAt = -1;
  const { result } = await streamHistory({
    file,
    chooseModel,
    pollMs: 1,
    onAnomaly: () => {
      foundAt = written;
    },
    isOver: () => {
      if (written === text.length) return true;
      // In pieces that end in mid-line.
      const next = Math.min(text.length, written + 7001);
      appendFileSync(file, text.slice(written, next));
      written = next;
      return false;
    },
  });
  t.equal(result.verdict, "invalid");
  t.ok(foundAt > 0 && foundAt <= text.length, `told after ${foundAt} of ${text.length} bytes`);

  const aborted = new AbortController();
  const isOver = () => {
    setTimeout(() => aborted.abort(), 5);
    return false;
  };
  const early = await streamHistory({ file, chooseModel, isOver, signal: aborted.signal });
  t.equal(early.result.verdict, "invalid", "what was read counts");

  const shrinks = () => {
    truncateSync(file, 100);
    return false;
  };
  const shorter = streamHistory({ file, chooseModel, pollMs: 1, isOver: shrinks });
  await t.rejects(shorter, { code: "E_HISTORY", message: /became shorter/ });
});
