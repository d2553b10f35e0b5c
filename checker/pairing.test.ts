import { runInNewContext } from "node:vm";
import t from "tap";
import type { Op } from "./history.ts";
import { models } from "./models.ts";
import { pairOperations } from "./pairing.ts";
import { OpFeed } from "./streaming/op-feed.ts";
import { HistoryStream } from "./streaming/stream.ts";

type Line = Omit<Op, "index" | "time" | "f"> & { readonly f?: string };

function history(...lines: readonly Line[]): Op[] {
  return lines.map((line, index) => ({ index, time: index, f: "put", ...line }));
}

t.test("what became of an operation follows from its last line", async (t) => {
  const cases = [
    { last: { type: "ok" }, outcome: "ok", end: 1 },
    { last: { type: "fail", error: "ErrVersion" }, outcome: "refused", end: 1 },
    { last: { type: "fail", error: "ErrNoKey" }, outcome: "refused", end: 1 },
    { last: { type: "info", error: "ErrMaybe" }, outcome: "maybe", end: 1 },
    { last: { type: "info", error: "timeout" }, outcome: "open", end: Infinity },
    { last: { type: "info" }, outcome: "open", end: Infinity },
  ] as const;
  for (const { last, outcome, end } of cases) {
    const ops = history({ process: 0, type: "invoke" }, { process: 0, ...last });
    t.match(pairOperations(ops), [{ index: 0, call: 0, return: end, outcome }]);
  }
  const dropped = history(
    { process: 0, type: "invoke" },
    { process: 0, type: "fail", error: "not-leader" },
    { process: "nemesis", type: "info" },
  );
  t.same(pairOperations(dropped), [], "it did nothing and saw nothing");
  const pending = history({ process: 0, type: "invoke" });
  t.match(pairOperations(pending), [{ outcome: "open", return: Infinity }]);
});

t.test("a history that no clients could have recorded is refused with the op", async (t) => {
  const cases = [
    { at: 1, ops: history({ process: 0, type: "invoke" }, { process: 0, type: "invoke" }) },
    { at: 0, ops: history({ process: 0, type: "ok" }) },
    { at: 1, ops: history({ process: 0, type: "invoke" }, { process: 0, type: "ok", f: "get" }) },
    {
      at: 1,
      ops: history({ process: 0, type: "invoke", key: "a" }, { process: 0, type: "ok", key: "b" }),
    },
    {
      at: 2,
      ops: history(
        { process: 0, type: "invoke" },
        { process: 0, type: "info" },
        { process: 0, type: "invoke" },
      ),
    },
    { at: 7, ops: history({ process: 0, type: "invoke" }).map((op) => ({ ...op, index: 7 })) },
  ];
  for (const { at, ops } of cases) {
    t.throws(() => pairOperations(ops), { code: "E_HISTORY", details: { index: at } });
  }
});

t.test(
  "a value without a JSON of its own is refused, as it would pass for another one",
  async (t) => {
    const circle: unknown[] = [];
    circle.push(circle);
    const bare = [NaN, Infinity, new Date(0), new Map(), new Set(), /a/, 1n, Symbol("s"), () => 1];
    const wrong = [...bare, circle, new Uint8Array(1), new Error("e"), { deep: [new Date(0)] }];
    const model = models["register"];
    if (model === undefined) throw new Error("register is a model");
    for (const value of wrong) {
      const ops = history(
        { process: 0, type: "invoke", f: "read" },
        { process: 0, type: "ok", f: "read", value },
      );
      const refused = {
        code: "E_HISTORY",
        message: /^op 1: expected a JSON value, got .+: write it/,
      };
      t.throws(() => pairOperations(ops), refused);
      const feed = new OpFeed(new HistoryStream(model, {}));
      t.throws(() => {
        for (const op of ops) feed.push(op);
      }, refused);
    }
    const elsewhere: unknown = runInNewContext("({ a: [1, { b: null }] })");
    for (const value of [undefined, null, -0, "", [undefined], { a: undefined }, elsewhere]) {
      const ops = history({ process: 0, type: "invoke", value }, { process: 0, type: "ok", value });
      t.equal(pairOperations(ops).length, 1);
    }
  },
);

t.test("a field that the format does not allow is refused with what was expected", async (t) => {
  const model = models["register"];
  if (model === undefined) throw new Error("register is a model");
  const cases = [
    { field: { key: 1 }, says: /^op 0: expected a string as "key", got 1$/ },
    { field: { key: null }, says: /^op 0: expected a string as "key", got null$/ },
    {
      field: { process: -1 },
      says: /^op 0: expected an integer in 0\.\.2147483647 or "nemesis" as "process", got -1$/,
    },
    { field: { process: 2 ** 31 }, says: /as "process", got 2147483648$/ },
    { field: { process: "0" }, says: /as "process", got "0"$/ },
    {
      field: { type: "done" },
      says: /^op 0: expected "invoke", "ok", "fail" or "info" as "type", got "done"$/,
    },
    { field: { f: undefined }, says: /^op 0: expected a string as "f", got nothing$/ },
    { field: { error: [] }, says: /^op 0: expected a string as "error", got \[\]$/ },
  ];
  for (const { field, says } of cases) {
    const [op] = history({ process: 0, type: "invoke", f: "read" });
    const wrong = { ...op, ...field } as unknown as Op;
    const refused = { code: "E_HISTORY", message: says, details: { index: 0 } };
    t.throws(() => pairOperations([wrong]), refused);
    t.throws(() => new OpFeed(new HistoryStream(model, {})).push(wrong), refused);
  }
});
