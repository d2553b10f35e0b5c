import t from "tap";
import {
  channels,
  emptySummary,
  isSummarised,
  readOperations,
  readSummary,
  type Strip,
  type SummarySource,
  summarise,
} from "./summary.ts";

/** `[lane, call, took, outcome]` of each operation. */
function source(operations: readonly (readonly [number, number, number, number])[]): SummarySource {
  return {
    laneCount: 2,
    call: Float64Array.from(operations, ([, call]) => call),
    took: Float64Array.from(operations, ([, , took]) => took),
    outcome: Uint8Array.from(operations, ([, , , outcome]) => outcome),
    laneRows: (lane) =>
      Int32Array.from(operations.flatMap(([of], row) => (of === lane ? [row] : []))),
  };
}

const endNs = 1 << 20;

function countsOf(table: SummarySource, lane: number, strip: Strip, mask: Uint8Array | null) {
  const summary = emptySummary(table.laneCount, endNs);
  summarise(summary, table, mask);
  const into = new Uint32Array(strip.columns * channels);
  readSummary(summary, lane, strip, into);
  return Array.from({ length: strip.columns }, (_, column) => [
    ...into.subarray(column * channels, (column + 1) * channels),
  ]);
}

t.test("each operation is counted where it runs, by outcome, on its own lane", async (t) => {
  const quarter = { first: 0, columns: 4, columnNs: endNs / 4 };
  const table = source([
    [0, 10, 5, 0],
    [0, 300_000, 5, 1],
    [1, 600_000, 5, 2],
  ]);

  const none = [0, 0, 0, 0];
  t.same(countsOf(table, 0, quarter, null), [[1, 0, 0, 0], [0, 1, 0, 0], none, none]);
  t.same(countsOf(table, 1, quarter, null), [none, none, [0, 0, 1, 0], none]);
});

t.test("what does not match is counted apart", async (t) => {
  const whole = { first: 0, columns: 1, columnNs: endNs };
  const table = source([
    [0, 10, 5, 0],
    [0, 20, 5, 2],
  ]);
  t.same(countsOf(table, 0, whole, Uint8Array.of(0, 1)), [[0, 0, 1, 1]]);
});

t.test("an operation that never completed runs to the end", async (t) => {
  const halves = { first: 0, columns: 2, columnNs: endNs / 2 };
  const counts = countsOf(source([[0, 10, -1, 2]]), 0, halves, null);
  t.ok(counts.every(([, , info]) => (info ?? 0) > 0));
});

t.test("moving a strip by whole columns moves its counts and changes none", async (t) => {
  const table = source(
    Array.from(
      { length: 2000 },
      (_, row) => [0, row * 500 + (row % 7) * 13, 300, row % 3] as const,
    ),
  );
  const columnNs = endNs / 777;
  const all = countsOf(table, 0, { first: 0, columns: 777, columnNs }, null);
  const moved = countsOf(table, 0, { first: 100, columns: 200, columnNs }, null);
  t.same(moved, all.slice(100, 300));
});

t.test("close up, operations are counted exactly and wide ones stand for themselves", async (t) => {
  const table = source([
    [0, 100, 5, 0],
    [0, 110, 1, 1],
    [0, 200, 50, 2],
  ]);
  const strip = { first: 10, columns: 20, columnNs: 10 };
  const into = new Uint32Array(strip.columns * channels);
  const wide: number[] = [];
  readOperations(table, { lane: 0, strip, endNs }, null, into, wide);

  t.notOk(isSummarised(emptySummary(2, endNs), strip));
  t.same([...into.subarray(0, 8)], [1, 0, 0, 0, 0, 1, 0, 0]);
  t.equal(
    into.subarray(8).some((count) => count > 0),
    false,
  );
  t.same(wide, [2]);
});
