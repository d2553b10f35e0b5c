import t from "tap";
import { raftOptionsDefault } from "./step.ts";
import {
  agree,
  createNode,
  elect,
  entriesOf,
  expire,
  fiveNodes,
  messagesIn,
  persistAll,
  propose,
  receive,
  stepNow,
} from "./testing/one-node.ts";
import type { AppendEntries, InstallSnapshot, InstallSnapshotReply, Raft } from "./types.ts";

const members = { voters: fiveNodes, learners: [] };
const options = { ...raftOptionsDefault, snapshotEntriesMax: 3, snapshotChunkChars: 4 };
const snapshot = { lastIncludedIndex: 6, lastIncludedTerm: 2, members, data: "0123456789" };
const hardState = { currentTerm: 4, votedFor: null };

const part: InstallSnapshot = {
  type: "installSnapshot",
  term: 4,
  lastIncludedIndex: 6,
  lastIncludedTerm: 2,
  members,
  offset: 0,
  data: snapshot.data,
  done: true,
  round: 0,
};
const append: AppendEntries = {
  type: "appendEntries",
  term: 4,
  prevLogIndex: 0,
  prevLogTerm: 0,
  entries: [],
  leaderCommit: 0,
  round: 0,
};

/** The parts of the snapshot as its leader sends them. */
function partAt(offset: number): InstallSnapshot {
  const end = offset + options.snapshotChunkChars;
  return { ...part, offset, data: snapshot.data.slice(offset, end), done: end >= 10 };
}

/** A leader of term 5 that has everything up to index 6 in a snapshot, and an entry at 7. */
function createLeader(): Raft {
  const raft = createNode({ hardState, snapshot, entries: [], options });
  elect(raft);
  persistAll(raft);
  return raft;
}

function refuse(raft: Raft, conflictIndex = 1) {
  return receive(raft, "n2", {
    type: "appendEntriesReply",
    term: 5,
    requestTerm: 5,
    round: 0,
    prevLogIndex: 6,
    result: { success: false, conflictTerm: null, conflictIndex },
  });
}

function answer(raft: Raft, fields: Partial<InstallSnapshotReply>) {
  return receive(raft, "n2", {
    type: "installSnapshotReply",
    term: 5,
    requestTerm: 5,
    round: 0,
    lastIncludedIndex: 6,
    offset: 0,
    isHeld: false,
    ...fields,
  });
}

const parts = (effects: ReturnType<typeof refuse>) =>
  messagesIn(effects).filter(({ type }) => type === "installSnapshot");

t.test(
  "§7 a snapshot is due when more than snapshotEntriesMax entries were executed",
  async (t) => {
    const node = createNode({ entries: entriesOf(1, 1, 1, 1, 1), options });
    const heartbeat = { ...append, term: 1, prevLogIndex: 5, prevLogTerm: 1 };

    const early = receive(node, "n2", { ...heartbeat, leaderCommit: 3 });
    const due = receive(node, "n2", { ...heartbeat, leaderCommit: 4 });

    const wanted = { kind: "takeSnapshot", lastIncludedIndex: 4, lastIncludedTerm: 1 };
    t.notOk(early.some(({ kind }) => kind === "takeSnapshot"));
    t.match(due, [{ kind: "apply" }, wanted], "after what it covers was executed");
  },
);

t.test("§7 a snapshot takes the place of the log up to its last entry", async (t) => {
  const node = createNode({ entries: entriesOf(1, 1, 1, 1, 1), options });
  receive(node, "n2", { ...append, term: 1, prevLogIndex: 5, prevLogTerm: 1, leaderCommit: 4 });
  const own = { lastIncludedIndex: 4, lastIncludedTerm: 1, members, data: "four" };

  const effects = stepNow(node, { kind: "snapshot", snapshot: own });

  t.match(effects, [
    { kind: "persist", compaction: { snapshot: own, entries: [{ command: "c5" }] } },
  ]);
  t.match(node.log, { snapshotIndex: 4, lastIndex: 5 });
  t.same(stepNow(node, { kind: "snapshot", snapshot: { ...own, lastIncludedIndex: 3 } }), []);
});

t.test("fig. 13 the term of a snapshot is that of its last entry", async (t) => {
  const node = createNode({ hardState, entries: entriesOf(1, 1, 2, 2, 2), options });

  const effects = receive(node, "n2", {
    ...append,
    prevLogIndex: 5,
    prevLogTerm: 2,
    leaderCommit: 5,
  });

  t.match(
    effects.find(({ kind }) => kind === "takeSnapshot"),
    { lastIncludedTerm: 2 },
  );
});

t.test("fig. 13 who needs what is gone from the log gets the snapshot in parts", async (t) => {
  const leader = createLeader();

  t.match(parts(refuse(leader)), [{ offset: 0, data: "0123", done: false }]);
  t.same(parts(refuse(leader)), [], "one part at a time");
  t.match(parts(answer(leader, { offset: 4 })), [{ offset: 4, data: "4567", done: false }]);
  t.same(parts(answer(leader, { offset: 4 })), [], "a doubled answer");
  t.same(parts(answer(leader, { offset: 4, lastIncludedIndex: 5 })), [], "of another snapshot");
  t.match(parts(answer(leader, { offset: 8 })), [{ offset: 8, data: "89", done: true }]);
  const after = messagesIn(answer(leader, { offset: 10, isHeld: true }));

  t.match(leader.progress.get("n2"), { matchIndex: 6, nextIndex: 8, sending: null });
  t.match(after, [{ type: "appendEntries", prevLogIndex: 6, prevLogTerm: 2, entries: [{}] }]);
});

t.test("fig. 13 a heartbeat sends a part again whose answer did not come", async (t) => {
  const leader = createLeader();
  refuse(leader);
  answer(leader, { offset: 4 });

  const again = parts(expire(leader));
  answer(leader, { offset: 0 });
  const fromStart = parts(expire(leader));

  t.match(again, [{ offset: 4 }]);
  t.match(fromStart, [{ offset: 0 }], "and what a follower lost when it restarted");
});

t.test("a snapshot on its way is finished when a newer one is there", async (t) => {
  const leader = createLeader();
  refuse(leader);
  for (let ticket = 1; ticket <= 4; ticket++) propose(leader, ticket);
  persistAll(leader);
  for (const peer of ["n3", "n4"]) agree(leader, peer, 11);
  const newer = { lastIncludedIndex: 11, lastIncludedTerm: 5, members, data: "newer" };
  stepNow(leader, { kind: "snapshot", snapshot: newer });

  t.match(parts(answer(leader, { offset: 4 })), [{ lastIncludedIndex: 6, offset: 4 }]);
  answer(leader, { offset: 10, isHeld: true });
  t.match(parts(expire(leader)), [{ lastIncludedIndex: 11, offset: 0, data: "newe" }]);
});

t.test(
  "fig. 13 a follower installs what it has whole, and answers when it is on disk",
  async (t) => {
    const node = createNode({ hardState, entries: entriesOf(1), options });

    for (const offset of [4, 0, 0, 8, 4, 4]) {
      const effects = receive(node, "n2", partAt(offset));
      t.notOk(effects.some(({ kind }) => kind === "restore"));
      t.match(messagesIn(effects), [{ offset: node.incoming?.text.length, isHeld: false }]);
    }
    const effects = receive(node, "n2", partAt(8));

    t.match(effects, [
      { kind: "persist", sequence: 1, compaction: { snapshot, entries: [] } },
      { kind: "restore", snapshot },
      { kind: "send", message: { type: "installSnapshotReply", isHeld: true }, after: 1 },
    ]);
    t.match(node, { commitIndex: 6, lastApplied: 6, incoming: null });
  },
);

t.test("parts of an older snapshot or leader do not mix with those of a newer one", async (t) => {
  const node = createNode({ hardState, options });
  receive(node, "n2", partAt(0));

  const older = receive(node, "n2", { ...part, lastIncludedIndex: 5 });
  t.same(older, [], "a late part");
  t.equal(node.incoming?.text, "0123");
  const newer = receive(node, "n2", { ...partAt(4), lastIncludedIndex: 9 });
  t.match(messagesIn(newer), [{ offset: 0 }]);
  receive(node, "n2", { ...partAt(0), lastIncludedIndex: 9 });
  const other = receive(node, "n3", { ...partAt(4), term: 5, lastIncludedIndex: 9 });
  t.match(messagesIn(other), [{ offset: 0 }], "another leader's text begins anew");
});

t.test("fig. 13 a snapshot never takes state back", async (t) => {
  const node = createNode({ hardState, entries: entriesOf(1, 1, 1, 2, 2, 2, 2, 2), options });
  receive(node, "n2", { ...append, prevLogIndex: 8, prevLogTerm: 2, leaderCommit: 7 });

  const effects = receive(node, "n2", part);

  t.notOk(effects.some(({ kind }) => kind === "restore"));
  t.match(messagesIn(effects), [{ isHeld: true, lastIncludedIndex: 6 }]);
  t.match(node, { commitIndex: 7, lastApplied: 7 });
});

t.test("fig. 13 a suffix that continues the snapshot stays, any other goes", async (t) => {
  const cases = [
    { name: "continues it", terms: [1, 1, 1, 2, 2, 2, 3], lastIndex: 7 },
    { name: "conflicts with it", terms: [1, 1, 1, 1, 1, 1, 1], lastIndex: 6 },
    { name: "does not reach it", terms: [1, 1, 1], lastIndex: 6 },
  ];
  for (const { name, terms, lastIndex } of cases) {
    const node = createNode({ hardState, entries: entriesOf(...terms), options });

    const effects = receive(node, "n2", part);

    t.match(node.log, { snapshotIndex: 6, snapshotTerm: 2, lastIndex }, name);
    t.match(effects[0], { compaction: { entries: { length: lastIndex - 6 } } });
    t.ok(node.durable.lastIndex <= lastIndex, "what is gone does not count as durable");
  }
});

t.test("entries that the snapshot holds are passed over", async (t) => {
  const create = () => createNode({ hardState, snapshot, entries: entriesOf(3), options });
  const cases = [
    { prevLogIndex: 4, terms: [2, 2, 3, 3], matchIndex: 8, lastIndex: 8 },
    { prevLogIndex: 2, terms: [1, 1], matchIndex: 6, lastIndex: 7 },
    { prevLogIndex: 6, terms: [], matchIndex: 6, lastIndex: 7 },
  ];
  for (const { prevLogIndex, terms, matchIndex, lastIndex } of cases) {
    const node = create();
    const prevLogTerm = prevLogIndex === 6 ? 2 : 1;
    const entries = entriesOf(...terms);

    const effects = receive(node, "n2", { ...append, prevLogIndex, prevLogTerm, entries });

    t.match(messagesIn(effects), [{ result: { success: true, matchIndex } }]);
    t.equal(node.log.lastIndex, lastIndex);
  }
});

t.test("§5.1 a part of a deposed leader is refused, with the newer term", async (t) => {
  const node = createNode({ hardState, options });

  const effects = receive(node, "n2", { ...part, term: 3 });

  t.match(messagesIn(effects), [{ term: 4, requestTerm: 3, isHeld: false }]);
  t.equal(node.leader, null);
});

t.test("a node starts behind its snapshot", async (t) => {
  const node = createNode({ hardState, snapshot, entries: entriesOf(3), options });

  t.match(node, { commitIndex: 6, lastApplied: 6, durable: { lastIndex: 7 } });
});
