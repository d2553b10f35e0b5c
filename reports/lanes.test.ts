import t from "tap";
import { assignLanes } from "./lanes.ts";
import { pairInvocations } from "./operations.ts";
import { syntheticRun } from "./testing/synthetic-run.ts";

t.test(
  "operations of one lane never overlap, and a retired process' lane is used again",
  async (t) => {
    const operations = pairInvocations(syntheticRun({ verdict: "valid", operations: 3000 }).ops);
    const { laneOf, laneCount } = assignLanes(operations);

    const endOfLane = new Map<number, number>();
    let overlaps = 0;
    for (const operation of operations) {
      const lane = laneOf.get(operation.process) ?? -1;
      if (operation.call < (endOfLane.get(lane) ?? 0)) overlaps++;
      endOfLane.set(lane, operation.return ?? Infinity);
    }
    t.equal(overlaps, 0);
    t.ok(laneOf.size > 10, "timeouts retired processes");
    t.ok(laneCount <= 14, `${laneOf.size} processes of 10 threads share ${laneCount} lanes`);
  },
);

t.test("a process that was never answered keeps its lane to the end", async (t) => {
  const { laneOf } = assignLanes(
    pairInvocations([
      { index: 0, time: 10, process: 0, type: "invoke", f: "get" },
      { index: 1, time: 20, process: 1, type: "invoke", f: "get" },
      { index: 2, time: 30, process: 1, type: "info", f: "get" },
      { index: 3, time: 40, process: 2, type: "invoke", f: "get" },
    ]),
  );
  t.same(
    [...laneOf],
    [
      [0, 0],
      [1, 1],
      [2, 1],
    ],
  );
});
