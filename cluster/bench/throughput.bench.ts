import type { Client } from "../subject.ts";
import { bootRaftKv } from "../testing/raft-kv-cluster.ts";

// Acknowledged writes a second of raft-kv, five nodes in Docker, closed loop, a key for each client.

const secondsEach = 10;
const warmUpSeconds = 3;

let fresh = 0;
const bench = await bootRaftKv("bench-throughput", []);
try {
  await writesPerSecond(32, warmUpSeconds);
  for (const clients of [32, 1]) {
    const rate = await writesPerSecond(clients, secondsEach);
    console.log(`${clients} clients: ${rate.toFixed(0)} acknowledged writes/s`);
  }
} finally {
  await bench.cluster.down();
}

async function writesPerSecond(clients: number, seconds: number): Promise<number> {
  const endMs = performance.now() + seconds * 1000;
  const counts = await Promise.all(
    Array.from({ length: clients }, (_, at) => writeUntil(endMs, bench.openClient(at), at)),
  );
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

/** Puts onto a fresh key, one after another; only `ok` counts. */
function writeUntil(endMs: number, client: Client, at: number): Promise<number> {
  const key = `bench-${at}-${fresh++}`;
  return new Promise((resolve) => {
    let acknowledged = 0;
    const next = (): void => {
      if (performance.now() >= endMs) {
        client.close();
        resolve(acknowledged);
        return;
      }
      const value = { value: "v".repeat(16), version: acknowledged };
      client.invoke({ f: "put", key, value }, (completion) => {
        if (completion.type === "ok") acknowledged += 1;
        next();
      });
    };
    next();
  });
}
