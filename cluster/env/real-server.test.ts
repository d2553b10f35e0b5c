import { connect } from "node:net";
import t, { type Test } from "tap";
import { findFreePorts } from "../process/ports.ts";
import type { Outcome, Request, Response } from "./env.ts";
import { createRequester } from "./real-requester.ts";
import { createRealServer } from "./real-server.ts";

type Served = {
  readonly port: number;
  readonly requests: readonly Request[];
  readonly effects: readonly string[];
  readonly ask: (request: Request, timeoutMs?: number) => Promise<Outcome>;
  /** The status line that raw bytes are answered with. */
  readonly say: (text: string) => Promise<string>;
};

async function serve(
  t: Test,
  answer: (request: Request, respond: (response: Response) => void) => void = (_, respond) =>
    respond({ status: 200, body: "served" }),
): Promise<Served> {
  const [port = 0] = await findFreePorts(1);
  const requests: Request[] = [];
  const effects: string[] = [];
  const server = createRealServer({
    listen: { host: "127.0.0.1", port },
    beforeEffect: () => effects.push("flush"),
    onError: (error) => t.fail(error.message),
  });
  server.serve((request, respond) => {
    requests.push(request);
    answer(request, respond);
  });
  const requester = createRequester({ n1: { host: "127.0.0.1", port } });
  t.teardown(() => requester.close());
  const ask: Served["ask"] = (request, timeoutMs = 5000) =>
    new Promise((resolve) => requester.request("n1", request, timeoutMs, resolve));
  const say: Served["say"] = (text) =>
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(text));
      socket.on("error", () => resolve("error"));
      socket.on("data", (chunk) => {
        resolve(String(chunk.toString().split("\r\n")[0]));
        socket.destroy();
      });
    });
  return { port, requests, effects, ask, say };
}

t.teardown(() => setImmediate(() => process.exit()));

t.test("a request comes with method, path and body, and is answered", async (t) => {
  const { ask, requests, effects } = await serve(t);

  const body = { value: "ü", version: 3 };
  const outcome = await ask({ method: "PUT", path: "/kv/a%2Fb", body });
  await ask({ method: "GET", path: "/status" });

  t.same(outcome, { kind: "response", status: 200, body: "served" });
  t.same(requests, [
    { method: "PUT", path: "/kv/a%2Fb", body },
    { method: "GET", path: "/status" },
  ]);
  t.same(effects, ["flush", "flush"], "the trace is flushed before an answer leaves");
});

t.test("what the program cannot use is refused before it comes there", async (t) => {
  const { say, ask, requests } = await serve(t);
  const head = "host: x\r\ncontent-length: 3\r\n\r\n";

  t.equal(await say(`PUT /kv/k HTTP/1.1\r\n${head}{"a`), "HTTP/1.1 400 Bad Request");
  t.equal(await say(`DELETE /kv/k HTTP/1.1\r\n${head}123`), "HTTP/1.1 405 Method Not Allowed");
  t.equal(await say("no http at all\r\n\r\n"), "HTTP/1.1 400 Bad Request");
  const long = await ask({ method: "PUT", path: "/kv/k", body: "x".repeat(1_000_001) });

  t.match(long, { kind: "response", status: 413 });
  t.same(requests, []);
});

t.test("an answer may come later, at once for several, or never", async (t) => {
  const waiting: (() => void)[] = [];
  const { ask } = await serve(t, ({ path }, respond) => {
    if (path === "/never") return;
    waiting.push(() => respond({ status: 503, body: path }));
    if (waiting.length === 2) for (const answer of waiting.reverse()) answer();
  });

  const never = ask({ method: "GET", path: "/never" }, 500);
  const both = [ask({ method: "GET", path: "/a" }), ask({ method: "GET", path: "/b" })];

  t.match(await Promise.all(both), [{ status: 503, body: "/a" }, { body: "/b" }]);
  t.match(await never, { kind: "lost" });
});

t.test("an answer to a client that has gone harms nothing", async (t) => {
  let late: (() => void) | null = null;
  const { ask } = await serve(t, ({ path }, respond) => {
    if (path === "/late") late = () => respond({ status: 200, body: "x".repeat(100_000) });
    else respond({ status: 200, body: "served" });
  });
  await ask({ method: "GET", path: "/late" }, 500);
  await ask({ method: "GET", path: "/other" });

  (late as (() => void) | null)?.();

  t.match(await ask({ method: "GET", path: "/other" }), { body: "served" });
});
