import { bootRaftKv, median } from "../testing/raft-kv-cluster.ts";

// From nothing to the first acknowledged write of a cluster of five in Docker, and gone again.

const rounds = 5;
const upMs: number[] = [];
const downMs: number[] = [];
for (let round = 0; round < rounds; round++) {
  const startMs = performance.now();
  const bench = await bootRaftKv(`bench-boot-${round}`, []);
  const client = bench.openClient(0);
  await new Promise((resolve) =>
    client.invoke({ f: "put", key: "k", value: { value: "v", version: 0 } }, resolve),
  );
  upMs.push(performance.now() - startMs);
  client.close();
  const downStartMs = performance.now();
  await bench.cluster.down();
  downMs.push(performance.now() - downStartMs);
}
console.log(`boot to first acknowledged write, five nodes: median ${median(upMs).toFixed(0)} ms`);
console.log(`taken down: median ${median(downMs).toFixed(0)} ms (${rounds} rounds)`);
