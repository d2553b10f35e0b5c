import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { createCoreWaits } from "./core-waits.ts";

t.test("counts from one look to the next, process by process", async (t) => {
  const waitedNs = new Map([
    [11, 5e9],
    [12, 1e9],
  ]);
  const waits = createCoreWaits((pid) => waitedNs.get(pid) ?? null);
  const look = (pids: Record<string, number>) =>
    Object.fromEntries(waits.look(new Map(Object.entries(pids))));
  t.same(look({ n1: 11, n2: 12 }), {}, "nothing to compare with");
  waitedNs.set(11, 5.7e9);
  t.same(look({ n1: 11, n2: 12 }), { n1: 700, n2: 0 });
  waitedNs.delete(12);
  waitedNs.set(13, 9e9);
  t.same(look({ n1: 11, n2: 13 }), { n1: 0 }, "another incarnation has not been seen before");
  waitedNs.set(13, 9.2e9);
  t.same(look({ n1: 11, n2: 13 }), { n1: 0, n2: 200 });
});

const isLinux = existsSync("/proc/self/schedstat");
const skip = isLinux ? false : "only Linux tells how long a process waited for a core";

t.test("processes that share the cores wait for them", { skip }, async (t) => {
  const count = 4 * availableParallelism();
  const busy = Array.from({ length: count }, () => spawn(process.execPath, ["-e", "for (;;);"]));
  t.teardown(async () => {
    for (const child of busy) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });
  const pids = new Map(busy.map(({ pid = 0 }, at) => [`n${at}`, pid]));
  const waits = createCoreWaits();
  waits.look(pids);
  let waitedMs = 0;
  // Each gets a quarter of a core at most.
  while (waitedMs < 500) {
    await sleep(100);
    for (const ms of waits.look(pids).values()) waitedMs += ms;
  }
  t.pass(`${count} busy processes waited`);
});
