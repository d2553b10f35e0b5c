import t from "tap";
import { tableOf } from "./table-builder.ts";
import { syntheticRun } from "./testing/synthetic-run.ts";

t.test(
  "operations of one lane never overlap, and a retired process' lane is used again",
  async (t) => {
    const { table } = syntheticRun({ verdict: "valid", operations: 3000 });
    const rows: number[] = [];
    let overlaps = 0;
    for (let lane = 0; lane < table.laneCount; lane++) {
      let end = 0;
      for (const row of table.laneRows(lane)) {
        rows.push(row);
        if ((table.call[row] ?? 0) < end) overlaps++;
        end = table.endOf(row);
      }
    }
    t.equal(overlaps, 0);
    t.equal(new Set(rows).size, table.size, "every row is on one lane");
    const processes = new Set(table.process).size;
    t.ok(processes > 10, "timeouts retired processes");
    t.ok(table.laneCount <= 14, `${processes} processes of 10 threads share few lanes`);
  },
);

t.test("a process that was never answered keeps its lane to the end", async (t) => {
  const { lane, laneCount } = tableOf([
    { index: 0, time: 10, process: 0, type: "invoke", f: "get" },
    { index: 1, time: 20, process: 1, type: "invoke", f: "get" },
    { index: 2, time: 30, process: 1, type: "info", f: "get" },
    { index: 3, time: 40, process: 2, type: "invoke", f: "get" },
  ]);
  t.same([...lane], [0, 1, 1]);
  t.equal(laneCount, 2);
});

t.test(
  "lives of no length that begin together have lanes of their own or one after the other",
  async (t) => {
    const { lane } = tableOf([
      { index: 0, time: 5, process: 1, type: "invoke", f: "get" },
      { index: 1, time: 5, process: 0, type: "invoke", f: "get" },
      { index: 2, time: 5, process: 0, type: "ok", f: "get" },
      { index: 3, time: 9, process: 1, type: "ok", f: "get" },
    ]);
    t.same([...lane], [0, 1]);
  },
);
