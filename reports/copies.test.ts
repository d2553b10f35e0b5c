import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Op } from "porcupine-ts";
import t from "tap";
import { copiesIn, copiesKey, readCopies } from "./copies.ts";

const lost = { to: "n1", sent: 0, back: 100, lost: "timeout" };
const answered = { to: "n2", sent: 150, back: 200, status: 409, error: "ErrVersion" };
const ops = [
  { index: 0, time: 1000, process: 4, type: "invoke", f: "put", key: "a" },
  { index: 1, time: 1001, process: 5, type: "invoke", f: "put", key: "b" },
  { index: 2, time: 1200, process: 4, type: "fail", f: "put", key: "a", wire: [lost, answered] },
  { index: 3, time: 1300, process: 5, type: "info", f: "put", key: "b", wire: [lost, lost] },
  { index: 4, time: 1400, process: 4, type: "invoke", f: "put", key: "a" },
  { index: 5, time: 1500, process: 4, type: "info", f: "put", key: "a", wire: [{ lost: "old" }] },
] as unknown as Op[];
const expected = [
  { to: "n1", sent: 1000, back: 1100, answer: "no answer (timeout)", outcome: "unknown" },
  { to: "n2", sent: 1150, back: 1200, answer: "409 ErrVersion", outcome: "refused" },
];

t.test("copies are told by where they went and when, of the keys asked for", async (t) => {
  const found = copiesIn(ops, new Set(["a"]));
  t.same([...found.keys()], [copiesKey(4, 1200)], "others and older histories have none");
  t.same(found.get(copiesKey(4, 1200)), expected);
});

t.test("a file gives the same, a torn line nothing", async (t) => {
  const file = join(t.testdir(), "history.jsonl");
  const lines = ['{"whitewater":1}', ...ops.map((op) => JSON.stringify(op)), '{"wire":[,"key":"a"'];
  await writeFile(file, lines.join("\n"));
  t.same(await readCopies(file, new Set(["a"])), copiesIn(ops, new Set(["a"])));
  t.equal((await readCopies(file, new Set())).size, 0);
});
