/**
 * How fast a world runs by itself: five raft-kv nodes with a heartbeat every 50 ms, ten clients that
 * offer 50 operations a second together, no faults, no checks. Prints virtual seconds a wall second.
 */

import { withDefaults } from "../../workloads/resolve.ts";
import { createRng } from "../env/rng.ts";
import type { Client } from "../subject.ts";
import { program } from "../subjects/raft-kv/program.ts";
import { subject } from "../subjects/raft-kv/subject.ts";
import { calm } from "./hostility.ts";
import { createWorld } from "./world.ts";

const virtualSeconds = Number(process.argv[2] ?? 600);
const nodes = ["n1", "n2", "n3", "n4", "n5"];
const clientCount = 10;
const opsPerSecond = 50;

const rng = createRng("bench");
let traced = 0;
const world = createWorld({
  program,
  rules: program.rules,
  nodes,
  options: withDefaults({}, subject.options),
  seed: 1,
  hostility: calm,
  codecs: false,
  onTrace: () => {
    traced += 1;
  },
});
const idle: Client[] = Array.from({ length: clientCount }, (_, thread) =>
  subject.openClient("versioned-kv", {
    env: world.clientEnv,
    nodes,
    process: thread,
    thread,
    route: "leader",
    seed: `bench/${thread}`,
    timeoutMs: 1000,
  }),
);
let ok = 0;

function arrive(): void {
  world.after(rng.int(1, 2e9 / opsPerSecond), arrive);
  const client = idle.pop();
  if (client === undefined) return;
  const key = `k${rng.int(1, 6)}`;
  const value = { value: `v${world.now()}`, version: 0 };
  const operation = rng.chance(1, 2) ? { f: "get", key } : { f: "put", key, value };
  client.invoke(operation, ({ type }) => {
    if (type === "ok") ok += 1;
    idle.push(client);
  });
}

arrive();
world.runUntil(10e9);
const [eventsBefore, startedMs] = [world.events(), performance.now()];
world.runUntil((10 + virtualSeconds) * 1e9);
const wallSeconds = (performance.now() - startedMs) / 1000;
const events = world.events() - eventsBefore;
console.log({
  speedup: Math.round(virtualSeconds / wallSeconds),
  eventsPerVirtualSecond: Math.round(events / virtualSeconds),
  microsecondsPerEvent: Number(((wallSeconds * 1e6) / events).toFixed(3)),
  ok,
  traced,
  exits: world.unexpectedExits(),
});
