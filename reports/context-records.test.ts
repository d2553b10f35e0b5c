import t from "tap";
import { contextRecords } from "./context-records.ts";

function record(node: string, kind: string, fields: object = {}) {
  return { node, timeNs: 1e9, record: { kind, ...fields } };
}

const broke = record("n4", "apply", { index: 7, hash: 1 });

t.test("of what led to a broken invariant, what bears on it is told", async (t) => {
  const context = [
    record("n1", "append", { index: 6 }),
    record("n4", "commit", { index: 6 }),
    record("n2", "apply", { index: 7, hash: 2 }),
    record("n3", "role", { role: "leader" }),
    record("n3", "persisted", { index: 8 }),
    broke,
  ];
  const told = contextRecords({ stats: { context } }, ["n4"]);
  t.same(
    told.map(({ node, kind }) => `${node} ${kind}`),
    ["n4 commit", "n2 apply", "n3 role", "n4 apply"],
    "of its node, of its index, and turns; not the replication around it",
  );
  t.equal(told.at(-1)?.text, "index 7, hash 1");
});

t.test("at most ten, the latest, the one that broke it last", async (t) => {
  const many = Array.from({ length: 30 }, (_, index) => record("n4", "append", { index }));
  const told = contextRecords({ stats: { context: [...many, broke] } }, ["n4"]);
  t.equal(told.length, 10);
  t.equal(told.at(-1)?.kind, "apply");
  t.same(contextRecords({ stats: { context: "none" } }, ["n4"]), []);
});
