import t from "tap";
import type { Operation } from "../model.ts";
import { model } from "../models/kv.ts";
import { toColumns } from "../operations-of.ts";
import { isLinearizable } from "../testing/brute-force.ts";
import { replay } from "./replay.ts";

const never = (): boolean => false;

/** An append of "x" and a get, at these positions. */
function history(text: string, append: [number, number], get: [number, number]): Operation[] {
  const common = { key: "a", outcome: "ok" } as const;
  const [call, end] = append;
  const [getCall, getEnd] = get;
  const appended = { ...common, index: call, process: 0, f: "append", input: "x" };
  const seen = { ...common, index: getCall, process: 1, f: "get", input: null, output: text };
  return [
    { ...appended, call, return: end },
    { ...seen, call: getCall, return: getEnd },
  ];
}

function replayed(list: readonly Operation[], shouldStop = never): number | null {
  const operations = toColumns(list);
  const rows = Int32Array.from(list, (_, row) => row);
  return replay(model, operations, rows, shouldStop);
}

t.test("one operation after the other has one order", async (t) => {
  t.equal(replayed(history("x", [0, 1], [2, 3])), 2);
  t.equal(replayed(history("", [0, 1], [2, 3])), 1);
  t.notOk(isLinearizable(model, history("", [0, 1], [2, 3])));
});

t.test("operations that overlap are left to the search", async (t) => {
  t.equal(replayed(history("", [0, 2], [1, 3])), null);
  t.ok(isLinearizable(model, history("", [0, 2], [1, 3])));
});

t.test("operations that may never have happened are left to the search", async (t) => {
  for (const outcome of ["open", "maybe"] as const) {
    const [append, get] = history("", [0, 1], [2, 3]) as [Operation, Operation];
    const end = outcome === "open" ? Infinity : 1;
    const list = [{ ...append, outcome, return: end }, get];

    t.equal(replayed(list), null);
    t.ok(isLinearizable(model, list));
  }
});

t.test("it stops when it is told to", async (t) => {
  const [append] = history("", [0, 1], [2, 3]) as [Operation];
  const list = Array.from({ length: 100 }, (_, at) => ({
    ...append,
    index: 2 * at,
    call: 2 * at,
    return: 2 * at + 1,
  }));

  t.equal(replayed(list), 100);
  t.equal(
    replayed(list, () => true),
    null,
  );
});
