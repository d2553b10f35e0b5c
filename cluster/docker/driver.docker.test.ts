import { readFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import type { Cluster, Link, LinkState } from "../control.ts";
import { askOnce, askUntilAnswer, bootEcho, settled } from "./testing/boot-echo.ts";
import { findLabelled } from "./testing/find-labelled.ts";
import { requireDocker } from "./testing/require-docker.ts";

const run = `driver-test-${process.pid}`;
const nodes = ["n1", "n2", "n3"];
const allLinks = nodes.flatMap((from) =>
  nodes.filter((to) => to !== from).map((to): Link => ({ from, to })),
);

t.test("a cluster of real containers (DESIGN 8)", await requireDocker(), async (t) => {
  const needs = new Set(["kill", "pause", "cut", "clock"] as const);
  const cluster = await bootEcho({ run, nodes, needs });
  t.teardown(() => cluster.down());
  const { control } = cluster;
  for (const node of nodes) await askUntilAnswer(cluster, node);

  t.match(cluster.provenance, { image: /sha256:/, base: /./, engine: /./, clients: /./ });

  await t.test("a cut drops one direction only, and a join heals it", async (t) => {
    const oneWay: Link = { from: "n1", to: "n2" };
    t.same(await cutLinks(cluster), [], "nothing is cut at first");
    await settled((done) => control.cut([oneWay], done));
    await settled((done) => control.cut([oneWay], done));
    t.same(await cutLinks(cluster), ["n1 -> n2"], "cutting twice cuts once");
    const both: Link[] = [
      { from: "n3", to: "n2" },
      { from: "n2", to: "n3" },
    ];
    await settled((done) => control.cut(both, done));
    t.same(await cutLinks(cluster), ["n1 -> n2", "n2 -> n3", "n3 -> n2"]);
    await settled((done) => control.join(allLinks, done));
    await settled((done) => control.join(allLinks, done));
    t.same(await cutLinks(cluster), []);
  });

  await t.test("a request to a killed node was certainly not sent", async (t) => {
    await settled((done) => control.kill("n2", done));
    // Behind a published port the engine's own proxy accepts, then resets: nobody can know.
    const isDialled = cluster.provenance["clients"]?.startsWith("pod addresses") === true;
    const expected = isDialled ? { kind: "not-sent", error: "ECONNREFUSED" } : { kind: "lost" };
    t.match(await askOnce(cluster, "n2"), expected);
    await settled((done) => control.kill("n2", done));
    // An engine that is not on this machine shows no processes.
    if (isDialled)
      t.same([...cluster.pids().keys()], ["n1", "n3"], "the others' processes are seen");
    await settled((done) => control.resume("n2", done));
    await settled((done) => control.start("n2", done));
    await settled((done) => control.start("n2", done));
    await askUntilAnswer(cluster, "n2");
    t.same(cluster.unexpectedExits(), [], "what was asked for surprises nobody");
    if (isDialled) t.equal(cluster.pids().size, 3);
  });

  await t.test("a node that is killed and started keeps address and cuts", async (t) => {
    await settled((done) => control.cut([{ from: "n1", to: "n3" }], done));
    await settled((done) => control.kill("n3", done));
    await settled((done) => control.start("n3", done));
    await askUntilAnswer(cluster, "n3");
    t.same(await cutLinks(cluster), ["n1 -> n3"]);
    await settled((done) => control.join(allLinks, done));
  });

  await t.test(
    "a paused node is silent, and one that is killed meanwhile starts again",
    async (t) => {
      await settled((done) => control.pause("n1", done));
      await settled((done) => control.pause("n1", done));
      t.match(await askOnce(cluster, "n1"), { kind: "lost" });
      await settled((done) => control.resume("n1", done));
      await settled((done) => control.resume("n1", done));
      await askUntilAnswer(cluster, "n1");
      await settled((done) => control.pause("n1", done));
      await settled((done) => control.kill("n1", done));
      await settled((done) => control.start("n1", done));
      await askUntilAnswer(cluster, "n1");
    },
  );

  await t.test("a wall clock lies as told, also after a restart, and is healed", async (t) => {
    await settled((done) => control.setClock("n2", { offsetMs: -90_000, rate: 1 }, done));
    t.ok(isAbout(await clockLieMs(cluster, "n2"), -90_000));
    t.ok(isAbout(await clockLieMs(cluster, "n1"), 0), "nobody else's");
    await settled((done) => control.setClock("n2", { offsetMs: 60_000, rate: 2 }, done));
    const before = await clockLieMs(cluster, "n2");
    t.ok(before > 59_000, "a rate counts from now, not from the start of the process");
    await settled((done) => control.kill("n2", done));
    await settled((done) => control.start("n2", done));
    await askUntilAnswer(cluster, "n2");
    t.ok((await clockLieMs(cluster, "n2")) > before, "the lie grows on, over a restart too");
    await settled((done) => control.setClock("n2", { offsetMs: 0, rate: 1 }, done));
    t.ok(isAbout(await clockLieMs(cluster, "n2"), 0));
  });

  await t.test("an end that nobody asked for is told once, with the last words", async (t) => {
    await askOnce(cluster, "n3", "/exit");
    let exits = cluster.unexpectedExits();
    for (let attempts = 0; exits.length === 0 && attempts < 100; attempts++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      exits = cluster.unexpectedExits();
    }
    t.match(exits, [{ node: "n3", reason: /^told to end.*exit status 1/, isEnvironment: false }]);
    t.same(cluster.unexpectedExits(), []);
  });

  await t.test("logs and traces are collected from living and dead nodes", async (t) => {
    const folder = t.testdir();
    await cluster.collect(folder);
    for (const node of nodes) {
      t.match(await readFile(join(folder, "logs", `${node}.log`), "utf8"), `${node} is up`);
      const trace = await readFile(join(folder, "trace", `${node}.jsonl`), "utf8");
      t.match(JSON.parse(trace.split("\n")[0] ?? ""), { node, kind: "start" });
    }
  });

  await t.test("down leaves nothing, however often it is called", async (t) => {
    await cluster.down();
    await cluster.down();
    t.same(await findLabelled(run), []);
  });
});

t.test(
  "messages of clients are lost only where boot prepared for it",
  await requireDocker(),
  async (t) => {
    const name = `${run}-lossy`;
    const cluster = await bootEcho({ run: name, needs: new Set(["lose-messages"] as const) });
    t.teardown(() => cluster.down());
    const lose = (requestsPermille: number): Promise<void> =>
      settled((done) =>
        cluster.control.loseMessages("n1", { requestsPermille, repliesPermille: 0 }, done),
      );
    await askUntilAnswer(cluster, "n1");

    await lose(1_000);
    t.match(await askOnce(cluster, "n1"), { kind: "lost", error: "timeout" });
    await lose(0);
    await askUntilAnswer(cluster, "n1");

    const { control } = cluster;
    const heal = { offsetMs: 0, rate: 1 };
    await settled((done) => control.setClock("n1", heal, done));
    await t.rejects(
      settled((done) => control.setClock("n1", { offsetMs: 1, rate: 1 }, done)),
      {
        code: "E_DOCKER",
        message: /"clock"/,
      },
    );
  },
);

async function cutLinks({ control }: Cluster): Promise<string[]> {
  const states = await new Promise<readonly LinkState[]>((resolve, reject) => {
    control.probeLinks(allLinks, (error, found) => {
      if (error === null) resolve(found);
      else reject(error);
    });
  });
  return allLinks.filter((_, at) => states[at] === "cut").map(({ from, to }) => `${from} -> ${to}`);
}

async function clockLieMs(cluster: Cluster, node: string): Promise<number> {
  const { wallMs } = await askUntilAnswer(cluster, node);
  return wallMs - Date.now();
}

function isAbout(foundMs: number, wantedMs: number): boolean {
  return Math.abs(foundMs - wantedMs) < 2_000;
}
