import t from "tap";
import { entriesOf } from "./testing/one-node.ts";
import type { Persist } from "./types.ts";
import { compactedRecord, recoverWal, walRecord } from "./wal.ts";

function persist(fields: Partial<Persist>): Persist {
  const nothing = { compaction: null, hardState: null, truncateFrom: null, first: 1, entries: [] };
  return { sequence: 1, ...nothing, ...fields };
}

const [one, two, three] = entriesOf(1, 1, 2);
const written = [
  walRecord([
    persist({ hardState: { currentTerm: 1, votedFor: "n2" } }),
    persist({ first: 1, entries: entriesOf(1, 1) }),
  ]),
  walRecord([persist({ hardState: { currentTerm: 2, votedFor: null } })]),
  walRecord([persist({ truncateFrom: 2, first: 2, entries: entriesOf(1, 1, 2).slice(2) })]),
];

t.test("what was written comes back, in order", async (t) => {
  t.match(recoverWal(written), {
    kind: "recovered",
    hardState: { currentTerm: 2, votedFor: null },
    entries: [one, three],
  });
  t.match(recoverWal(written.slice(0, 2)), { entries: [one, two] });
  t.match(recoverWal([]), { hardState: { currentTerm: 0 }, entries: [] });
});

t.test("a record that leaves a gap in the log is refused", async (t) => {
  const records = [1, 4].map((first) => walRecord([persist({ first, entries: entriesOf(1, 1) })]));

  t.match(recoverWal(records), { kind: "corrupt", reason: /index 4, but the log ends at 2/ });
});

t.test("a compacted log begins after its snapshot", async (t) => {
  const snapshot = { lastIncludedIndex: 7 };
  const hardState = { currentTerm: 3, votedFor: "n2" };
  const entries = entriesOf(2, 3);

  const compacted = compactedRecord({ snapshot, hardState, entries });
  const later = walRecord([persist({ truncateFrom: 9, first: 9, entries: entriesOf(4) })]);

  t.same(recoverWal([compacted]), { kind: "recovered", hardState, base: 7, entries });
  t.match(recoverWal([compacted, later]), { base: 7, entries: [{ term: 2 }, { term: 4 }] });
});
