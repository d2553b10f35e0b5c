import t from "tap";
import type { CrashPoint, DiskShape, Unsynced } from "../control.ts";
import type { FileContent } from "../env/env.ts";
import { calm } from "./hostility.ts";
import { append, createEchoWorld, type EchoWorld, echo, plainDisk } from "./testing/echo-world.ts";
import { createWorld, type World } from "./world.ts";

function setDisk(one: EchoWorld, change: Partial<DiskShape> | null): void {
  const shape = change === null ? null : { ...plainDisk, ...change };
  one.perform((done) => one.control.setDisk("n1", shape, done));
}

function fileOf({ world }: EchoWorld): FileContent {
  return world.files("n1").get("file") ?? { kind: "absent" };
}

/** Writes a record that is durable, then sends three that are not, and runs until they are asked for. */
function writeUnsynced(one: EchoWorld): void {
  one.ask("n1", append("synced"));
  setDisk(one, { slowMs: 60_000 });
  for (const text of ["a", "b", "c"]) {
    one.world.clientEnv.requester.request("n1", append(text), 100_000, () => undefined);
    one.runMs(10);
  }
}

const both = [false, true];

for (const codecs of both) {
  const name = codecs ? "bytes" : "records";

  t.test(
    `${name}: a kill keeps what was written, and loses what waits in the process`,
    async (t) => {
      const one = createEchoWorld({ codecs });
      writeUnsynced(one);
      one.perform((done) => one.control.kill("n1", done));
      t.same(fileOf(one), { kind: "records", records: ["synced", "a"], tornBytes: 0 });
    },
  );

  /** What may be left of [synced, a] where `a` was not synced. */
  const left: Readonly<Record<Unsynced, (content: FileContent) => boolean>> = {
    all: (content) => content.kind === "records" && content.records.length === 2,
    none: (content) => content.kind === "records" && content.records.length === 1,
    prefix: (content) => content.kind === "records" && content.tornBytes === 0,
    torn: (content) =>
      content.kind === "records" && content.records.length === 1 && content.tornBytes > 0,
  };
  for (const survives of Object.keys(left) as Unsynced[]) {
    t.test(`${name}: a power loss that leaves ${survives} of what was not synced`, async (t) => {
      const seen = new Set<number>();
      for (let seed = 1; seed <= 20; seed++) {
        const one = createEchoWorld({ codecs, seed });
        writeUnsynced(one);
        one.perform((done) => one.control.losePower("n1", survives, done));
        const content = fileOf(one);
        t.ok(left[survives](content), JSON.stringify(content));
        if (content.kind === "records") seen.add(content.records.length);
        const lost = content.kind === "records" ? 2 - content.records.length : -1;
        t.equal(one.world.counters("n1").writesUnsynced, lost);
        t.equal(one.world.counters("n1").powerLosses, 1);
      }
      t.equal(seen.size, survives === "prefix" ? 2 : 1);
    });
  }

  t.test(`${name}: what a restarted node has read stays, whatever power is lost`, async (t) => {
    const one = createEchoWorld({ codecs });
    writeUnsynced(one);
    one.perform((done) => one.control.kill("n1", done));
    one.perform((done) => one.control.start("n1", done));
    t.equal(one.body("n1", "/file"), "synceda");
    one.perform((done) => one.control.losePower("n1", "none", done));
    t.same(fileOf(one), { kind: "records", records: ["synced", "a"], tornBytes: 0 });
  });

  t.test(`${name}: rot of the last record looks torn, of another one is corruption`, async (t) => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      const one = createEchoWorld({ codecs, seed });
      for (const text of ["a", "b", "c"]) one.ask("n1", append(text));
      setDisk(one, { rotPermille: 150 });
      one.body("n1", "/file");
      const { recordsRotten, recordsReadShaped } = one.world.counters("n1");
      t.equal(recordsReadShaped, 3);
      setDisk(one, null);
      const content = fileOf(one);
      const isWhole =
        content.kind === "records" && content.tornBytes === 0 && content.records.length === 3;
      t.equal(isWhole, recordsRotten === 0, JSON.stringify(content));
      kinds.add(content.kind === "records" && content.tornBytes > 0 ? "torn" : content.kind);
    }
    t.same([...kinds].sort(), ["corrupt", "records", "torn"]);
  });

  t.test(`${name}: a misdirected write hits another record`, async (t) => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 20; seed++) {
      const one = createEchoWorld({ codecs, seed });
      for (const text of ["first", "second", "third"]) one.ask("n1", append(text));
      setDisk(one, { misdirectedWritePermille: 1000 });
      t.match(one.ask("n1", append("astray, and longer")), { kind: "response", body: null });
      setDisk(one, null);
      const content = fileOf(one);
      kinds.add(content.kind);
      t.not(JSON.stringify(content), JSON.stringify(["first", "second", "third"]));
      t.equal(one.world.counters("n1").writesMisdirected, 1);
    }
    t.ok(kinds.has("corrupt") || codecs, [...kinds].join());
  });

  t.test(`${name}: a lost write is told to be durable`, async (t) => {
    const one = createEchoWorld({ codecs });
    one.ask("n1", append("a"));
    setDisk(one, { lostWritePermille: 1000 });
    t.match(one.ask("n1", append("b")), { kind: "response", body: null });
    setDisk(one, null);
    one.ask("n1", append("c"));
    t.same(fileOf(one), { kind: "records", records: ["a", "c"], tornBytes: 0 });
    t.equal(one.world.counters("n1").writesLost, 1);
  });

  t.test(`${name}: a full disk refuses, and may keep a part`, async (t) => {
    const torn = new Set<boolean>();
    for (let seed = 1; seed <= 20; seed++) {
      const one = createEchoWorld({ codecs, seed });
      one.ask("n1", append("a"));
      setDisk(one, { isFull: true });
      t.match(one.ask("n1", append("b")), { body: /^ENOSPC/ });
      const content = fileOf(one);
      t.match(content, { kind: "records", records: ["a"] });
      torn.add(content.kind === "records" && content.tornBytes > 0);
      t.equal(one.world.counters("n1").writesRefusedFull, 1);
    }
    t.equal(torn.size, 2);
  });
}

t.test("read and write errors are told and counted, and end with the fault", async (t) => {
  const one = createEchoWorld();
  one.ask("n1", append("a"));
  setDisk(one, { readErrorPermille: 1000, writeErrorPermille: 1000 });
  t.match(one.ask("n1", append("b")), { body: /^EIO/ });
  t.equal(one.body("n1", "/file"), null);
  t.match(one.world.counters("n1"), { readErrors: 1, writeErrors: 1, writesShaped: 1 });
  setDisk(one, null);
  t.match(one.body("n1", "/file"), /^ab?$/);
});

t.test("a slow disk is slow to sync, not to read", async (t) => {
  const one = createEchoWorld();
  setDisk(one, { slowMs: 700 });
  const startNs = one.world.now();
  one.ask("n1", append("a"));
  const tookMs = (one.world.now() - startNs) / 1e6;
  t.ok(tookMs > 700 && tookMs < 720, `${tookMs}`);
  t.equal(one.body("n1", "/file"), "a");
  t.ok((one.world.now() - startNs) / 1e6 - tookMs < 20);
  t.equal(one.world.counters("n1").writesSlowed, 1);
});

t.test("a node that gives up over a disk that lies is no unexpected exit", async (t) => {
  const one = createEchoWorld();
  setDisk(one, { isFull: true });
  one.ask("n1", { method: "POST", path: "/fatal", body: "full" });
  t.same(one.world.unexpectedExits(), []);
  t.match(one.ask("n1", echo), { kind: "not-sent" });
});

t.test("nor is one that learns of an error after the fault has ended", async (t) => {
  const world = createWorld({
    program: {
      rules: null,
      start: (env) =>
        env.disk.append("file", "a", (error) => {
          if (error !== null) env.fatal(error.message);
        }),
    },
    rules: null,
    nodes: ["n1"],
    options: {},
    seed: 1,
    hostility: calm,
    codecs: false,
  });
  const ignore = (): void => undefined;
  const crash = (): void => {
    world.control.setDisk("n1", { ...plainDisk, writeErrorPermille: 1000 }, ignore);
    world.runUntil(world.now() + 1);
    world.control.setDisk("n1", null, ignore);
    world.runUntil(world.now() + 1e9);
  };
  crash();
  t.same(world.unexpectedExits(), []);
  t.equal(world.counters("n1").writeErrors, 1);
  world.control.start("n1", ignore);
  crash();
  t.same(world.unexpectedExits(), []);
  t.equal(world.counters("n1").writeErrors, 2);
});

t.test("a wiped disk is empty; a node that runs keeps its own", async (t) => {
  const one = createEchoWorld();
  one.ask("n1", append("a"));
  one.perform((done) => one.control.wipe("n1", done));
  t.equal(one.body("n1", "/file"), "a");
  one.perform((done) => one.control.kill("n1", done));
  one.perform((done) => one.control.wipe("n1", done));
  one.perform((done) => one.control.start("n1", done));
  t.equal(one.body("n1", "/file"), null);
  t.equal(one.world.counters("n1").wipes, 1);
});

const points: Readonly<Partial<Record<CrashPoint, { path: string; records: readonly string[] }>>> =
  {
    "before-append": { path: "/append", records: ["old"] },
    "after-append": { path: "/append", records: ["old", "new"] },
    "before-send": { path: "/send", records: ["old"] },
    "after-send": { path: "/send", records: ["old"] },
  };

for (const [point, { path, records }] of Object.entries(points)) {
  t.test(`a crash ${point} happens there, once`, async (t) => {
    const one = createEchoWorld();
    one.ask("n1", append("old"));
    one.perform((done) => one.control.crashAt("n1", point as CrashPoint, done));
    t.match(one.ask("n1", echo), { kind: "response" });
    const body = path === "/append" ? "new" : { to: "n2", text: "frame" };
    t.match(one.ask("n1", { method: "POST", path, body }), { kind: "lost", error: "ECONNRESET" });
    one.runMs(100);
    t.same(fileOf(one), { kind: "records", records, tornBytes: 0 });
    const sent = point === "after-send" ? ["frame"] : [];
    t.same(one.heard({ from: "n1", to: "n2" }), sent);
    t.same(one.world.unexpectedExits(), []);
    t.equal(one.world.counters("n1").crashes, 1);

    one.perform((done) => one.control.start("n1", done));
    t.match(one.ask("n1", append("again")), { kind: "response" });
  });
}

t.test("a crash point that is disarmed does nothing", async (t) => {
  const one = createEchoWorld();
  one.perform((done) => one.control.crashAt("n1", "before-append", done));
  one.perform((done) => one.control.crashAt("n1", null, done));
  t.match(one.ask("n1", append("a")), { kind: "response", body: null });
});

/** What a node leaves that replaces `old` by `new` and dies as told, over many seeds. */
function leftOfReplacement(kill: (world: World) => void): readonly string[] {
  const left = new Set<string>();
  for (let seed = 1; seed <= 20; seed++) {
    const told: unknown[] = [];
    const world = createWorld({
      program: {
        rules: null,
        start: (env) =>
          env.disk.append("file", "old", () =>
            env.disk.replace("file", ["new"], (error) => told.push(error)),
          ),
      },
      rules: null,
      nodes: ["n1"],
      options: {},
      seed,
      // Every operation takes exactly a millisecond.
      hostility: { ...calm, disk: { ...calm.disk, delayMinUs: 1000, delayMaxUs: 1000 } },
      codecs: false,
    });
    kill(world);
    world.runUntil(1e9);
    const content = world.files("n1").get("file");
    left.add(content?.kind === "records" ? content.records.join() : String(content));
    if (told.length > 0) left.add("told");
  }
  return [...left].sort();
}

t.test("a kill before, after or within a replacement leaves a whole file", async (t) => {
  const crashAt = (point: CrashPoint): readonly string[] =>
    leftOfReplacement(({ control }) => control.crashAt("n1", point, () => undefined));
  const killAt = (ms: number): readonly string[] =>
    leftOfReplacement((world) =>
      world.after(ms * 1e6, () => world.control.kill("n1", () => undefined)),
    );
  t.same(crashAt("before-replace"), ["old"]);
  t.same(crashAt("after-replace"), ["new"]);
  t.same(killAt(1.5), ["new", "old"]);
  t.same(killAt(5), ["new", "told"]);
});
