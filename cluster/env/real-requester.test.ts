import { createServer, type Server, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import t, { type Test } from "tap";
import type { Outcome, Request } from "./env.ts";
import type { Address } from "./launch.ts";
import { createRequester } from "./real-requester.ts";

// Where a request may have left, the outcome is `lost`; `not-sent` needs proof. This is the line
// where a testbed lies or does not, so every error that a client can meet has its row, over real
// sockets.

const get: Request = { method: "GET", path: "/kv/k1" };

type Peer = {
  readonly ask: (request?: Request, timeoutMs?: number) => Promise<Outcome>;
  /** Requests that arrived, by their first lines. */
  readonly arrived: readonly string[];
  readonly server: Server;
};

/** A server that does what it is told with the nth request of a connection (from 0). */
async function startPeer(
  t: Test,
  onRequest: (socket: Socket, index: number, request: string) => void,
): Promise<Peer> {
  const arrived: string[] = [];
  const server = createServer((socket) => {
    let index = 0;
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      const text = chunk.toString();
      arrived.push(text.slice(0, text.indexOf("\r\n")));
      onRequest(socket, index++, text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  return { server, arrived, ask: askerOf(t, addressOf(server)) };
}

function addressOf(server: Server): Address {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on a port");
  return { host: "127.0.0.1", port: address.port };
}

function askerOf(t: Test, address: Address): Peer["ask"] {
  const requester = createRequester({ n1: address });
  t.teardown(() => requester.close());
  return (request = get, timeoutMs = 5000) =>
    new Promise((resolve) => requester.request("n1", request, timeoutMs, resolve));
}

function answer(body: string, status = "200 OK"): string {
  const length = Buffer.byteLength(body);
  return `HTTP/1.1 ${status}\r\ncontent-length: ${length}\r\n\r\n${body}`;
}

const cases: readonly {
  readonly name: string;
  readonly onRequest: (socket: Socket) => void;
  readonly outcome: Outcome;
}[] = [
  {
    name: "an answer",
    onRequest: (socket) => socket.write(answer('{"value":"ü"}')),
    outcome: { kind: "response", status: 200, body: { value: "ü" } },
  },
  {
    name: "an answer in single bytes",
    onRequest: (socket) => {
      for (const byte of Buffer.from(answer("[1]"))) socket.write(Buffer.of(byte));
    },
    outcome: { kind: "response", status: 200, body: [1] },
  },
  {
    name: "421 not-leader",
    onRequest: (socket) => socket.write(answer('"not-leader"', "421 Misdirected Request")),
    outcome: { kind: "response", status: 421, body: "not-leader" },
  },
  {
    name: "503 outcome-unknown",
    onRequest: (socket) => socket.write(answer('"outcome-unknown"', "503 Service Unavailable")),
    outcome: { kind: "response", status: 503, body: "outcome-unknown" },
  },
  {
    name: "an answer, then the connection's end",
    onRequest: (socket) => socket.end(answer("1")),
    outcome: { kind: "response", status: 200, body: 1 },
  },
  {
    name: "closed without an answer",
    onRequest: (socket) => socket.end(),
    outcome: { kind: "lost", error: "closed" },
  },
  {
    name: "reset",
    onRequest: (socket) => socket.resetAndDestroy(),
    outcome: { kind: "lost", error: "ECONNRESET" },
  },
  {
    name: "half an answer, then closed",
    onRequest: (socket) => socket.end(answer('{"value":1}').slice(0, -4)),
    outcome: { kind: "lost", error: "truncated" },
  },
  {
    name: "a body that is no JSON",
    onRequest: (socket) => socket.write(answer("{value")),
    outcome: { kind: "lost", error: "malformed" },
  },
  {
    name: "an empty body",
    onRequest: (socket) => socket.write(answer("")),
    outcome: { kind: "lost", error: "malformed" },
  },
  {
    name: "an answer of unknown length",
    onRequest: (socket) => socket.write("HTTP/1.1 200 OK\r\n\r\n1"),
    outcome: { kind: "lost", error: "malformed" },
  },
  {
    name: "an answer that is no HTTP",
    onRequest: (socket) => socket.write("SSH-2.0-x\r\ncontent-length: 1\r\n\r\n1"),
    outcome: { kind: "lost", error: "malformed" },
  },
  {
    name: "silence",
    onRequest: () => undefined,
    outcome: { kind: "lost", error: "timeout" },
  },
];

for (const { name, onRequest, outcome } of cases) {
  t.test(`${name}: ${outcome.kind}`, async (t) => {
    const { ask, arrived } = await startPeer(t, onRequest);

    const timeoutMs = name === "silence" ? 1000 : 5000;
    t.same(await ask({ method: "PUT", path: "/kv/k1", body: { version: 0 } }, timeoutMs), outcome);
    t.same(arrived, ["PUT /kv/k1 HTTP/1.1"], "sent exactly once");
  });
}

t.test("no prefix of an answer is an answer", async (t) => {
  const whole = answer('{"value":"v7","version":3}');
  let length = 0;
  const { ask, arrived } = await startPeer(t, (socket) => socket.end(whole.slice(0, length)));

  const wrong: number[] = [];
  for (length = 0; length < whole.length; length++) {
    if ((await ask()).kind !== "lost") wrong.push(length);
  }
  t.same(wrong, []);
  t.equal(arrived.length, whole.length, "and nothing was sent twice");
});

t.test("a refused connection is not-sent", async (t) => {
  const { ask, server } = await startPeer(t, () => undefined);
  await new Promise((resolve) => server.close(resolve));

  t.same(await ask(), { kind: "not-sent", error: "ECONNREFUSED" });
});

t.test("an address without a route is not-sent", async (t) => {
  const ask = askerOf(t, { host: "255.255.255.255", port: 9 });

  t.match(await ask(), { kind: "not-sent" });
});

t.test("a connection that never came to stand is not-sent", async (t) => {
  // A listener that never accepts, with its queue full: the kernel drops what dials it.
  const code = `const { parentPort } = require("node:worker_threads");
    const server = require("node:net").createServer().listen(0, "127.0.0.1", 1, () => {
      parentPort.postMessage(server.address().port);
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`;
  const worker = new Worker(code, { eval: true, execArgv: [] });
  t.teardown(() => worker.terminate());
  const port = await new Promise<number>((resolve) => worker.once("message", resolve));
  const ask = askerOf(t, { host: "127.0.0.1", port });

  const outcomes = await Promise.all(Array.from({ length: 12 }, () => ask(get, 1000)));

  t.same(outcomes[0], { kind: "lost", error: "timeout" }, "the queue takes the first");
  t.same(outcomes.at(-1), { kind: "not-sent", error: "connect-timeout" });
});

t.test("a connection is used again, for one request at a time", async (t) => {
  const sockets = new Set<Socket>();
  const { ask } = await startPeer(t, (socket) => {
    sockets.add(socket);
    socket.write(answer("1"));
  });

  await ask();
  await ask();
  t.equal(sockets.size, 1);
  await Promise.all([ask(), ask()]);
  t.equal(sockets.size, 2);
});

t.test("a reused connection that is reset before the answer is lost", async (t) => {
  const { ask, arrived } = await startPeer(t, (socket, index) => {
    if (index === 0) socket.write(answer("1"));
    else socket.resetAndDestroy();
  });
  await ask();

  t.same(await ask(), { kind: "lost", error: "ECONNRESET" });
  t.equal(arrived.length, 2, "and not sent again");
});

t.test("a write on a reused connection whose end is on its way is lost", async (t) => {
  const { server, arrived } = await startPeer(t, (socket) => {
    socket.write(answer("1"));
    socket.resetAndDestroy();
  });
  const requester = createRequester({ n1: addressOf(server) });
  t.teardown(() => requester.close());

  // From within the callback of the first, before the reset that follows the answer is seen.
  const outcome = await new Promise<Outcome>((resolve) =>
    requester.request("n1", get, 5000, () => requester.request("n1", get, 5000, resolve)),
  );

  t.equal(outcome.kind, "lost", JSON.stringify(outcome));
  t.equal(arrived.length, 1);
});

t.test("a connection that closed while idle is not used again", async (t) => {
  const closed: Promise<void>[] = [];
  const { ask, server } = await startPeer(t, (socket) => {
    closed.push(new Promise((resolve) => socket.on("close", () => resolve())));
    socket.end(answer("1"));
  });
  await ask();
  await Promise.all(closed);
  t.same(await ask(), { kind: "response", status: 200, body: 1 }, "dialled again");
  await Promise.all(closed);
  await new Promise((resolve) => server.close(resolve));

  t.same(await ask(), { kind: "not-sent", error: "ECONNREFUSED" });
});

t.test("more than one answer to a request is never taken for the next one's", async (t) => {
  const { ask } = await startPeer(t, (socket, index) =>
    socket.write(index === 0 ? answer('"first"') + answer('"stray"') : answer('"second"')),
  );

  t.match(await ask(), { body: "first" });
  t.match(await ask(), { body: "first" }, "on a connection of its own");
});

t.test("close ends what is on its way, and what comes later is not-sent", async (t) => {
  const { server } = await startPeer(t, () => requester.close());
  const requester = createRequester({ n1: addressOf(server) });

  const outcomes: Outcome[] = [];
  await new Promise<void>((resolve) =>
    requester.request("n1", get, 5000, (outcome) => {
      outcomes.push(outcome);
      resolve();
    }),
  );
  const late = await new Promise((resolve) => requester.request("n1", get, 5000, resolve));

  t.same(outcomes, [{ kind: "lost", error: "closed" }]);
  t.same(late, { kind: "not-sent", error: "closed" });
  server.close();
});
