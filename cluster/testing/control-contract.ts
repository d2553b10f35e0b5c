import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import type { Cluster, Control, Done, Link, LinkState } from "../control.ts";
import type { Json, NodeName, Outcome, Request } from "../env/env.ts";

/** What differs between drivers by design. */
export type ContractOptions = {
  /**
   * What a one-way cut stops: the frames of one direction, or its packets, which takes the
   * acknowledgements of the other direction too.
   */
  readonly oneWay: "frames" | "packets";
  /** The true wall clock; the host's unless told. */
  readonly wallMs?: () => number;
};

/** What the echo program is told at start. */
export const contractNodeOptions = { flavour: 7 };

/**
 * The promises of `Control` and `Cluster`, kept by every driver.
 *
 * `boot` boots the echo program (`testing/echo.ts`) on n1, n2 and n3 with everything that the
 * driver can do. The contract takes the cluster down. Nothing here is about speed: waiting ends
 * with the effect.
 */
export async function controlContract(
  t: Test,
  { oneWay, wallMs = Date.now }: ContractOptions,
  boot: () => Promise<Cluster>,
): Promise<void> {
  const cluster = await boot();
  t.teardown(() => cluster.down());
  const nodes = createNodes(cluster, wallMs);
  await Promise.all(cluster.control.nodes.map(nodes.untilAnswers));
  t.same(await nodes.ask("n1", { method: "GET", path: "/options" }), contractNodeOptions);
  await testProcesses(t, cluster, nodes);
  await testLinks(t, cluster, nodes, oneWay);
  await testClockAndMessages(t, cluster, nodes);
  await testEnds(t, cluster, nodes);
}

async function testProcesses(t: Test, cluster: Cluster, nodes: Nodes): Promise<void> {
  const { control } = cluster;
  await t.test("kill ends a node, start brings it back on the disk it left", async (t) => {
    t.equal(await nodes.ask("n1", { method: "POST", path: "/append", body: "kept" }), null);
    await perform(control, "kill", "n1");
    await perform(control, "kill", "n1");
    t.equal(await nodes.ask("n1", echo), undefined, "a killed node does not answer");

    await perform(control, "start", "n1");
    await perform(control, "start", "n1");
    await nodes.untilAnswers("n1");
    t.equal(await nodes.ask("n1", { method: "GET", path: "/file" }), "kept");
    t.same(cluster.unexpectedExits(), [], "what was asked for is not unexpected");
  });

  await t.test("pause freezes a node, resume lets it go on", async (t) => {
    await perform(control, "pause", "n2");
    await perform(control, "pause", "n2");
    t.equal(await nodes.ask("n2", echo), undefined, "a paused node does not answer");

    await perform(control, "resume", "n2");
    await perform(control, "resume", "n2");
    await nodes.untilAnswers("n2");
    t.same(cluster.unexpectedExits(), []);
  });

  await t.test("a paused node can be killed and started", async () => {
    await perform(control, "pause", "n2");
    await perform(control, "kill", "n2");
    await perform(control, "start", "n2");
    await perform(control, "resume", "n2");
    await nodes.untilAnswers("n2");
  });
}

async function testLinks(
  t: Test,
  cluster: Cluster,
  nodes: Nodes,
  oneWay: ContractOptions["oneWay"],
): Promise<void> {
  const { control } = cluster;
  await t.test("cut stops what one node sends to another, and only that", async (t) => {
    const link: Link = { from: "n1", to: "n2" };
    const back: Link = { from: "n2", to: "n1" };
    await nodes.untilDelivered(link);
    await nodes.untilDelivered(back);
    t.same(await probe(control, [link, back]), ["open", "open"]);

    await links(control, "cut", [link]);
    await links(control, "cut", [link]);
    const heardBefore = await nodes.heard(link);
    for (let count = 0; count < 3; count++) await nodes.send(link);
    await nodes.untilDelivered({ from: "n3", to: "n2" });
    if (oneWay === "frames") await nodes.untilDelivered(back);
    t.equal(await nodes.heard(link), heardBefore, "nothing came through the cut");
    const [state, backState] = await probe(control, [link, back]);
    t.equal(state, "cut");
    if (oneWay === "frames") t.equal(backState, "open");

    await perform(control, "kill", "n2");
    await perform(control, "start", "n2");
    await nodes.untilAnswers("n2");
    t.same(await probe(control, [link]), ["cut"], "a node that restarts is still cut");

    await links(control, "join", [link]);
    await links(control, "join", [link]);
    t.same(await probe(control, [link, back]), ["open", "open"]);
    await nodes.untilDelivered(link);
    await nodes.untilDelivered(back);
  });

  await t.test("a probe of a node that is down is unknown, not cut", async (t) => {
    await perform(control, "kill", "n3");
    t.same(await probe(control, [{ from: "n1", to: "n3" }]), ["unknown"]);
    await perform(control, "start", "n3");
    await nodes.untilAnswers("n3");
    t.same(await probe(control, []), []);
  });
}

async function testClockAndMessages(t: Test, cluster: Cluster, nodes: Nodes): Promise<void> {
  const { control } = cluster;
  await t.test("setClock moves the wall clock of one node, over restarts too", async (t) => {
    await called((done) => control.setClock("n1", { offsetMs: -90_000, rate: 1 }, done));
    await nodes.untilWall("n1", (aheadMs) => aheadMs < -80_000);
    t.ok(Math.abs(await nodes.aheadMs("n2")) < 10_000, "the others keep the true time");

    await perform(control, "kill", "n1");
    await perform(control, "start", "n1");
    await nodes.untilAnswers("n1");
    await nodes.untilWall("n1", (aheadMs) => aheadMs < -80_000);

    await called((done) => control.setClock("n1", { offsetMs: 60_000, rate: 2 }, done));
    await nodes.untilWall("n1", (aheadMs) => aheadMs > 60_500);

    await called((done) => control.setClock("n1", { offsetMs: 0, rate: 1 }, done));
    await nodes.untilWall("n1", (aheadMs) => Math.abs(aheadMs) < 10_000);
  });

  await t.test("loseMessages takes requests and replies of one node", async (t) => {
    const all = { requestsPermille: 1000, repliesPermille: 1000 };
    await called((done) => control.loseMessages("n1", all, done));
    t.match(await nodes.outcome("n1", echo), { kind: "lost" });
    t.equal(await nodes.ask("n2", echo), "hello", "of one node only");

    const none = { requestsPermille: 0, repliesPermille: 0 };
    await called((done) => control.loseMessages("n1", none, done));
    t.equal(await nodes.ask("n1", echo), "hello");
  });
}

async function testEnds(t: Test, cluster: Cluster, nodes: Nodes): Promise<void> {
  const { control } = cluster;
  await t.test("an exit that nobody asked for is reported once", async (t) => {
    await nodes.outcome("n3", { method: "POST", path: "/fatal", body: "no reason" });

    const exits: unknown[] = [];
    await eventually(async () => exits.push(...cluster.unexpectedExits()) > 0);
    t.match(exits, [{ node: "n3", reason: /^no reason/, isFatal: true, isEnvironment: false }]);
    t.match(exits, [{ atNs: Number, lastLines: Array }], "what the node said at last");
    await perform(control, "start", "n3");
    await nodes.untilAnswers("n3");
    t.same(cluster.unexpectedExits(), []);
  });

  await t.test("collect writes the log and the trace of every node", async (t) => {
    const folder = t.testdir();
    await cluster.collect(folder);
    for (const node of control.nodes) {
      t.ok(existsSync(join(folder, "logs", `${node}.log`)), `log of ${node}`);
      t.ok(existsSync(join(folder, "trace", `${node}.jsonl`)), `trace of ${node}`);
    }
  });

  await t.test("down leaves nothing that answers, and may be called twice", async (t) => {
    await cluster.down();
    await cluster.down();
    t.not((await nodes.outcome("n1", echo)).kind, "response");
  });
}

const echo: Request = { method: "POST", path: "/echo", body: "hello" };
/** Of one request; long enough for a busy machine, short enough to see that nobody answers. */
const timeoutMs = 1000;

type Nodes = {
  outcome(to: NodeName, request: Request): Promise<Outcome>;
  /** The body of the answer; undefined without one. */
  ask(to: NodeName, request: Request): Promise<Json | undefined>;
  untilAnswers(node: NodeName): Promise<void>;
  send(link: Link): Promise<void>;
  /** How many frames of this link its far end heard since it started. */
  heard(link: Link): Promise<number>;
  /** Sends until one more arrives: frames are lossy. */
  untilDelivered(link: Link): Promise<void>;
  /** How far a node's wall clock is ahead of the true one. */
  aheadMs(node: NodeName): Promise<number>;
  untilWall(node: NodeName, isRight: (aheadMs: number) => boolean): Promise<void>;
};

function createNodes({ requester }: Cluster, wallMs: () => number): Nodes {
  const outcome: Nodes["outcome"] = (to, request) =>
    new Promise((resolve) => requester.request(to, request, timeoutMs, resolve));
  const ask: Nodes["ask"] = async (to, request) => {
    const answer = await outcome(to, request);
    return answer.kind === "response" ? answer.body : undefined;
  };
  const send: Nodes["send"] = async ({ from, to }) => {
    await ask(from, { method: "POST", path: "/send", body: { to, text: "frame" } });
  };
  const heard: Nodes["heard"] = async ({ from, to }) => {
    const frames = (await ask(to, { method: "GET", path: "/heard" })) ?? [];
    return (frames as readonly { from: NodeName }[]).filter((frame) => frame.from === from).length;
  };
  const aheadMs: Nodes["aheadMs"] = async (node) =>
    Number(await ask(node, { method: "GET", path: "/wall" })) - wallMs();
  return {
    outcome,
    ask,
    send,
    heard,
    aheadMs,
    untilAnswers: (node) => eventually(async () => (await ask(node, echo)) === "hello"),
    untilDelivered: async (link) => {
      const before = await heard(link);
      await eventually(async () => {
        await send(link);
        return (await heard(link)) > before;
      });
    },
    untilWall: (node, isRight) => eventually(async () => isRight(await aheadMs(node))),
  };
}

/** Waits until it holds; after half a minute that is an error. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const startedAtMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - startedAtMs > 30_000) throw new Error("did not happen in 30 s");
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

function called(act: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) =>
    act((error) => (error === null ? resolve() : reject(error))),
  );
}

function perform(
  control: Control,
  act: "kill" | "start" | "pause" | "resume",
  node: NodeName,
): Promise<void> {
  return called((done) => control[act](node, done));
}

function links(control: Control, act: "cut" | "join", all: readonly Link[]): Promise<void> {
  return called((done) => control[act](all, done));
}

function probe(control: Control, all: readonly Link[]): Promise<readonly LinkState[]> {
  return new Promise((resolve, reject) =>
    control.probeLinks(all, (error, states) => (error === null ? resolve(states) : reject(error))),
  );
}
