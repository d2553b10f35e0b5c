import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import t, { type Test } from "tap";
import type { MessageLoss } from "../control.ts";
import type { Outcome } from "../env/env.ts";
import { createRequester } from "../env/real-requester.ts";
import { startClientProxy } from "./client-proxy.ts";

type Proxied = {
  readonly ask: (timeoutMs?: number) => Promise<Outcome>;
  readonly lose: (loss: MessageLoss) => Promise<void>;
  /** Requests that reached the node. */
  readonly arrived: () => number;
  readonly stopNode: () => void;
};

async function startProxied(t: Test, seed: number): Promise<Proxied> {
  let arrived = 0;
  const node = createServer((_request, response) => {
    arrived += 1;
    response.setHeader("content-length", 2);
    response.end("42");
  });
  await new Promise<void>((resolve) => node.listen(0, "127.0.0.1", resolve));
  const { port } = node.address() as AddressInfo;
  const proxy = await startClientProxy({ targets: { n1: { host: "127.0.0.1", port } }, seed });
  const requester = createRequester(proxy.addresses);
  const stopNode = (): void => {
    node.closeAllConnections();
    node.close();
  };
  t.teardown(async () => {
    requester.close();
    stopNode();
    await proxy.close();
  });
  return {
    arrived: () => arrived,
    stopNode,
    ask: (timeoutMs = 5000) =>
      new Promise((resolve) =>
        requester.request("n1", { method: "GET", path: "/" }, timeoutMs, resolve),
      ),
    lose: (loss) =>
      new Promise((resolve, reject) =>
        proxy.lose("n1", loss, (error) => (error === null ? resolve() : reject(error))),
      ),
  };
}

t.test("without loss every request is answered through the proxy", async (t) => {
  const { ask, arrived } = await startProxied(t, 1);

  const outcomes = await Promise.all(Array.from({ length: 20 }, () => ask()));

  t.ok(outcomes.every((outcome) => outcome.kind === "response"));
  t.equal(arrived(), 20);
});

t.test("a lost request never reaches the node, a lost reply does", async (t) => {
  const { ask, lose, arrived } = await startProxied(t, 1);

  await lose({ requestsPermille: 1000, repliesPermille: 0 });
  t.same(await ask(50), { kind: "lost", error: "timeout" });
  t.equal(arrived(), 0, "never forwarded");

  await lose({ requestsPermille: 0, repliesPermille: 1000 });
  t.same(await ask(1000), { kind: "lost", error: "timeout" });
  t.equal(arrived(), 1, "forwarded, and its reply swallowed");

  await lose({ requestsPermille: 0, repliesPermille: 0 });
  t.equal((await ask()).kind, "response", "zeros heal");
});

t.test("the same seed loses as many requests, another seed others", async (t) => {
  const arrivals = await Promise.all(
    [7, 7, 8].map(async (seed) => {
      const { ask, lose, arrived } = await startProxied(t, seed);
      await lose({ requestsPermille: 500, repliesPermille: 0 });
      await Promise.all(Array.from({ length: 100 }, () => ask(1500)));
      return arrived();
    }),
  );

  t.equal(arrivals[0], arrivals[1]);
  t.not(arrivals[0], arrivals[2]);
  t.ok(
    arrivals.every((arrived) => arrived > 20 && arrived < 80),
    String(arrivals),
  );
});

t.test("a node that refuses the connection is lost, never an answer", async (t) => {
  const { ask, stopNode } = await startProxied(t, 1);
  t.equal((await ask()).kind, "response");
  stopNode();

  const outcomes = [await ask(), await ask()];

  t.ok(
    outcomes.every(({ kind }) => kind === "lost"),
    "the proxy accepted, so bytes may have left",
  );
});

t.test(
  "the proxy's end is an error of the next command, and closing twice does no harm",
  async (t) => {
    const proxy = await startClientProxy({ targets: {}, seed: 1 });

    await proxy.close();
    await proxy.close();

    const error = await new Promise<Error | null>((resolve) =>
      proxy.lose("n1", { requestsPermille: 0, repliesPermille: 0 }, resolve),
    );
    t.match(error, { code: "E_PROXY" });
  },
);
