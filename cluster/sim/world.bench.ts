/**
 * How fast a world runs by itself, without faults, nemesis and checks: five nodes with a heartbeat
 * every 50 ms, ten clients that offer 50 operations a second together. Once with raft-kv, once with
 * a program that does nothing: what is left is the world's own.
 */
import { withDefaults } from "../../workloads/resolve.ts";
import type { NodeProgram } from "../env/program.ts";
import { createRng } from "../env/rng.ts";
import type { Client } from "../subject.ts";
import { program as raftKv } from "../subjects/raft-kv/program.ts";
import { subject } from "../subjects/raft-kv/subject.ts";
import { calm } from "./hostility.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

const nodes = ["n1", "n2", "n3", "n4", "n5"];
const clientCount = 10;
const opsPerSecond = 50;
const heartbeatMs = 50;
const warmUpSeconds = 100;

const common = { nodes, options: withDefaults({}, subject.options), seed: 1, hostility: calm };

/** The same ports, used as often: n1 sends heartbeats and is asked, everyone writes what it is told. */
const idle: NodeProgram<null> = {
  rules: null,
  start: (env, config) => {
    const beat = (): void => {
      for (const to of config.nodes) env.network.send(to, "beat");
      env.clock.setTimer(heartbeatMs, beat);
    };
    if (env.node === "n1") beat();
    env.network.onFrame((from, frame) => {
      if (frame === "beat") env.network.send(from, "answer");
    });
    env.server.serve((request, respond) =>
      env.disk.append("log", request.path, () => respond({ status: 200, body: null })),
    );
  },
};

const slices = 400;

/** The best of many slices: the others tell of what else the machine did meanwhile. */
function measure(name: string, world: World, virtualSeconds: number): void {
  world.runUntil(warmUpSeconds * 1e9);
  const startEvents = world.events();
  let bestUs = Number.POSITIVE_INFINITY;
  for (let slice = 0; slice < slices; slice++) {
    const [before, startedMs] = [world.events(), performance.now()];
    world.runUntil(world.now() + (virtualSeconds / slices) * 1e9);
    const events = world.events() - before;
    bestUs = Math.min(bestUs, ((performance.now() - startedMs) * 1000) / events);
  }
  const eventsPerVirtualSecond = (world.events() - startEvents) / virtualSeconds;
  console.log({
    name,
    virtualSecondsPerSecond: Math.round(1e6 / bestUs / eventsPerVirtualSecond),
    eventsPerVirtualSecond: Math.round(eventsPerVirtualSecond),
    microsecondsPerEvent: Number(bestUs.toFixed(3)),
    exits: world.unexpectedExits(),
  });
}

function create<Rules>(options: Pick<WorldOptions<Rules>, "program" | "rules" | "codecs">): World {
  return createWorld({ ...common, ...options, onTrace: () => undefined });
}

/** Every arrival takes an idle client; one that finds none is dropped. */
function load(world: World, open: (thread: number) => Pick<Client, "invoke">): World {
  const rng = createRng("bench");
  const free = Array.from({ length: clientCount }, (_, thread) => open(thread));
  const arrive = (): void => {
    world.after(rng.int(1, 2e9 / opsPerSecond), arrive);
    const client = free.pop();
    if (client === undefined) return;
    const key = `k${rng.int(1, 6)}`;
    const value = { value: `v${world.now()}`, version: 0 };
    const operation = rng.chance(1, 2) ? { f: "get", key } : { f: "put", key, value };
    client.invoke(operation, () => free.push(client));
  };
  arrive();
  return world;
}

function raftKvWorld(codecs: boolean): World {
  const world = create({ program: raftKv, rules: raftKv.rules, codecs });
  const open = (thread: number): Client =>
    subject.openClient("versioned-kv", {
      env: world.clientEnv,
      nodes,
      process: thread,
      thread,
      route: "leader",
      seed: `bench/${thread}`,
      timeoutMs: 1000,
    });
  return load(world, open);
}

function idleWorld(): World {
  const world = create({ program: idle, rules: null, codecs: false });
  const invoke: Client["invoke"] = (_operation, done) =>
    world.clientEnv.requester.request("n1", { method: "GET", path: "/" }, 1000, () =>
      done({ type: "ok" }),
    );
  return load(world, () => ({ invoke }));
}

const virtualSeconds = Number(process.argv[2] ?? 2000);
measure("the world alone", idleWorld(), virtualSeconds);
measure("raft-kv", raftKvWorld(false), virtualSeconds);
measure("raft-kv, real codecs", raftKvWorld(true), virtualSeconds / 10);
