import t from "tap";
import type { Disk, Json, NodeEnv } from "../env/env.ts";
import { encodeRecord } from "../env/record-codec.ts";
import { createFakeWorld } from "../env/testing/fake-env.ts";
import { raftRules } from "./rules.ts";
import { createWalWriter, recover } from "./storage.ts";
import { entriesOf } from "./testing/one-node.ts";
import type { Persist } from "./types.ts";
import { compactedRecord, recoverWal, walRecord } from "./wal.ts";

function persist(sequence: number): Persist {
  const entries = [{ term: 1, command: `c${sequence}` }];
  return {
    sequence,
    hardState: null,
    truncateFrom: null,
    first: sequence,
    entries,
    compaction: null,
  };
}

const wholeFrame = encodeRecord(walRecord([{ ...persist(1), entries: entriesOf(1, 1) }]));

/** Runs one program that only recovers, on a disk that holds these bytes. */
function recoverFrom(wal: Uint8Array, snapshot?: Uint8Array) {
  const recovered: unknown[] = [];
  const start = (env: NodeEnv): void => recover(env, raftRules, (one) => recovered.push(one));
  const world = createFakeWorld({ rules: null, start }, null, ["n1"], 1);
  world.files.set("n1/wal", wal);
  if (snapshot !== undefined) world.files.set("n1/snapshot", snapshot);
  world.start("n1");
  world.run(100);
  return { recovered, world };
}

t.test("a torn tail is cut off the file before the node goes on", async (t) => {
  const torn = Uint8Array.of(...wholeFrame, ...wholeFrame.slice(0, 30));

  const { recovered, world } = recoverFrom(torn);

  t.match(recovered, [{ entries: entriesOf(1, 1), tornBytes: 30 }]);
  const repaired = recoverFrom(world.files.get("n1/wal") ?? new Uint8Array(0));
  t.match(repaired.recovered, [{ entries: entriesOf(1, 1), tornBytes: 0 }]);
});

t.test("a corrupt middle ends the node, with a message that says where", async (t) => {
  const file = Uint8Array.of(...wholeFrame, ...wholeFrame);
  file[15] = 0;

  const { recovered, world } = recoverFrom(file);

  t.same(recovered, []);
  t.match(world.fatals.get("n1"), /write-ahead log is corrupt.*byte 0 is damaged/);
});

const members = { voters: ["n1"], learners: [] };
const snapshot = { lastIncludedIndex: 2, lastIncludedTerm: 1, members, data: "two" };
const snapshotBytes = encodeRecord(snapshot);

t.test("a snapshot whose log was not yet cut: what follows its last entry stays", async (t) => {
  const cases = [
    { log: entriesOf(1, 1, 1), left: [{ command: "c3" }], why: "the log goes on after it" },
    { log: entriesOf(1), left: [], why: "the log does not reach it" },
    { log: entriesOf(1, 2, 2), left: [], why: "the log is of another history" },
  ];
  for (const { log, left, why } of cases) {
    const wal = encodeRecord(walRecord([{ ...persist(1), entries: log }]));

    const { recovered, world } = recoverFrom(wal, snapshotBytes);

    t.match(recovered, [{ snapshot, entries: left }], why);
    const again = recoverFrom(world.files.get("n1/wal") ?? wal, snapshotBytes);
    t.same(again.recovered, recovered, "and so it stands on the disk");
  }
});

t.test("a log without the snapshot that it follows ends the node", async (t) => {
  const compaction = { snapshot, hardState: { currentTerm: 1, votedFor: null }, entries: [] };
  const { recovered, world } = recoverFrom(encodeRecord(compactedRecord(compaction)));

  t.same(recovered, []);
  t.match(world.fatals.get("n1"), /begins after index 2, but the snapshot ends at 0/);
});

t.test("a snapshot that is not whole ends the node", async (t) => {
  const { world } = recoverFrom(wholeFrame, snapshotBytes.slice(0, 20));

  t.match(world.fatals.get("n1"), /snapshot is corrupt/);
});

t.test("a compaction replaces the snapshot before the log, in its turn", async (t) => {
  const asked: { what: string; onDurable: (error: Error | null) => void }[] = [];
  const disk: Partial<Disk> = {
    append: (file, _, onDurable) => asked.push({ what: `append ${file}`, onDurable }),
    replace: (file, _, onDurable) => asked.push({ what: `replace ${file}`, onDurable }),
  };
  const durable: number[] = [];
  const env = { disk } as unknown as NodeEnv;
  const wal = createWalWriter(env, raftRules, (sequence) => durable.push(sequence));
  const compaction = { snapshot, hardState: { currentTerm: 1, votedFor: null }, entries: [] };

  for (const sequence of [1, 2]) wal.write(persist(sequence));
  wal.write({ ...persist(3), compaction });
  for (const sequence of [4, 5]) wal.write(persist(sequence));
  for (let at = 0; at < asked.length; at++) asked[at]?.onDurable(null);

  const names = asked.map(({ what }) => what);
  t.same(names, ["append wal", "append wal", "replace snapshot", "replace wal", "append wal"]);
  t.same(durable, [1, 2, 3, 5]);
});

t.test("one write is under way, and what comes meanwhile shares the next", async (t) => {
  const appended: { record: Json; onDurable: (error: Error | null) => void }[] = [];
  const append: Disk["append"] = (_, record, onDurable) => appended.push({ record, onDurable });
  const durable: number[] = [];
  const env = { disk: { append } } as unknown as NodeEnv;
  const wal = createWalWriter(env, raftRules, (sequence) => durable.push(sequence));

  for (const sequence of [1, 2, 3, 4]) wal.write(persist(sequence));
  t.equal(appended.length, 1);
  appended[0]?.onDurable(null);
  t.equal(appended.length, 2);
  appended[1]?.onDurable(null);

  t.same(durable, [1, 4]);
  t.equal(appended.length, 2);
  const records = appended.map(({ record }) => record);
  t.match(recoverWal(records), { entries: [{}, {}, {}, { command: "c4" }] });
});

t.test("a write that fails ends the node", async (t) => {
  const append: Disk["append"] = (_, __, onDurable) => onDurable(new Error("ENOSPC"));
  const fatal = (message: string): never => {
    throw new Error(message);
  };
  const env = { disk: { append }, fatal } as unknown as NodeEnv;

  t.throws(() => createWalWriter(env, raftRules, () => {}).write(persist(1)), {
    message: /ENOSPC/,
  });
});
