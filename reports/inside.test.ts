import t from "tap";
import { insideOf, packInside, unpackInside, valueAt } from "./inside.ts";
import { filterEntries, logEntries } from "./log-entries.ts";
import { messageFates } from "./messages.ts";
import { hostileRun, hostileText } from "./testing/hostile-run.ts";
import { syntheticRun } from "./testing/synthetic-run.ts";
import { viewModel } from "./view-model.ts";

const files = syntheticRun({ verdict: "invalid", operations: 4000 });
const inside = insideOf(files);
const second = 1e9;

t.test("what is packed is what is unpacked", async (t) => {
  t.same(unpackInside(packInside(inside)), inside);
  t.ok(packInside(insideOf(hostileRun())).includes("harmed"), "hostile text travels as it is");
});

t.test("messages to an isolated node are lost, and others arrive", async (t) => {
  const { messages, windows } = inside;
  const [window] = windows;
  t.ok(window !== undefined && window.to - window.from < 15 * second);
  const ends = (row: number) => [
    messages.dictionary[messages.from[row] ?? 0],
    messages.dictionary[messages.to[row] ?? 0],
  ];
  let lost = 0;
  for (const [row, fate] of messages.fate.entries()) {
    if (messageFates[fate] !== "lost") continue;
    lost += 1;
    t.ok(ends(row).includes("n2"), `${ends(row)}`);
  }
  t.ok(lost > 10 && lost < messages.fate.length / 2, `${lost} of ${messages.fate.length}`);
});

t.test("the clock of a node is told by its distance from the others'", async (t) => {
  const n4 = inside.nodes.find(({ node }) => node === "n4");
  t.equal(valueAt(n4?.clockOffset ?? { at: [], value: [] }, 5 * second), 0);
  t.equal(valueAt(n4?.clockOffset ?? { at: [], value: [] }, 13 * second), -30_000);
});

t.test("a value holds from its moment to the next", async (t) => {
  const steps = { at: [10, 20], value: [1, 2] };
  t.same(
    [9, 10, 19, 20, 99].map((ns) => valueAt(steps, ns)),
    [null, 1, 1, 2, 2],
  );
});

t.test("faults, operations, traces and logs stand in one order of time", async (t) => {
  const { bands, focuses } = viewModel(files);
  const entries = logEntries(inside, bands, focuses);

  t.same(
    [...new Set(entries.map(({ source }) => source))].sort(),
    ["fault", "log", "operation", "trace"], //
  );
  t.ok(entries.every(({ at }, position) => at >= (entries[position - 1]?.at ?? 0)));
  const culprit = files.result.checks[0]?.anomalies[0]?.operation;
  t.equal(entries.filter(({ operation }) => operation === culprit).length, 2, "call and return");
});

t.test("lines are found by node and text; replication only when it is asked for", async (t) => {
  const { bands, focuses } = viewModel(files);
  const entries = logEntries(inside, bands, focuses);
  const all = { nodes: null, text: "", hasRoutine: true };

  t.same(filterEntries(entries, all), entries);
  const quiet = filterEntries(entries, { ...all, hasRoutine: false });
  t.ok(quiet.length > 0 && quiet.every(({ kind }) => kind !== "append" && kind !== "commit"));
  const ofN3 = filterEntries(entries, { ...all, nodes: new Set(["n3"]), text: "APPEND" });
  t.ok(ofN3.length > 0 && ofN3.every(({ node, kind }) => node === "n3" && kind === "append"));
});

t.test("hostile text in traces, messages and logs stays text", async (t) => {
  const run = hostileRun();
  const hostile = insideOf(run);
  const { bands, focuses } = viewModel(run);
  const texts = logEntries(hostile, bands, focuses).map(({ text }) => text);
  t.ok(texts.some((text) => text.includes(hostileText)));
  t.ok(hostile.messages.dictionary.includes(hostileText));
});
