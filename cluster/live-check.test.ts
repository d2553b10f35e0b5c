import type { Anomaly, Op } from "porcupine-ts";
import t from "tap";
import type { Workload } from "../workloads/workload.ts";
import { watchJournal } from "./live-check.ts";

function workloadWith(check: Workload["check"]): Workload {
  return { check } as Workload;
}

const linearizable = { checker: "linearizable", options: { model: "versioned-kv" } };

/** A get that answers what nobody has put. */
const phantom: readonly Op[] = [
  { index: 0, time: 0, process: 0, type: "invoke", f: "get", key: "k" },
  { index: 1, time: 1, process: "nemesis", type: "info", f: "inject", value: { id: "p1" } },
  {
    ...{ index: 2, time: 2, process: 0, type: "ok", f: "get", key: "k" },
    value: { value: "x", version: 1 },
  },
];

function play(workload: Workload, lines: readonly Op[]) {
  const written: Op[] = [];
  const found: { anomaly: Anomaly; after: number }[] = [];
  const live = watchJournal({
    workload,
    journal: { append: (op) => written.push(op) },
    onAnomaly: (anomaly) => found.push({ anomaly, after: written.length }),
  });
  for (const op of lines) live.journal.append(op);
  live.stop();
  return { written, found };
}

t.test("a violation is told once its line is written, the history stays whole", async (t) => {
  const again = phantom.map((op) => ({ ...op, index: op.index + 3 }));
  const { written, found } = play(workloadWith([linearizable]), [...phantom, ...again]);
  t.same(written, [...phantom, ...again]);
  t.match(found, [{ anomaly: { kind: "phantom", key: "k", operation: 0 }, after: 3 }]);
  t.equal(found.length, 1);
});

t.test("lines that cannot be judged are written all the same", async (t) => {
  const [call] = phantom as [Op];
  const odd = [
    call,
    { ...call, index: 1 },
    ...phantom.map((op) => ({ ...op, index: op.index + 2 })),
  ];
  const { written, found } = play(workloadWith([linearizable]), odd);
  t.equal(written.length, 5);
  t.same(found, []);
});

t.test("a workload that does not ask for linearizability is not watched", async (t) => {
  const { written, found } = play(workloadWith([{ checker: "stats", options: {} }]), phantom);
  t.equal(written.length, 3);
  t.same(found, []);
});
