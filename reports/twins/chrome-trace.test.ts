import t from "tap";
import { hostileRun } from "../testing/hostile-run.ts";
import { syntheticRun } from "../testing/synthetic-run.ts";
import { viewModel } from "../view-model.ts";
import { chromeTrace } from "./chrome-trace.ts";

type Event = {
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur: number;
  cat: string;
  id: string;
};

function eventsOf(files: ReturnType<typeof syntheticRun>): Event[] {
  return JSON.parse([...chromeTrace(viewModel(files), files.table)].join("")).traceEvents;
}

t.test(
  "every operation is a span of its client's lane, and spans of a thread never overlap",
  async (t) => {
    const files = syntheticRun({ verdict: "invalid", operations: 2000 });
    const spans = eventsOf(files).filter(({ ph }) => ph === "X");
    const invocations = files.ops.filter(
      ({ type, process }) => type === "invoke" && process !== "nemesis",
    );
    t.equal(spans.filter(({ pid }) => pid === 1).length, invocations.length);
    const endOf = new Map<string, number>();
    let overlaps = 0;
    for (const { pid, tid, ts, dur } of spans.sort((a, b) => a.ts - b.ts)) {
      const thread = `${pid} ${tid}`;
      // Half a nanosecond: microseconds are not exact in binary.
      if (ts < (endOf.get(thread) ?? 0) - 0.0005) overlaps++;
      endOf.set(thread, ts + dur);
    }
    t.equal(overlaps, 0);
  },
);

t.test("faults begin and end, anomalies are marked, text stays JSON", async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 400 });
  const events = eventsOf(files);
  const began = events.filter(({ ph, pid }) => ph === "b" && pid === 3).map(({ id }) => id);
  const ended = events.filter(({ ph, pid }) => ph === "e" && pid === 3).map(({ id }) => id);
  t.same(began, ended);
  t.ok(began.length > 0);
  t.equal(events.filter(({ cat }) => cat === "anomaly").length, 1);
  t.ok(
    events.some(({ ph }) => ph === "C"),
    "commit indexes",
  );
  t.ok(eventsOf(hostileRun()).length > 2000);
});
