import t from "tap";
import type { Op } from "../history.ts";
import { canonicalJson } from "../json.ts";
import { models } from "../models.ts";
import { type Operations, operationAt } from "../operations.ts";
import { OperationsBuilder } from "../operations-builder.ts";
import { operationsOf } from "../operations-of.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";
import { readInChunks } from "../testing/read-in-chunks.ts";
import { EdnReader } from "./edn.ts";
import { ElleTransactions, formatEdnOp } from "./to-edn.ts";

/** Operations as texts; a value that is absent equals null, as everywhere. */
function rowsOf(operations: Operations): string[] {
  return Array.from({ length: operations.count }, (_, row) => {
    const { input = null, output = null, ...operation } = operationAt(operations, row);
    const { callTime, returnTime, nodes, node } = operations;
    const times = [callTime[row], returnTime[row]].map(String);
    const end = operation.return === Infinity ? null : operation.return;
    return canonicalJson([
      { ...operation, return: end, input, output },
      times,
      nodes[node[row] ?? -1],
    ]);
  });
}

function readEdn(text: string): Operations {
  const builder = new OperationsBuilder();
  readInChunks(new EdnReader(builder), text, createRandom(1));
  return builder.finish();
}

for (const model of Object.keys(models)) {
  t.test(`${model}: what is exported as EDN is read back as the same operations`, async (t) => {
    const random = createRandom(8);
    const values = ["a b", 'quo"te', "back\\slash", "new\nline", "ü\u2028", ":keyword", "nil", "7"];
    const shape = { operations: 120, clients: 4, keys: 3, rotateAfter: 30, lost: 0.1, maybe: 0.1 };
    const ops = generateHistory({ ...shape, model, values }, random).map((op): Op => {
      return op.type === "invoke" ? op : ({ ...op, node: "n1", wire: [{ lost: "x" }] } as Op);
    });
    t.same(rowsOf(readEdn(ops.map(formatEdnOp).join("\n"))), rowsOf(operationsOf(ops)));
  });
}

t.test("values of any JSON survive, without a key too", async (t) => {
  const values = [null, 0, -1.5, 1e21, true, "", "\u0001", [], [1, 2, 3], [[]], {}, { a: null }];
  const odd = [{ ":a": 1, "b c": 2, "": 3 }, { value: "v", version: 3 }, { __proto__x: [1] }];
  const ops = [...values, ...odd].flatMap((value, place): Op[] => {
    const base = { time: place, process: 0, f: "x", value };
    return [
      { index: place * 2, type: "invoke", ...base },
      { index: place * 2 + 1, type: "ok", ...base },
    ];
  });
  t.same(rowsOf(readEdn(ops.map(formatEdnOp).join("\n"))), rowsOf(operationsOf(ops)));
});

t.test("a line is what Knossos reads: keywords, [key value], the nemesis", async (t) => {
  const op = { index: 3, time: 9, process: 1, type: "info", f: "cas", key: "k", error: "timeout" };
  t.equal(
    formatEdnOp({ ...op, value: [1, 2] } as Op),
    '{:index 3, :time 9, :process 1, :type :info, :f :cas, :error "timeout", :value ["k" [1 2]]}',
  );
  const fault: Op = { index: 0, time: 0, process: "nemesis", type: "info", f: "inject", value: {} };
  t.match(formatEdnOp(fault), /:process :nemesis, :type :info, :f :inject, :value \{\}/);
});

t.test("appends and reads become transactions of Elle's list-append", async (t) => {
  const elle = new ElleTransactions();
  const op = { index: 0, time: 0, process: 0, key: "k" };
  const lines: Op[] = [
    { ...op, type: "invoke", f: "append", value: "a" },
    { ...op, type: "ok", f: "append" },
    { ...op, type: "invoke", f: "read" },
    { ...op, type: "ok", f: "read", value: ["a"] },
    { ...op, type: "invoke", f: "read" },
    { ...op, type: "info", f: "read", error: "timeout" },
  ];
  t.same(
    lines.map((line) => elle.format(line).replace(/^.*:f :txn, :value /, "")),
    [
      '[[:append "k" "a"]]}',
      '[[:append "k" "a"]]}',
      '[[:r "k" nil]]}',
      '[[:r "k" ["a"]]]}',
      '[[:r "k" nil]]}',
      '[[:r "k" nil]]}',
    ],
  );
});

t.test("keys of Jepsen's independent histories, tagged or not, and cas on them", async (t) => {
  const text = `
    {:type :invoke, :f :read, :value #jepsen.independent.Tuple [1 nil], :process 0, :time 1, :index 4}
    {:type :ok, :f :read, :value [1 nil], :process 0, :time 1, :index 5, :node "n1"}
    #jepsen.history.Op{:type :invoke, :f :cas, :value [1 [2 3]], :process 1, :index 7}
    {:type :fail, :f :cas, :value [1 [2 3]], :process 1, :index 8}
    {:type :invoke, :f :write, :value [2 7], :process 1, :index 9}
    {:type :info, :f :write, :value :timed-out, :process 1, :error [:indeterminate "x"], :index 10}
    {:type :invoke, :f :write, :value [2 8], :process 2, :index 11}
    {:type :fail, :f :write, :value [2 8], :process 2, :error :unavailable, :index 12}`;
  const operations = readEdn(text);
  const rows = Array.from({ length: operations.count }, (_, row) => operationAt(operations, row));
  t.match(rows, [
    { index: 4, f: "read", key: "1", outcome: "ok", output: null, call: 0, return: 1 },
    { index: 7, f: "cas", key: "1", outcome: "refused", error: "ErrVersion", input: [2, 3] },
    { index: 9, f: "write", key: "2", outcome: "open", error: '[":indeterminate","x"]', input: 7 },
  ]);
  t.equal(rows.length, 3, "a write that failed did nothing and saw nothing");

  const bad: [string, RegExp][] = [
    [
      "{:type :invoke, :f :write, :value [1 2], :process 0}\n{:type :invoke, :f :write, :value 3, :process 1}",
      /line 2: expected \[key value\]/,
    ],
    [
      '{:type :invoke, :f :write, :value ["1" 2], :process 0}\n{:type :invoke, :f :write, :value [1 2], :process 1}',
      /line 2: expected keys of one type/,
    ],
    ["{:type :invoke, :f :x, :process 0 :process 1}", /line 1: is not EDN: expected one process/],
    ["{:type :begin, :f :x, :process 0}", /line 1: expected :invoke.*got ":begin"/],
    [
      "{:type :invoke, :f :x, :process 0, :time 5}\n\n{:type :ok, :f :x, :process 0, :time 4}",
      /line 3: time goes backwards: expected 5 or later, got 4/,
    ],
    ["[{:type :invoke, :f :x, :process 0}", /line 1: expected an end of the vector/],
    ["{:type :invoke, :f :x,\n :process 0", /line 1: expected an end of the map/],
    ["nonsense", /line 1: expected a map like/],
  ];
  for (const [source, message] of bad) t.throws(() => readEdn(source), { message }, source);
});
