import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClock } from "../cluster/env/real-clock.ts";
import { createRng } from "../cluster/env/rng.ts";
import { createGenerator } from "./generator.ts";
import { createInterpreter } from "./interpreter.ts";
import { openJournalFile } from "./journal-file.ts";
import { createRecorder } from "./recorder.ts";

// Operations a second of generator, interpreter and journal against clients that answer at once.
// Run: npx tsx --conditions=porcupine-source workloads/interpreter.bench.ts. Bound: 20,000 ops/s.

const durationMs = 3000;
const folder = mkdtempSync(join(tmpdir(), "whitewater-bench-"));
const clock = createClock(Number(process.hrtime.bigint()));
const header = {
  whitewater: 1,
  run: "bench",
  seed: 1,
  subject: "none",
  model: "register",
} as const;
const journal = openJournalFile(join(folder, "history.jsonl"), header);
const recorder = createRecorder({
  clock,
  originNs: 0,
  journal,
  onFailure: (error) => {
    throw error;
  },
});
const operations = [
  { f: "read", weight: 1 },
  { f: "write", weight: 1 },
];
const keys = { count: 6, choose: "zipf", rotateAfterOps: 300 } as const;
const interpreter = createInterpreter({
  workload: { clients: 10, clientsMax: 10, durationMs, timeoutMs: 1000 },
  generator: createGenerator({ keys, operations }, "register", createRng(1)),
  clock,
  originNs: 0,
  rng: createRng(2),
  openClient: () => ({
    invoke: (_invocation, done) => done({ type: "ok", value: null }),
    close: () => undefined,
  }),
  record: recorder.record,
});
interpreter.start(() => {
  const { ok } = interpreter.counts();
  const perSecond = Math.round((ok * 1000) / durationMs);
  console.log(`interpreter: ${perSecond} ops/s, closed loop, 10 clients (at least 20000)`);
  interpreter.close();
  journal.close();
  rmSync(folder, { recursive: true });
});
