import t from "tap";
import { insideOf } from "./inside.ts";
import { clockColumns, lagColumns, sampleLatency, scatterColumns } from "./plot-data.ts";
import { seriesOf } from "./series.ts";
import { tableOf } from "./table-builder.ts";
import { syntheticRun } from "./testing/synthetic-run.ts";
import { viewModel } from "./view-model.ts";

const files = syntheticRun({ verdict: "invalid", operations: 4000 });
const { table } = files;
const view = viewModel(files);
const inside = insideOf(files);
const second = 1e9;

const answeredRows = [...table.took.keys()].filter((row) => (table.took[row] ?? -1) >= 0);

t.test("of few operations all are in the scatter", async (t) => {
  const sample = sampleLatency(table, 10_000);
  t.same([...sample.rows], answeredRows);
  t.equal(sample.answered, answeredRows.length);
});

t.test("of many, the slowest and others from everywhere", async (t) => {
  const max = 400;
  const { rows, answered } = sampleLatency(table, max);
  t.equal(answered, answeredRows.length);
  t.ok(rows.length > max / 2 && rows.length <= max + 1, `${rows.length}`);
  const slowest = answeredRows.reduce((slow, row) =>
    (table.took[row] ?? 0) > (table.took[slow] ?? 0) ? row : slow,
  );
  t.ok(rows.includes(slowest));
  const halves = [...rows].filter((row) => row < table.size / 2).length / rows.length;
  t.ok(halves > 0.3 && halves < 0.7, `${halves} in the first half`);
  t.ok([...rows].every((row, place) => place === 0 || row > (rows[place - 1] ?? 0)));
});

t.test("each point of the scatter is one operation, on the line of its outcome", async (t) => {
  const [at = [], ...lines] = scatterColumns(table, sampleLatency(table, 10_000));
  t.equal(at.length, answeredRows.length);
  for (const [place, row] of answeredRows.entries()) {
    const values = lines.map((line) => line[place]);
    const wanted = [null, null, null] as (number | null)[];
    wanted[table.outcome[row] ?? 0] = (table.took[row] ?? 0) / 1e6;
    if (JSON.stringify(values) !== JSON.stringify(wanted)) t.same(values, wanted);
  }
});

t.test("open operations are those that are called and not ended", async (t) => {
  const op = (index: number, time: number, process: number, type: "invoke" | "ok") =>
    ({ index, time: time * second, process, type, f: "get", key: "k" }) as const;
  const ops = [op(0, 1, 0, "invoke"), op(1, 2, 1, "invoke"), op(2, 3, 0, "ok")];
  const { at, open } = seriesOf(tableOf(ops), 4 * second);
  const openAt = (seconds: number) => open[at.findIndex((middle) => middle >= seconds)];
  t.same([0.5, 1.5, 2.5, 3.5].map(openAt), [0, 1, 2, 1]);
});

t.test("a node's clock is on its line, null between its samples", async (t) => {
  const [at = [], ...lines] = clockColumns(inside);
  const n4 = lines[view.nodes.findIndex(({ node }) => node === "n4")] ?? [];
  const during = n4.filter((value, place) => {
    const moment = at[place] ?? 0;
    return value !== null && moment > 11.2 && moment < 15.8;
  });
  t.ok(during.length > 10 && during.every((ms) => ms === -30_000));
});

t.test("a cut follower falls behind the leader, and a leader behind nobody", async (t) => {
  const [at = [], ...lines] = lagColumns(inside, view.nodes, view.endNs);
  const lagOf = (node: string, seconds: number) =>
    lines[view.nodes.findIndex((lane) => lane.node === node)]?.[
      at.findIndex((moment) => (moment ?? 0) >= seconds)
    ];
  t.ok((lagOf("n2", 12) ?? 0) > 200, `n2 is ${lagOf("n2", 12)} behind`);
  t.ok((lagOf("n3", 12) ?? 99) < 15);
  t.equal(lagOf("n1", 12), null, "it leads");
  t.equal(lagOf("n3", 18), null, "it is down");
});
