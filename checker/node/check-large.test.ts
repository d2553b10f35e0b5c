import { join } from "node:path";
import t from "tap";
import { formatHeader, formatOp } from "../codec.ts";
import { decide } from "../linearizability/decide.ts";
import type { Model } from "../model.ts";
import { models } from "../models.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";
import { checkLarge, readKey } from "./check-large.ts";

const shape = {
  model: "versioned-kv",
  operations: 5_000,
  clients: 5,
  keys: 3,
  rotateAfter: Infinity,
  lost: 0.05,
  maybe: 0.05,
  values: null,
};
const header = { whitewater: 1, run: "r", seed: 1, subject: "s", model: "versioned-kv" } as const;
const ops = generateHistory(shape, createRandom(4));
const stale = ops.findLast(({ f, type, key }) => f === "get" && type === "ok" && key === "k1");
const bad = ops.map((op) => (op === stale ? { ...op, value: { value: "never", version: 1 } } : op));
const text = (lines: typeof ops) =>
  `${[formatHeader(header), ...lines.map(formatOp)].join("\n")}\n`;
const unbounded = { stepsMax: Infinity, configurationsMax: Infinity, shouldStop: () => false };
const input = {
  format: "auto",
  chooseModel: (named: string | null): Model => models[named ?? ""] as Model,
  shouldStop: () => false,
};

t.test("a file is judged in pieces, the key that is broken is read again by itself", async (t) => {
  const dir = t.testdir({ good: text(ops), bad: text(bad) });
  const good = checkLarge({ ...input, file: join(dir, "good") });
  t.match(good, { format: "jsonl", lines: ops.length + 1, result: { verdict: "valid" } });

  const file = join(dir, "bad");
  const { result } = checkLarge({ ...input, file });
  t.match(result, { verdict: "invalid", anomalies: [{ key: "k1", operation: Number }] });
  const own = readKey(file, "auto", "k1", Infinity);
  if (own === null) throw new Error("there is no limit");
  t.equal(new Set(own.key).size, 1);
  const invoked = ops.filter(({ key, type }) => key === "k1" && type === "invoke").length;
  t.ok(own.count <= invoked && own.count > invoked / 2, `${own.count} operations`);
  t.equal(decide(models["versioned-kv"] as Model, own, unbounded).verdict, "invalid");
  const other = readKey(file, "auto", "k0", Infinity);
  if (other === null) throw new Error("there is no limit");
  t.equal(decide(models["versioned-kv"] as Model, other, unbounded).verdict, "valid");
  t.equal(readKey(file, "auto", "k1", 100), null);
});

t.test("a limit of time leaves a large file unknown, unless something was found", async (t) => {
  const file = join(t.testdir({ good: text(ops) }), "good");
  const { result, lines } = checkLarge({ ...input, file, shouldStop: () => true });
  t.equal(lines, null);
  t.match(result, { verdict: "unknown", summary: /time ran out after \d+ operations/ });
});
