import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatHeader, formatOp } from "porcupine-ts";
import type { FaultResult, RunResult, TraceLine } from "../result.ts";
import { LargeHistory } from "./large-history.ts";
import { LineFile } from "./line-file.ts";
import { syntheticRun } from "./synthetic-run.ts";

const cycleNs = 30e9;

/**
 * Writes the folder of a made-up run of so many operations: history, traces with about as many lines
 * a node as a real run has, logs, result. It is never in memory as a whole.
 */
export async function writeLargeRun(folder: string, operations: number): Promise<void> {
  const { result, logs, trace } = syntheticRun({ verdict: "invalid", operations: 2000 });
  for (const name of ["logs", "trace"]) await mkdir(join(folder, name), { recursive: true });
  for (const [node, text] of Object.entries(logs)) {
    await writeFile(join(folder, "logs", `${node}.log`), text);
  }
  const history = new LargeHistory(operations);
  const traces = result.nodes.map((node) => {
    const file = new LineFile(join(folder, "trace", `${node}.jsonl`));
    return new LargeTrace(
      file,
      node,
      (trace[node] ?? []).filter(({ kind }) => kind !== "status"),
    );
  });
  const file = new LineFile(join(folder, "history.jsonl"));
  const { run, seed, subject } = result;
  file.add(formatHeader({ whitewater: 1, run, seed, subject, model: "versioned-kv" }));
  for (const op of history.lines()) {
    file.add(formatOp(op));
    if (op.type === "ok" && op.f === "put") for (const one of traces) one.put(op.time);
  }
  for (const one of [file, ...traces]) one.close();
  await writeFile(join(folder, "result.json"), JSON.stringify(resultOf(result, history)));
}

/** The trace of one node: some lines as they are, and four for every two puts. */
class LargeTrace {
  readonly #file: LineFile;
  readonly #node: string;
  readonly #lines: TraceLine[];
  #seq = 0;
  #puts = 0;

  constructor(file: LineFile, node: string, lines: readonly TraceLine[]) {
    this.#file = file;
    this.#node = node;
    this.#lines = [...lines];
  }

  put(mono: number): void {
    while (this.#lines[0] !== undefined && this.#lines[0].mono <= mono) {
      const { mono: at, ...fields } = this.#lines[0];
      this.#line(at, JSON.stringify(fields).slice(1, -1));
      this.#lines.shift();
    }
    this.#puts++;
    const index = this.#puts;
    if (index % 2 !== 0) return;
    const [first, hash] = [index * 7919, index * 104_729];
    const appended = `"index":${index - 1},"count":2,"hashes":[${first},${hash}]`;
    this.#line(mono, `"kind":"append","term":3,${appended}`);
    this.#line(
      mono,
      `"kind":"persisted","term":3,"index":${index},"durableTerm":3,"votedFor":"n1"`,
    );
    this.#line(mono, `"kind":"commit","term":3,"index":${index}`);
    this.#line(mono, `"kind":"apply","term":3,"index":${index},"hash":${hash}`);
  }

  /** Put together as text: there are millions. */
  #line(mono: number, fields: string): void {
    const wall = 1_700_000_000_000 + Math.floor(mono / 1e6);
    const stamp = `"mono":${mono},"wall":${wall},"node":"${this.#node}","inc":1,"seq":${this.#seq++}`;
    this.#file.add(`{${stamp},${fields}}`);
  }

  close(): void {
    this.#file.close();
  }
}

/** The faults of the small run again and again, every thirty seconds. */
function resultOf(result: RunResult, { counts, anomaly, endNs }: LargeHistory): RunResult {
  const faults: FaultResult[] = [];
  for (let from = 0; from === 0 || from + cycleNs < endNs; from += cycleNs) {
    for (const fault of result.faults) {
      const later = (ns: number | null) => (ns === null ? null : ns + from);
      const id = `${fault.fault}-${faults.length + 1}`;
      const { injectedAt, healedAt } = fault;
      faults.push({ ...fault, id, injectedAt: later(injectedAt), healedAt: later(healedAt) });
    }
  }
  const [linearizable, ...others] = result.checks;
  const found = anomaly === null ? [] : [anomaly];
  const checks =
    linearizable === undefined ? others : [{ ...linearizable, anomalies: found }, ...others];
  return { ...result, faults, checks, operations: counts, durationMs: endNs / 1e6 };
}
