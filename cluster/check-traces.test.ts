import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { checkTraces } from "./check-traces.ts";

const nodes = ["n1", "n2", "n3"];

type Fields = { readonly kind: string; readonly [field: string]: unknown };

/** Lines of one incarnation, one every `everyMs`, from `fromMs` on. */
function lines(node: string, inc: number, fromMs: number, records: readonly Fields[]): string[] {
  return records.map((record, seq) =>
    JSON.stringify({ mono: (fromMs + seq) * 1e6, wall: 0, node, inc, seq, ...record }),
  );
}

const snapshot = { snapshotIndex: 0, snapshotTerm: 0 };
const start = {
  kind: "start",
  term: 0,
  votedFor: null,
  ...snapshot,
  lastLogIndex: 0,
  lastLogTerm: 0,
};

function voterFor(candidate: string, term: number): Fields[] {
  return [
    { kind: "role", term, role: "follower", leader: null },
    { kind: "vote", term, votedFor: candidate },
    { kind: "persisted", term, index: 0, durableTerm: term, votedFor: candidate },
  ];
}

/** n1 is elected for term 1 by all: what each node's file holds. */
function election(): Record<string, string[]> {
  const leads = { kind: "role", term: 1, role: "leader", leader: "n1" };
  return {
    n1: [
      ...lines("n1", 1, 0, [start, ...voterFor("n1", 1)]),
      JSON.stringify({ mono: 50e6, wall: 0, node: "n1", inc: 1, seq: 4, ...leads }),
    ],
    n2: lines("n2", 1, 10, [start, ...voterFor("n1", 1)]),
    n3: lines("n3", 1, 20, [start, ...voterFor("n1", 1)]),
  };
}

async function check(
  t: { testdir(): string },
  files: Readonly<Record<string, readonly string[]>>,
  untilNs = 1e12,
) {
  const runDir = t.testdir();
  await mkdir(join(runDir, "trace"));
  for (const [node, texts] of Object.entries(files)) {
    await writeFile(join(runDir, "trace", `${node}.jsonl`), texts.join("\n"));
  }
  return checkTraces({ runDir, nodes, untilNs });
}

t.test("traces are merged by time", async (t) => {
  t.match(await check(t, election()), {
    checker: "raft-invariants",
    verdict: "valid",
    stats: { records: 13, violations: 0 },
  });
});

t.test("a violation says which promise, when and where", async (t) => {
  const files = election();
  const leads = { kind: "role", term: 1, role: "leader", leader: "n3" };
  files["n3"]?.push(JSON.stringify({ mono: 90e6, wall: 0, node: "n3", inc: 1, seq: 4, ...leads }));
  const result = await check(t, files);
  t.match(result, {
    verdict: "invalid",
    summary: /^election-safety: n3 became leader of term 1, which n1 leads or has led, at 0\.090 s/,
  });
  t.match(result.anomalies[0], { kind: "broken-invariant", time: 90e6, nodes: ["n3", "n1"] });
  t.ok(Array.isArray(result.stats?.["context"]), "with what led to it");

  const cutOff = await check(t, files, 80e6);
  t.match(cutOff, { verdict: "valid" }, "lines after the end are not looked at");
});

t.test("a torn line, and the next incarnation right after it", async (t) => {
  const files = election();
  const again = { ...start, term: 1, votedFor: "n1" };
  files["n2"]?.push(`{"mono":60000000,"wa${lines("n2", 2, 70, [again])[0]}`);
  const result = await check(t, files);
  t.match(result, { verdict: "valid", stats: { records: 14 } });
  t.match(result.stats?.["notes"], [/^1 line of the trace of n2 is torn or damaged$/]);
});

t.test("what is missing is said, and never invented", async (t) => {
  const files = election();
  const capped = { ...files, n2: files["n2"]?.slice(2) ?? [] };
  t.match(await check(t, capped), {
    verdict: "unknown",
    summary: /n2: lines before 0\.0 s are missing/,
  });
  const { n2: _, ...without } = files;
  t.match(await check(t, without), { verdict: "unknown", summary: /n2: there is no trace of it/ });
  t.match(await check(t, { n1: [], n2: [], n3: [] }), { verdict: "unknown", summary: /empty/ });
});

t.test("a node whose trace ended early hides nothing", async (t) => {
  const files = election();
  const runDir = t.testdir();
  for (const folder of ["trace", "logs"]) await mkdir(join(runDir, folder));
  for (const [node, texts] of Object.entries(files)) {
    await writeFile(join(runDir, "trace", `${node}.jsonl`), texts.join("\n"));
  }
  await writeFile(join(runDir, "logs", "n2.log"), "1.0 up\n2.0 the trace ends here: ENOSPC\n");
  t.match(await checkTraces({ runDir, nodes, untilNs: 1e12 }), {
    verdict: "unknown",
    summary: /n2: its trace ended early/,
  });
});
