import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { bootRaftKv, linksAround } from "../testing/raft-kv-cluster.ts";
import { requireDocker } from "./testing/require-docker.ts";

// TCP's back-off keeps a connection dead for seconds after an 8 s cut: nodes must dial anew.

const nodes = ["n1", "n2", "n3"];

t.test(
  "after an 8 s cut a healed node gets entries over a new connection, and a leader commits",
  { ...(await requireDocker()), timeout: 90_000 },
  async (t) => {
    const running = await bootRaftKv(`test-heal-${process.pid}`, ["cut"], nodes);
    const { cluster } = running;
    t.teardown(() => cluster.down());
    const folder = t.testdir();
    const leader = await running.leader();
    const victim = nodes.find((node) => node !== leader) ?? "n1";
    const others = nodes.filter((node) => node !== victim);
    const links = linksAround(victim, nodes);
    const client = running.openClient(1);
    const put = (key: string): Promise<{ type: string }> =>
      new Promise((resolve) =>
        client.invoke({ f: "put", key, value: { value: "v", version: 0 } }, resolve),
      );

    t.equal((await put("before")).type, "ok");
    await new Promise((resolve) => cluster.control.cut(links, resolve));
    t.equal((await put("during")).type, "ok", "two of three commit");
    await sleep(8000);
    const appliedAlone = await running.appliedOn(victim);
    const healedNs = running.env.clock.now();
    await new Promise((resolve) => cluster.control.join(links, resolve));
    const after = await put("after");
    while ((await running.appliedOn(victim)) < appliedAlone + 2) await sleep(20);
    client.close();
    const leaderAfter = await running.leader();
    await cluster.collect(folder);

    t.equal(after.type, "ok", "a leader commits");
    const lastDialNs = async (from: string, to: string): Promise<number> => {
      const log = await readFile(join(folder, "logs", `${from}.log`), "utf8");
      const dials = log.split("\n").filter((line) => line.endsWith(`connected to ${to}`));
      return Number.parseFloat(dials.at(-1) ?? "0") * 1e9;
    };
    const dialsBack = await Promise.all(others.map((node) => lastDialNs(victim, node)));
    t.ok(Math.max(...dialsBack) > healedNs, "its answers go over a connection dialled anew");
    // A leader that was elected since may have an idle connection that the cut never touched.
    if (leaderAfter === leader) {
      t.ok((await lastDialNs(leader, victim)) > healedNs, "so do the entries");
    }
  },
);
