import t from "tap";
import { fromColumns, toColumns } from "./columns.ts";
import { assignLanes } from "./lanes.ts";
import { pairInvocations } from "./operations.ts";
import { syntheticRun } from "./testing/synthetic-run.ts";

t.test("an invocation is paired with the next completion of its process", async (t) => {
  const operations = pairInvocations([
    { index: 0, time: 1, process: 0, type: "invoke", f: "get", key: "k" },
    { index: 1, time: 2, process: "nemesis", type: "info", f: "inject" },
    { index: 2, time: 3, process: 1, type: "invoke", f: "put", key: "k", value: 5 },
    { index: 3, time: 4, process: 0, type: "ok", f: "get", key: "k", value: 4, node: "n2" },
  ]);
  t.match(operations, [
    { index: 0, call: 1, return: 4, outcome: "ok", output: 4, node: "n2" },
    { index: 2, call: 3, return: null, outcome: "info", input: 5, error: null },
  ]);
});

t.test("a completion without an invocation is left out, not an error", async (t) => {
  const op = { index: 0, time: 1, process: 3, type: "ok", f: "get" } as const;
  t.same(pairInvocations([op]), []);
});

t.test("operations survive the way into the page and back", async (t) => {
  const operations = pairInvocations(syntheticRun({ verdict: "invalid", operations: 500 }).ops);
  const { laneOf } = assignLanes(operations);

  const columns = JSON.parse(JSON.stringify(toColumns(operations, laneOf)));
  const back = fromColumns(columns);

  t.equal(back.length, operations.length);
  t.same(
    back.map(({ lane, ...operation }) => operation),
    operations.map((operation) => ({
      ...operation,
      input: operation.input ?? null,
      output: operation.output ?? null,
    })),
  );
});
