import t from "tap";
import { ownerOfLine } from "./line-owner.ts";
import { syntheticRun } from "./testing/synthetic-run.ts";

const { table, ops } = syntheticRun({ verdict: "valid", operations: 400 });

t.test("a completion's line leads to its operation, or to no other one", async (t) => {
  const open = new Map<unknown, number>();
  let found = 0;
  let wrong = 0;
  for (const { index, process, type } of ops) {
    if (process === "nemesis") continue;
    if (type === "invoke") open.set(process, index);
    const owner = ownerOfLine(table, index);
    if (owner === open.get(process)) found++;
    else if (owner !== index) wrong++;
  }
  t.equal(wrong, 0);
  t.ok(found > 0.9 * ops.length, `${found} of ${ops.length} lines`);
});

t.test("a line that there is not belongs to nothing", async (t) => {
  for (const index of [-1, 99_999_999]) t.equal(ownerOfLine(table, index), index);
});
