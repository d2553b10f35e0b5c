import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import t from "tap";
import type { ClientEnv } from "../../env/env.ts";
import { openKvClient } from "../kv-client.ts";
import { startKvsrv } from "../testing/kvsrv-node.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createVirtualNetwork } from "../testing/virtual-network.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapBytes(): number {
  for (let round = 0; round < 3; round++) collectGarbage();
  return process.memoryUsage().heapUsed;
}

t.test("the server remembers keys, not clients", async (t) => {
  const clientCount = 100_000;
  const clock = createVirtualClock();
  const node = startKvsrv(clock);
  const requester = createVirtualNetwork(
    clock,
    (_node, request, respond) => node(request, respond),
    () => ({ kind: "sent", requestMs: 0, replyMs: 0 }),
  );
  const env: ClientEnv = { clock, requester };
  let okCount = 0;

  function putOnce(process: number): void {
    const client = openKvClient("versioned-kv", {
      env,
      nodes: ["n1"],
      process,
      thread: 0,
      route: "leader",
      seed: "memory",
      timeoutMs: 1000,
    });
    const value = { value: String(process).padStart(1000, "x"), version: process };
    client.invoke({ f: "put", key: "k", value }, ({ type }) => {
      if (type === "ok") okCount += 1;
    });
    clock.run();
    client.close();
  }

  putOnce(0);
  const before = heapBytes();
  for (let process = 1; process <= clientCount; process++) putOnce(process);
  const grownBytes = heapBytes() - before;

  t.equal(okCount, clientCount + 1);
  const perClient = grownBytes / clientCount;
  t.ok(perClient <= 200, `${perClient.toFixed(1)} bytes a client`);
});
