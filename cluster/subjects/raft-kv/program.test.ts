import t from "tap";
import { type NodeOptions, plantBug } from "../../env/program.ts";
import { createFakeWorld, type FakeWorld } from "../../env/testing/fake-env.ts";
import type { Completion } from "../../subject.ts";
import { openKvClient } from "../kv-client.ts";
import { bug as m20 } from "./bugs/m20.ts";
import { bug as m28 } from "./bugs/m28.ts";
import { program, type Rules } from "./program.ts";

// The whole program, its clients included, in virtual time.

const nodes = ["n1", "n2", "n3"];

function startThree(rules: Rules = program.rules, seed = 1, options: NodeOptions = {}): FakeWorld {
  const world = createFakeWorld(program, rules, nodes, seed, options);
  for (const node of nodes) world.start(node);
  world.run(2000);
  return world;
}

/** The node that leads the highest term. */
function leaderOf(world: FakeWorld): string {
  const elections = world.trace.filter((one) => one.kind === "role" && one["role"] === "leader");
  const latest = elections.reduce((a, b) => (Number(a["term"]) > Number(b["term"]) ? a : b));
  return latest.node;
}

type Op = { readonly f: string; readonly key: string; readonly value?: unknown };

function openClient(world: FakeWorld, process: number, model = "versioned-kv") {
  return openKvClient(model, {
    env: world.clientEnv,
    nodes,
    process,
    thread: process,
    route: "pinned",
    seed: `test/${process}`,
    timeoutMs: 1000,
  });
}

/** Sends one operation to one node only, and waits 1 s at the most for its end. */
function callAt(world: FakeWorld, node: string, operation: Op): Completion {
  let end: Completion = { type: "info", error: "never ended" };
  let hasEnded = false;
  const client = openKvClient("versioned-kv", {
    env: world.clientEnv,
    nodes: [node],
    process: 99,
    thread: 0,
    route: "pinned",
    seed: "test",
    timeoutMs: 400,
  });
  client.invoke(operation, (completion) => {
    end = completion;
    hasEnded = true;
  });
  for (let waitedMs = 0; waitedMs < 1000 && !hasEnded; waitedMs += 10) world.run(10);
  client.close();
  return end;
}

const get: Op = { f: "get", key: "k" };
const put = (value: string, version: number): Op => ({
  f: "put",
  key: "k",
  value: { value, version },
});

/** Three clients work through a partition and a crash; returns all that was seen. */
function runPartition(seed: number, options: NodeOptions = {}, rules: Rules = program.rules) {
  const world = startThree(rules, seed, options);
  const seen: unknown[] = [];
  const acknowledged: string[] = [];
  let isOver = false;

  nodes.forEach((_, process) => {
    const client = openClient(world, process, "append-list");
    const next = (count: number): void => {
      const value = `${process}.${count}`;
      const onEnd = (completion: Completion): void => {
        seen.push({ value, mono: world.clientEnv.clock.now(), ...completion });
        if (completion.type === "ok") acknowledged.push(value);
        if (!isOver) world.clientEnv.clock.setTimer(20, () => next(count + 1));
      };
      client.invoke({ f: "append", key: "list", value }, onEnd);
    };
    next(1);
  });
  world.run(1000);
  const first = leaderOf(world);
  world.network.isolated = [first];
  world.run(2000);
  const second = leaderOf(world);
  world.network.isolated = [];
  world.kill(second);
  world.run(1000);
  world.start(second);
  world.run(3000);
  isOver = true;
  world.run(2000);

  const reader = openClient(world, 9, "append-list");
  let list: unknown = null;
  reader.invoke({ f: "read", key: "list" }, ({ value }) => {
    list = value;
  });
  world.run(1000);
  return { trace: world.trace, seen, acknowledged, list: list as readonly string[], first, second };
}

t.test("three nodes, their clerks and a partition run the same way twice", async (t) => {
  const one = runPartition(5);
  const two = runPartition(5);
  const other = runPartition(6);

  t.ok(one.trace.length > 1000);
  t.same(JSON.stringify(one.trace), JSON.stringify(two.trace));
  t.same(one.seen, two.seen);
  t.not(JSON.stringify(one.trace), JSON.stringify(other.trace), "another seed, another run");
});

/** Snapshots all the time, and in parts. */
const compacting = { snapshotEntriesMax: 7, snapshotChunkChars: 300 };

/** What an acknowledged append may not suffer: to be lost, or to be there twice. */
function damageOf({ list, acknowledged }: ReturnType<typeof runPartition>): string[] {
  const present = new Set(list);
  const lost = acknowledged.filter((value) => !present.has(value));
  const doubled = list.filter((value, at) => list.indexOf(value) !== at);
  return [...lost.map((value) => `${value} lost`), ...doubled.map((value) => `${value} doubled`)];
}

t.test("a partition and a crash lose no acknowledged append and repeat none", async (t) => {
  for (const options of [{}, compacting, { ...compacting, sessionsMax: 2 }]) {
    for (const seed of [1, 2]) {
      const run = runPartition(seed, options);

      t.not(run.first, run.second, "the partition moved the leader");
      t.ok(run.acknowledged.length > 100, `${run.acknowledged.length} acknowledged`);
      t.same(damageOf(run), []);
      const snapshots = run.trace.filter(({ kind }) => kind === "snapshot");
      t.equal(snapshots.length > 50, "snapshotEntriesMax" in options);
    }
  }
});

t.test("a node that restarts has what it acknowledged", async (t) => {
  const world = startThree();
  t.match(callAt(world, leaderOf(world), put("a", 0)), { type: "ok" });

  for (const node of nodes) world.kill(node);
  for (const node of nodes) world.start(node);
  world.run(2000);

  t.match(callAt(world, leaderOf(world), get), { type: "ok", value: { value: "a", version: 1 } });
});

/** An old leader that is cut off, and its successor that has written meanwhile. */
function splitBrain(rules: Rules) {
  const world = startThree(rules);
  const old = leaderOf(world);
  callAt(world, old, put("first", 0));
  world.network.isolated = [old];
  // Before check-quorum makes the old one step down.
  while (leaderOf(world) === old) world.run(10);
  return { world, old, successor: leaderOf(world) };
}

t.test("M28 serves a stale read, the correct rules do not", async (t) => {
  const read = (rules: Rules): Completion => {
    const { world, old, successor } = splitBrain(rules);
    t.match(callAt(world, successor, put("second", 1)), { type: "ok" });
    return callAt(world, old, get);
  };

  t.not(read(program.rules).type, "ok");
  t.match(read(plantBug(program, m28).rules), {
    type: "ok",
    value: { value: "first", version: 1 },
  });
});

t.test("M20 loses an acknowledged write, the correct rules do not", async (t) => {
  const write = (rules: Rules) => {
    const { world, old, successor } = splitBrain(rules);
    const ack = callAt(world, old, put("lost", 1));
    callAt(world, successor, put("kept", 1));
    world.network.isolated = [];
    world.run(2000);
    return { ack, read: callAt(world, leaderOf(world), get) };
  };

  t.match(write(program.rules), { ack: { type: "info" }, read: { value: { value: "kept" } } });
  t.match(write(plantBug(program, m20).rules), {
    ack: { type: "ok" },
    read: { value: { value: "kept", version: 2 } },
  });
});
