import t from "tap";
import type { ValueColumns } from "../value-columns.ts";
import { type Filter, type FilterSource, matchRows, noFilter } from "./filter.ts";

const none = { form: 0, a: 0, b: 0 };
type Value = typeof none;

const dictionary = ["get", "put", "k1", "k2", "n1", "n2", "Timeout"];
const texts = ['"v1"', '"v12"', '"say \\"hi\\""', '["list",7]'];
const tookMs = [5, 200, -1, 20];

/** get k1 -> v1 v3; put k2 v12, never answered; cas-like pair; a list. */
function source(): FilterSource {
  const codes = (words: readonly string[]) =>
    Int32Array.from(words, (word) => dictionary.indexOf(word));
  return {
    size: 4,
    index: Int32Array.of(0, 3, 5, 9),
    process: Int32Array.of(7, 8, 7, 9),
    outcome: Uint8Array.of(0, 1, 2, 0),
    f: codes(["get", "put", "put", "get"]),
    key: codes(["k1", "k2", "k1", ""]),
    node: codes(["n1", "n2", "", "n1"]),
    error: codes(["", "Timeout", "", ""]),
    took: Float64Array.from(tookMs, (ms) => (ms < 0 ? -1 : ms * 1e6)),
    input: values([none, { form: 1, a: 1, b: 0 }, { form: 3, a: 0, b: 2 }, none]),
    output: values([{ form: 2, a: 0, b: 3 }, none, none, { form: 1, a: 3, b: 0 }]),
    dictionary,
    texts: { count: texts.length, text: (id) => texts[id] ?? "" },
    codeOf: (word) => dictionary.indexOf(word),
  };
}

function values(all: readonly Value[]): ValueColumns {
  return {
    form: Uint8Array.from(all, ({ form }) => form),
    a: Int32Array.from(all, ({ a }) => a),
    b: Int32Array.from(all, ({ b }) => b),
  };
}

function rowsOf(filter: Partial<Filter>): number[] {
  const steps = matchRows(source(), { ...noFilter, ...filter });
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done !== true) continue;
    const { mask, count } = step.value;
    const rows = [0, 1, 2, 3].filter((row) => mask === null || mask[row] === 1);
    t.equal(count, rows.length, "the count is that of the mask");
    return rows;
  }
}

const cases: readonly { readonly filter: Partial<Filter>; readonly rows: readonly number[] }[] = [
  { filter: {}, rows: [0, 1, 2, 3] },
  { filter: { key: "k1" }, rows: [0, 2] },
  { filter: { key: "k9" }, rows: [] },
  { filter: { client: 7 }, rows: [0, 2] },
  { filter: { node: "n1", f: "get" }, rows: [0, 3] },
  { filter: { outcomes: ["fail", "info"] }, rows: [1, 2] },
  { filter: { outcomes: [] }, rows: [] },
  { filter: { text: "v1" }, rows: [0, 1, 2] },
  { filter: { text: "value=v1" }, rows: [0, 2] },
  { filter: { text: "V12" }, rows: [1] },
  { filter: { text: "timeOUT" }, rows: [1] },
  { filter: { text: "-timeout put" }, rows: [2] },
  { filter: { text: 'say "say "' }, rows: [2] },
  { filter: { text: "error:time" }, rows: [1] },
  { filter: { text: "error=time" }, rows: [] },
  { filter: { text: "list" }, rows: [3] },
  { filter: { text: "k1" }, rows: [0, 2] },
  { filter: { text: "version:3" }, rows: [0] },
  { filter: { text: "took>10ms" }, rows: [1, 3] },
  { filter: { text: "took<10" }, rows: [0] },
  { filter: { text: "op:5" }, rows: [2] },
  { filter: { text: "outcome:info" }, rows: [2] },
  { filter: { text: "client:7", outcomes: ["ok"] }, rows: [0] },
];

for (const { filter, rows } of cases) {
  t.test(`rows that match ${JSON.stringify(filter)}`, async (t) => t.same(rowsOf(filter), rows));
}

t.test("an operation without a key, node or error matches no choice of one", async (t) => {
  t.same(rowsOf({ text: "key:k9" }), []);
  t.same(rowsOf({ text: "-node:n1" }), [1, 2]);
});
