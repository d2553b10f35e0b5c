import t from "tap";
import type { Json, Outcome, Request } from "../env/env.ts";
import type { Completion, Invocation } from "../subject.ts";
import { openKvClient } from "./kv-client.ts";
import { createVirtualClock } from "./testing/virtual-clock.ts";

/** Runs one operation against a node that answers everything alike. */
function invoke(model: string, operation: Invocation, status: number, body: Json) {
  const clock = createVirtualClock();
  const requests: Request[] = [];
  const requester = {
    request: (
      _to: string,
      request: Request,
      _timeoutMs: number,
      done: (outcome: Outcome) => void,
    ) => {
      requests.push(request);
      clock.setTimer(1, () => done({ kind: "response", status, body }));
    },
  };
  const client = openKvClient(model, {
    env: { clock, requester },
    nodes: ["n1", "n2"],
    process: 3,
    thread: 1,
    route: "pinned",
    seed: "client",
    timeoutMs: 100,
  });
  const completions: Completion[] = [];
  client.invoke(operation, (completion) => completions.push(completion));
  clock.run();
  return { completions, request: requests[0] };
}

t.test("versioned-kv: completions are what a history holds", async (t) => {
  const get: Invocation = { f: "get", key: "k" };
  const put: Invocation = { f: "put", key: "k", value: { value: "v", version: 2 } };
  const cases: readonly [Invocation, number, Json, object][] = [
    [
      get,
      200,
      { value: "v", version: 2 },
      { type: "ok", value: { value: "v", version: 2 }, node: "n2" },
    ],
    [
      get,
      404,
      { error: "ErrNoKey" },
      { type: "ok", value: { value: null, version: 0 }, node: "n2" },
    ],
    [put, 200, { version: 3 }, { type: "ok", value: { value: "v", version: 2 }, node: "n2" }],
    [
      put,
      409,
      { error: "ErrVersion", version: 5 },
      { type: "fail", error: "ErrVersion", node: "n2" },
    ],
    [put, 404, { error: "ErrNoKey" }, { type: "fail", error: "ErrNoKey", node: "n2" }],
  ];
  for (const [operation, status, body, expected] of cases) {
    t.same(invoke("versioned-kv", operation, status, body).completions, [expected]);
  }
});

t.test("append-list: elements go in and come out, text stays the store's", async (t) => {
  const elements = ["a", "with\nnewline", 7, { nested: [null] }];
  let text = "";
  for (const value of elements) {
    const { completions, request } = invoke("append-list", { f: "append", key: "k", value }, 200, {
      version: 1,
    });
    t.same(completions, [{ type: "ok", value, node: "n2" }]);
    const sent = request?.body as { text: string } | undefined;
    text += sent?.text;
  }
  const read: Invocation = { f: "read", key: "k" };

  t.match(invoke("append-list", read, 200, { value: text, version: 4 }).completions, [
    { type: "ok", value: elements },
  ]);
  t.match(invoke("append-list", read, 404, { error: "ErrNoKey" }).completions, [
    { type: "ok", value: [] },
  ]);
  t.match(
    invoke("append-list", read, 200, { value: '"a"\ngarb', version: 4 }).completions,
    [{ type: "ok", value: ["a", "garb"] }],
    "what no client wrote shows",
  );
});

t.test("what a client cannot do is said at once", async (t) => {
  t.throws(() => invoke("register", { f: "read", key: "k" }, 200, null), /no client for register/);
  for (const model of ["versioned-kv", "append-list", "mutex"]) {
    t.throws(() => invoke(model, { f: "frobnicate", key: "k" }, 200, null), /frobnicate/);
    t.throws(() => invoke(model, { f: "get" }, 200, null), /needs a key/);
  }
});
