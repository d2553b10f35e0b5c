import t from "tap";
import type { Disk, Json, NodeEnv } from "../env/env.ts";
import { encodeRecord } from "../env/record-codec.ts";
import { createFakeWorld } from "../env/testing/fake-env.ts";
import { createWalWriter, recover } from "./storage.ts";
import { entriesOf } from "./testing/one-node.ts";
import type { Persist } from "./types.ts";
import { recoverWal, walRecord } from "./wal.ts";

function persist(sequence: number): Persist {
  const entries = [{ term: 1, command: `c${sequence}` }];
  return {
    kind: "persist",
    sequence,
    hardState: null,
    truncateFrom: null,
    first: sequence,
    entries,
  };
}

const wholeFrame = encodeRecord(walRecord([{ ...persist(1), entries: entriesOf(1, 1) }]));

/** Runs one program that only recovers, on a disk that holds `bytes`. */
function recoverFrom(bytes: Uint8Array) {
  const recovered: unknown[] = [];
  const start = (env: NodeEnv): void => recover(env, (one) => recovered.push(one));
  const world = createFakeWorld({ rules: null, start }, null, ["n1"], 1);
  world.files.set("n1/wal", bytes);
  world.start("n1");
  world.run(100);
  return { recovered, world };
}

t.test("a torn tail is cut off the file before the node goes on", async (t) => {
  const torn = Uint8Array.of(...wholeFrame, ...wholeFrame.slice(0, 30));

  const { recovered, world } = recoverFrom(torn);

  t.match(recovered, [{ entries: entriesOf(1, 1), tornBytes: 30 }]);
  t.same(world.files.get("n1/wal"), wholeFrame);
});

t.test("a corrupt middle ends the node, with a message that says where", async (t) => {
  const file = Uint8Array.of(...wholeFrame, ...wholeFrame);
  file[15] = 0;

  const { recovered, world } = recoverFrom(file);

  t.same(recovered, []);
  t.match(world.fatals.get("n1"), /write-ahead log is corrupt.*byte 0 is damaged/);
});

t.test("one write is under way, and what comes meanwhile shares the next", async (t) => {
  const appended: { record: Json; onDurable: (error: Error | null) => void }[] = [];
  const append: Disk["append"] = (_, record, onDurable) => appended.push({ record, onDurable });
  const durable: number[] = [];
  const env = { disk: { append } } as unknown as NodeEnv;
  const wal = createWalWriter(env, (sequence) => durable.push(sequence));

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

  t.throws(() => createWalWriter(env, () => {}).write(persist(1)), { message: /ENOSPC/ });
});
