import t from "tap";
import { evidenceOf, missingTraces } from "./evidence.ts";
import { noMessages } from "./messages.ts";
import { tableOf } from "./table-builder.ts";
import { syntheticRun } from "./testing/synthetic-run.ts";
import { scanTrace } from "./trace-scan.ts";

const files = syntheticRun({ verdict: "invalid", operations: 400 });

t.test("a whole run lacks nothing", async (t) => {
  t.same(evidenceOf(files), { history: null, inside: [], hasTraces: true });
});

t.test("a history that is cut short is told with both counts", async (t) => {
  const table = tableOf(files.ops.slice(0, 100));
  const { history } = evidenceOf({ ...files, table });
  t.match(history, `tells of 400 operations, the file holds ${table.size}.`);
  t.match(history, /^The history is cut short/);
});

t.test("what nodes did not leave is named, of all or of some", async (t) => {
  const around = { ...files.around, traces: {}, messages: noMessages };
  t.same(evidenceOf({ ...files, logs: {}, around }), {
    history: null,
    hasTraces: false,
    inside: [
      "There are no traces of the nodes.",
      "There are no logs of the nodes.",
      "No messages between nodes were recorded around the anomaly.",
    ],
  });
  const { n1: _, ...logs } = files.logs;
  t.same(evidenceOf({ ...files, logs }).inside, ["There is no log of n1."]);
});

t.test("lines of a trace that cannot be read are counted, an empty trace is named", async (t) => {
  const whole = '{"mono":5,"wall":6,"kind":"role","role":"leader","term":1}';
  const n1 = scanTrace(`${whole}\ngarbage\n{"mono":7,"wall":8,"ki\n\n`, [], 100);
  const traces = { ...files.around.traces, n1, n2: scanTrace("", [], 100) };
  const { inside } = evidenceOf({ ...files, around: { ...files.around, traces } });
  t.same(inside, ["2 of 3 lines of n1's trace could not be read.", "The trace of n2 is empty."]);
});

t.test("traces are missing only where other nodes left theirs", async (t) => {
  const nodes = ["n1", "n2", "n3"];
  const start = { mono: 0, kind: "start" };
  t.same(missingTraces(nodes, { n2: [start], n3: [] }), ["n1", "n3"]);
  t.same(missingTraces(nodes, {}), [], "a subject that leaves none");
});
