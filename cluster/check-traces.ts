import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CheckerResult } from "../reports/result.ts";
import type { NodeName, TraceLine } from "./env/env.ts";
import { traceEnds } from "./env/launch.ts";
import type { Moment } from "./named-moments.ts";
import { createInvariants, type Invariants } from "./raft/invariants.ts";
import { invariantsResult } from "./raft-invariants.ts";
import { mergeTraceFiles, openTraceFile, type TraceFile } from "./trace-lines.ts";

export type TracesToCheck = {
  /** Holds `trace/NODE.jsonl` and `logs/NODE.log`. */
  readonly runDir: string;
  readonly nodes: readonly NodeName[];
  /**
   * Lines after this time of the run are left out: the files of nodes that run are copied one after
   * the other, and the later ones tell of what the earlier ones do not hold.
   */
  readonly untilNs: number;
  /** What other checks name: see `namedMoments`. */
  readonly moments?: readonly Moment[];
};

/** Raft's invariants, over the traces that a run has left. Never throws. */
export async function checkTraces(traces: TracesToCheck): Promise<CheckerResult> {
  const startedMs = performance.now();
  const invariants = createInvariants(traces.nodes);
  const gaps = new Gaps(invariants);
  const opened = await openAll(traces, gaps);
  let problem: string | null = null;
  try {
    await mergeTraceFiles([...opened.values()], (line) => {
      if (line.mono > traces.untilNs) return;
      gaps.look(line);
      invariants.observe(line.node, line.inc, line, line.mono);
    });
  } catch (error) {
    problem = `the traces could not be read: ${String(error)}`;
  }
  for (const [node, file] of opened) {
    const bad = file.badLines();
    const lines = bad === 1 ? "1 line of the trace of" : `${bad} lines of the trace of`;
    if (bad > 0) gaps.notes.push(`${lines} ${node} ${bad === 1 ? "is" : "are"} torn or damaged`);
    await file.close().catch(() => undefined);
  }
  return invariantsResult(invariants, {
    problem: problem ?? gaps.problem(),
    notes: gaps.notes,
    moments: traces.moments ?? [],
    tookMs: Math.round(performance.now() - startedMs),
  });
}

async function openAll(
  { runDir, nodes }: TracesToCheck,
  gaps: Gaps,
): Promise<Map<NodeName, TraceFile>> {
  const opened = new Map<NodeName, TraceFile>();
  for (const node of nodes) {
    try {
      opened.set(node, await openTraceFile(join(runDir, "trace", `${node}.jsonl`)));
    } catch {
      gaps.lost(node, "there is no trace of it");
    }
    const log = await readFile(join(runDir, "logs", `${node}.log`), "utf8").catch(() => "");
    if (log.includes(traceEnds)) gaps.lost(node, "its trace ended early");
  }
  return opened;
}

/** Finds, from the numbers of the lines, where some are missing. */
class Gaps {
  readonly notes: string[] = [];
  readonly #invariants: Invariants;
  readonly #last = new Map<NodeName, { readonly inc: number; readonly seq: number }>();
  readonly #lost = new Map<NodeName, string>();

  constructor(invariants: Invariants) {
    this.#invariants = invariants;
  }

  /** An incarnation that was killed before it wrote a line did nothing that anyone saw. */
  look({ node, inc, seq, mono }: TraceLine): void {
    const last = this.#last.get(node);
    const isNext = last?.inc === inc ? seq === last.seq + 1 : seq === 0;
    const isFirst = last !== undefined || inc === 1;
    if (!isNext || !isFirst)
      this.lost(node, `lines before ${(mono / 1e9).toFixed(1)} s are missing`);
    this.#last.set(node, { inc, seq });
  }

  lost(node: NodeName, what: string): void {
    this.#invariants.missing(node);
    if (!this.#lost.has(node)) this.#lost.set(node, what);
  }

  problem(): string | null {
    const lost = [...this.#lost].map(([node, what]) => `${node}: ${what}`);
    return lost.length === 0 ? null : lost.join("; ");
  }
}
