import t from "tap";
import { decide } from "../linearizability/decide.ts";
import { models } from "../models.ts";
import { never, type Operations, outcomes } from "../operations.ts";
import { generateLarge, type LargeShape } from "./large-histories.ts";

const shapes: readonly LargeShape[] = (
  ["versioned-kv", "register", "cas-register"] as const
).flatMap((model) => [
  { model, operations: 3000, clients: 10, keys: 4 },
  { model, operations: 3000, clients: 10, keys: 4, unknown: 0.05, seed: 3 },
  { model, operations: 1000, clients: 8, keys: 1, domain: 5 },
]);

function verdictOf(shape: LargeShape): string {
  const model = models[shape.model];
  if (model === undefined) return "no model";
  const budget = { stepsMax: 1e7, configurationsMax: 1e6, shouldStop: () => false };
  return decide(model, generateLarge(shape), budget).verdict;
}

function count(column: Uint8Array, code: number): number {
  return column.reduce((sum, other) => sum + (other === code ? 1 : 0), 0);
}

t.test("large histories are linearizable, and not with a corrupt read", async (t) => {
  for (const shape of shapes) {
    t.equal(verdictOf(shape), "valid", JSON.stringify(shape));
    // Values that come again may excuse a stale read.
    if (shape.domain === undefined) t.equal(verdictOf({ ...shape, corrupt: 1 }), "invalid");
  }
});

t.test("large histories are well-formed and as asked for", async (t) => {
  for (const shape of shapes) {
    const history: Operations = generateLarge(shape);
    const ends = Array.from(history.return).filter((position) => position !== never);
    const positions = new Set([...history.call, ...ends]);
    t.equal(history.count, shape.operations);
    t.equal(positions.size, history.count + ends.length, "no two events at one position");
    t.ok(history.call.every((call, row) => row === 0 || call > (history.call[row - 1] ?? 0)));
    t.ok(history.return.every((end, row) => end > (history.call[row] ?? 0)));
    t.same(generateLarge(shape), history, "the same each time");
    const open = count(history.outcome, outcomes.open);
    const share = (open * 2) / history.count;
    t.equal(open > 0, shape.unknown !== undefined);
    t.ok(share < 0.1, "the unknown share");
    t.ok(count(history.outcome, outcomes.ok) > history.count / 2);
  }
});
