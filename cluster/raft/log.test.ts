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
  t.throws(() => log.entryAt(5), { message: /log ends at 4/ });
});
