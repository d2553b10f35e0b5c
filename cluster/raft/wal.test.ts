import t from "tap";
import { entriesOf } from "./testing/one-node.ts";
import type { Persist } from "./types.ts";
import { recoverWal, walRecord } from "./wal.ts";

function persist(fields: Partial<Persist>): Persist {
  const nothing = { hardState: null, truncateFrom: null, first: 1, entries: [] };
  return { kind: "persist", sequence: 1, ...nothing, ...fields };
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
  const record = walRecord([persist({ first: 3, entries: entriesOf(1) })]);

  t.match(recoverWal([record]), { kind: "corrupt", reason: /index 3, but the log ends at 0/ });
});
