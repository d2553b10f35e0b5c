import { connect, createServer, type Socket } from "node:net";
import t, { type Test } from "tap";
import { findFreePorts } from "../process/ports.ts";
import { startLinkProxy } from "../proxy/link-proxy.ts";
import type { Json, Network } from "./env.ts";
import { createFrameReader, encodeFrame } from "./frame-stream.ts";
import type { Address } from "./launch.ts";
import { createNetwork } from "./real-network.ts";

const local = (port: number | undefined): Address => ({ host: "127.0.0.1", port: port ?? 0 });

type Heard = { readonly from: string; readonly frame: Json };
type Node = {
  readonly network: Network;
  readonly heard: readonly Heard[];
  readonly log: readonly string[];
};

/** Sockets of a network live until its process ends: the test process is ended by the runner. */
function startNode(node: string, listen: Address, peers: Readonly<Record<string, Address>>): Node {
  const heard: Heard[] = [];
  const log: string[] = [];
  const network = createNetwork({
    node,
    listen,
    peers,
    beforeEffect: () => undefined,
    log: (line) => log.push(line),
    onError: (error) => log.push(error.message),
  });
  network.onFrame((from, frame) => heard.push({ from, frame }));
  return { network, heard, log };
}

async function until(holds: () => boolean): Promise<void> {
  const startedAtMs = performance.now();
  while (!holds()) {
    if (performance.now() - startedAtMs > 20_000) throw new Error("did not happen in 20 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What a raw connection to a node's port for peers gets back until it is closed. */
function say(t: Test, address: Address, bytes: Uint8Array): Promise<Buffer> {
  const socket = connect(address);
  t.teardown(() => socket.destroy());
  const chunks: Buffer[] = [];
  socket.write(bytes);
  socket.on("data", (chunk) => chunks.push(chunk));
  return new Promise((resolve) => {
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(Buffer.concat(chunks)));
  });
}

t.teardown(() => setImmediate(() => process.exit()));

t.test("frames arrive in order, with the name of their sender", async (t) => {
  const [a, b] = await findFreePorts(2);
  const n1 = startNode("n1", local(a), { n2: local(b) });
  const n2 = startNode("n2", local(b), { n1: local(a) });

  await until(() => {
    n1.network.send("n2", "are you there?");
    return n2.heard.length > 0;
  });
  const before = n2.heard.length;
  for (let count = 0; count < 500; count++)
    n1.network.send("n2", { count, text: "ü".repeat(count) });
  n1.network.send("n9", "to nobody");
  await until(() => n2.heard.length >= before + 500);

  const counts = n2.heard.flatMap(({ frame }) => (frame as { count?: number }).count ?? []);
  t.same(counts, [...Array(500).keys()]);
  t.ok(n2.heard.every(({ from }) => from === "n1"));
});

t.test("a frame of several megabytes arrives whole", async (t) => {
  const [a, b] = await findFreePorts(2);
  const n1 = startNode("n1", local(a), { n2: local(b) });
  const n2 = startNode("n2", local(b), { n1: local(a) });

  const snapshot = "x".repeat(5_000_000);
  n1.network.send("n2", snapshot);
  await until(() => n2.heard.length > 0);

  t.ok(n2.heard[0]?.frame === snapshot);
});

t.test("of more frames than the queue holds the oldest are dropped", async (t) => {
  const [a, b] = await findFreePorts(2);
  const n1 = startNode("n1", local(a), { n2: local(b) });
  const n2 = startNode("n2", local(b), { n1: local(a) });

  const megabyte = "x".repeat(1_000_000);
  for (let count = 0; count < 20; count++) n1.network.send("n2", { count, megabyte });
  const counts = (): readonly number[] =>
    n2.heard.map(({ frame }) => (frame as { readonly count: number }).count);
  await until(() => counts().includes(19));

  t.notOk(counts().includes(0));
  t.equal(counts().length, 15, "what fits into 16 MB");
});

t.test("a link that was cut delivers over a newly dialled connection once it heals", async (t) => {
  const [a, b] = await findFreePorts(2);
  const link = { from: "n1", to: "n2" };
  const proxy = await startLinkProxy([{ ...link, target: local(b) }]);
  t.teardown(() => proxy.close());
  const n1 = startNode("n1", local(a), { n2: proxy.address(link) });
  const n2 = startNode("n2", local(b), { n1: local(a) });
  const perform = (act: "cut" | "join"): Promise<void> =>
    new Promise((resolve) => proxy[act]([link], () => resolve()));
  n1.network.send("n2", "before");
  await until(() => n2.heard.length === 1);

  await perform("cut");
  await until(() => {
    n1.network.send("n2", "during");
    return n1.log.includes("lost the connection to n2: no progress");
  });
  const heardDuring = n2.heard.length;
  await perform("join");
  await until(() => {
    n1.network.send("n2", "after");
    return n2.heard.some(({ frame }) => frame === "after");
  });

  t.equal(heardDuring, 1, "nothing came through the cut");
  t.ok(n1.log.filter((line) => line === "connected to n2").length >= 2, n1.log.join("\n"));
});

t.test("a receiver that never acknowledges is dialled again", async (t) => {
  const [a] = await findFreePorts(1);
  const dials: Socket[] = [];
  const hellos: Json[] = [];
  const server = createServer((socket) => {
    dials.push(socket);
    const reader = createFrameReader();
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => hellos.push(...reader.push(chunk).slice(0, 1)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as { readonly port: number };
  const n1 = startNode("n1", local(a), { n2: local(port) });

  await until(() => {
    n1.network.send("n2", "frame");
    return dials.length === 2;
  });

  await until(() => hellos.length >= 2);
  t.same(hellos[0], { hello: "n1" });
  t.ok(dials[0]?.destroyed || dials[0]?.readableEnded);
});

t.test("a quiet connection is kept", async (t) => {
  const [a, b] = await findFreePorts(2);
  const n1 = startNode("n1", local(a), { n2: local(b) });
  const n2 = startNode("n2", local(b), { n1: local(a) });
  await until(() => {
    n1.network.send("n2", "frame");
    return n2.heard.length > 0;
  });

  await new Promise((resolve) => setTimeout(resolve, 1300));
  n1.network.send("n2", "late");
  await until(() => n2.heard.some(({ frame }) => frame === "late"));

  t.notOk(
    n1.log.some((line) => line.startsWith("lost")),
    n1.log.join("\n"),
  );
});

t.test("a probe is echoed", async (t) => {
  const [a] = await findFreePorts(1);
  startNode("n1", local(a), {});
  const probe = encodeFrame({ probe: "link 7" });

  t.same(await say(t, local(a), probe), probe);
});

t.test("what is no frame of a member closes its connection and harms nothing", async (t) => {
  const [a, b] = await findFreePorts(2);
  const n1 = startNode("n1", local(a), { n2: local(b) });
  const long = Buffer.alloc(8, 0xff);
  const noJson = Buffer.concat([Buffer.from([0, 0, 0, 2]), Buffer.from("{x")]);
  const stranger = Buffer.concat([encodeFrame({ hello: "n7" }), encodeFrame("from a stranger")]);
  const nameless = encodeFrame("no hello");
  const empty = Buffer.alloc(4);

  for (const bytes of [long, noJson, stranger, nameless, encodeFrame(null), empty]) {
    t.equal((await say(t, local(a), bytes)).length, 0);
  }
  const half = connect(local(a));
  half.end(encodeFrame({ hello: "n2" }).subarray(0, 7));
  startNode("n2", local(b), { n1: local(a) }).network.send("n1", "still there?");

  await until(() => n1.heard.length > 0);
  t.same(n1.heard, [{ from: "n2", frame: "still there?" }]);
});
