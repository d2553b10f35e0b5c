/**
 * What the invariants cost for each trace record: the records of a simulated minute of five raft-kv nodes
 * under load and faults, over and over. Prints nanoseconds a record.
 */
import type { TraceRecord } from "../env/env.ts";
import { createInvariants } from "../raft/invariants.ts";
import { runRaftKv } from "./testing/raft-kv-world.ts";

type Seen = {
  readonly node: string;
  readonly inc: number;
  readonly record: TraceRecord;
  readonly timeNs: number;
};

const rounds = 200;
const nodes = ["n1", "n2", "n3", "n4", "n5"];

/** Lines are `TIME NODE INC JSON`, or `TIME client ...`. */
const seen: Seen[] = runRaftKv(1, false, 60).lines.flatMap((line) => {
  const [timeNs, node = "", inc] = line.split(" ", 3);
  if (node === "client") return [];
  const record = JSON.parse(line.slice(line.indexOf("{"))) as TraceRecord;
  return [{ node, inc: Number(inc), record, timeNs: Number(timeNs) }];
});

function replay(): number {
  const invariants = createInvariants(nodes);
  for (const { node, inc, record, timeNs } of seen) invariants.observe(node, inc, record, timeNs);
  return invariants.violationCount();
}

for (let round = 0; round < rounds / 10; round++) replay();
const before = process.memoryUsage().heapUsed;
// Processor time: a busy machine must not show.
const startedUs = process.cpuUsage().user;
let violations = 0;
for (let round = 0; round < rounds; round++) violations += replay();
const tookUs = process.cpuUsage().user - startedUs;
console.log({
  records: seen.length,
  violations,
  nanosecondsPerRecord: Math.round((tookUs * 1e3) / rounds / seen.length),
  heapGrowthKB: Math.round((process.memoryUsage().heapUsed - before) / 1024),
});
