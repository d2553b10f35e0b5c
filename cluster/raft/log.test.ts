import t from "tap";
import { RaftLog } from "./log.ts";
import { entriesOf } from "./testing/one-node.ts";

t.test("a change names the lowest cut, and every entry from the lowest new one on", async (t) => {
  const log = new RaftLog(entriesOf(1, 1, 1, 1));
  const [two] = entriesOf(2);
  const [three] = entriesOf(3);

  log.append(entriesOf(2));
  log.truncateFrom(2);
  log.append(entriesOf(2, 2));
  log.truncateFrom(3);
  log.append(entriesOf(3));

  t.match(log.takeChange(), { truncateFrom: 2, first: 2, entries: [two, three] });
  t.equal(log.takeChange(), null, "told once");
});

t.test("a cut alone is a change without entries", async (t) => {
  const log = new RaftLog(entriesOf(1, 1));

  log.append(entriesOf(2));
  log.truncateFrom(2);

  t.match(log.takeChange(), { truncateFrom: 2, first: 2, entries: [] });
});

t.test("terms are found by index, and their bounds within the log", async (t) => {
  const log = new RaftLog(entriesOf(1, 2, 2, 4));

  t.same(
    [0, 1, 4, 5].map((index) => log.termAt(index)),
    [0, 1, 4, null],
  );
  t.equal(log.firstIndexOfTermAt(3), 2);
  t.same(
    [1, 2, 3, 5].map((term) => log.lastIndexOfTerm(term)),
    [1, 3, null, null],
  );
  t.throws(() => log.entryAt(5), { message: /entries 1 to 4, asked for 5/ });
});

t.test(
  "a compacted log knows the entry before its first one, and nothing before that",
  async (t) => {
    const log = new RaftLog(entriesOf(1, 2, 2, 4, 4));

    log.compactTo(3, 2);

    t.match(log, { snapshotIndex: 3, snapshotTerm: 2, lastIndex: 5, lastTerm: 4 });
    t.same(
      [2, 3, 4, 5, 6].map((index) => log.termAt(index)),
      [null, 2, 4, 4, null],
    );
    t.equal(log.firstIndexOfTermAt(5), 4);
    t.same(
      [1, 2, 4].map((term) => log.lastIndexOfTerm(term)),
      [null, 3, 5],
    );
    t.equal(log.takeChange(), null, "the disk is told by a compaction");
    t.match(log.batch(4, { countMax: 9, charsMax: 99 }), [{ command: "c4" }, { command: "c5" }]);
    log.truncateFrom(5);
    log.append(entriesOf(6));
    t.match(log.takeChange(), { truncateFrom: 5, first: 5, entries: [{ term: 6 }] });
    log.compactTo(5, 6);
    t.match(log, { lastIndex: 5, lastTerm: 6 });
  },
);

t.test("a log that is reset is empty after the snapshot's last entry", async (t) => {
  const log = new RaftLog(entriesOf(1, 2, 2, 4, 4));

  log.resetTo(4, 3);

  t.match(log, { snapshotIndex: 4, lastIndex: 4, lastTerm: 3 });
  t.match(log.takeChange(), { truncateFrom: 5, first: 5, entries: [] });
});
