import { setTimeout as sleep } from "node:timers/promises";
import { bootRaftKv, linksAround, median } from "../testing/raft-kv-cluster.ts";

// After an 8 s cut of one node: how long from heal until it has an entry that was written after it.

const rounds = 10;
const cutMs = 8000;

const bench = await bootRaftKv("bench-heal", ["cut"]);
const { control } = bench.cluster;
const healMs: number[] = [];
try {
  for (let round = 0; round < rounds; round++) {
    const leader = await bench.leader();
    const victim = bench.nodes.find((node) => node !== leader) ?? "n1";
    const links = linksAround(victim, bench.nodes);
    await new Promise((resolve) => control.cut(links, resolve));
    await sleep(cutMs);
    await new Promise((resolve) => control.join(links, resolve));
    healMs.push(await caughtUpMs(victim, round));
    await sleep(1000);
  }
} finally {
  await bench.cluster.down();
}
console.log(
  `healed after ${cutMs / 1000} s: new entry applied on the cut node in ${median(healMs).toFixed(0)} ms ` +
    `(median of ${rounds}; ${healMs.map((ms) => ms.toFixed(0)).join(", ")})`,
);

/** Writes until one put is acknowledged, then waits until `victim` has applied that much. */
async function caughtUpMs(victim: string, round: number): Promise<number> {
  const startMs = performance.now();
  const client = bench.openClient(1000 + round);
  for (let attempt = 0; ; attempt++) {
    const value = { value: "v", version: 0 };
    const completion = await new Promise<{ type: string }>((resolve) =>
      client.invoke({ f: "put", key: `heal-${round}-${attempt}`, value }, resolve),
    );
    if (completion.type === "ok") break;
  }
  client.close();
  const target = await bench.appliedOn(await bench.leader());
  while ((await bench.appliedOn(victim)) < target) await sleep(5);
  return performance.now() - startMs;
}
