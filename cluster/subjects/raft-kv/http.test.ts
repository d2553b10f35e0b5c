import t from "tap";
import type { Json, NodeEnv, Request, Response } from "../../env/env.ts";
import type { RaftNode } from "../../raft/node.ts";
import type { Raft, Refusal } from "../../raft/types.ts";
import { createHandler } from "./http.ts";
import { createKvMachine, machineRules, type Reply } from "./state-machine.ts";

/** A handler over a node that executes at once, or refuses everything. */
function createServer(refusal: Refusal | null = null, sessionsMax?: number) {
  const machine = createKvMachine(machineRules, sessionsMax);
  const node: RaftNode<Reply> = {
    propose: (command, done) => done(refusal, refusal === null ? machine.apply(command) : null),
    read: (done) => done(refusal),
    transfer: (_, done) => done(refusal),
    changeMembers: (_, done) => done(refusal),
    state: () => ({ leader: "n3" }) as Raft,
  };
  const handler = createHandler({} as NodeEnv, node, machine);
  return (method: Request["method"], path: string, body?: Json): Response | null => {
    let answer: Response | null = null;
    const request = body === undefined ? { method, path } : { method, path, body };
    handler(request, (response) => {
      answer = response;
    });
    return answer;
  };
}

t.test("the API answers with the status and body that it promises", async (t) => {
  const call = createServer();
  const text = { text: "z", client: "c1", sequence: 1 };

  t.same(call("GET", "/kv/a"), { status: 404, body: { error: "ErrNoKey" } });
  t.same(call("PUT", "/kv/a", { value: "x", version: 1 }), {
    status: 404,
    body: { error: "ErrNoKey" },
  });
  t.same(call("PUT", "/kv/a", { value: "x", version: 0 }), { status: 200, body: { version: 1 } });
  t.same(call("PUT", "/kv/a", { value: "y", version: 0 }), {
    status: 409,
    body: { error: "ErrVersion", version: 1 },
  });
  t.same(call("GET", "/kv/a"), { status: 200, body: { value: "x", version: 1 } });
  t.same(call("POST", "/kv/a/append", text), { status: 200, body: { version: 2 } });
  t.same(call("POST", "/kv/a/append", text), { status: 200, body: { version: 2 } });
  t.same(call("GET", "/kv/a"), { status: 200, body: { value: "xz", version: 2 } });
});

t.test(
  "an append of an expired session is refused, and told where a new one may begin",
  async (t) => {
    const call = createServer(null, 1);
    const body = { text: "z", client: "c1", sequence: 1 };
    call("POST", "/kv/a/append", body);
    call("POST", "/kv/a/append", { ...body, client: "c2" });

    t.same(call("POST", "/kv/a/append", body), {
      status: 409,
      body: { error: "ErrSession", epoch: 3 },
    });
    t.same(call("POST", "/kv/a/append", { ...body, epoch: 3 }), {
      status: 200,
      body: { version: 3 },
    });
  },
);

t.test("a key is percent-encoded in the path", async (t) => {
  const call = createServer();
  const key = encodeURIComponent("a/b %é\n?");

  call("PUT", `/kv/${key}`, { value: "x", version: 0 });

  t.same(call("GET", `/kv/${key}`), { status: 200, body: { value: "x", version: 1 } });
  t.equal(call("GET", "/kv/a")?.status, 404);
});

t.test("not-leader and outcome-unknown are different refusals", async (t) => {
  const body = { value: "x", version: 0 };

  const notLeader = { status: 421, body: { error: "not-leader", leader: "n3" } };
  t.same(createServer("not-leader")("PUT", "/kv/a", body), notLeader);
  t.same(createServer("not-leader")("GET", "/kv/a"), notLeader);
  t.same(createServer("outcome-unknown")("PUT", "/kv/a", body), {
    status: 503,
    body: { error: "outcome-unknown" },
  });
});

t.test("an order that cannot be carried out is answered with the reason", async (t) => {
  const orders: readonly (readonly [string, Json])[] = [
    ["/transfer", { to: "n2" }],
    ["/members", { add: "n4" }],
    ["/members", { promote: "n4" }],
    ["/members", { remove: "n4" }],
  ];
  for (const [path, order] of orders) {
    t.same(createServer()("POST", path, order), { status: 200, body: {} });
    for (const error of ["invalid", "busy", "lagging", "aborted"] as const) {
      t.same(createServer(error)("POST", path, order), { status: 409, body: { error } });
    }
    t.match(createServer("not-leader")("POST", path, order), { status: 421 });
    t.match(createServer("outcome-unknown")("POST", path, order), { status: 503 });
  }
});

t.test("what is malformed is refused with what was expected, and changes nothing", async (t) => {
  const call = createServer();
  const cases: readonly (readonly [Request["method"], string, Json?])[] = [
    ["GET", "/"],
    ["GET", ""],
    ["GET", "/kv"],
    ["GET", "/kv/"],
    ["GET", "/kv/%zz"],
    ["GET", "/kv/a/append"],
    ["GET", "/kv/a/b/c"],
    ["POST", "/kv/a", { value: "x", version: 0 }],
    ["PUT", "/status", {}],
    ["POST", "/transfer", {}],
    ["POST", "/transfer", { to: 2 }],
    ["GET", "/transfer"],
    ["POST", "/members", {}],
    ["POST", "/members", { add: 4 }],
    ["POST", "/members", { add: "n4", remove: "n4" }],
    ["PUT", "/members", { add: "n4" }],
    ["PUT", "/kv/a"],
    ["PUT", "/kv/a", null],
    ["PUT", "/kv/a", []],
    ["PUT", "/kv/a", "x"],
    ["PUT", "/kv/a", { value: 1, version: 0 }],
    ["PUT", "/kv/a", { value: "x" }],
    ["PUT", "/kv/a", { value: "x", version: -1 }],
    ["PUT", "/kv/a", { value: "x", version: 0.5 }],
    ["PUT", "/kv/a", { value: "x", version: 2 ** 53 }],
    ["PUT", "/kv/a", { value: "x", version: "0" }],
    ["POST", "/kv/a/append", { text: "x", client: "c" }],
    ["POST", "/kv/a/append", { text: "x", client: 1, sequence: 1 }],
    ["POST", "/kv/a/append", { text: "x", client: "c", sequence: 1, epoch: -1 }],
    ["POST", "/kv/a/append", { text: {}, client: "c", sequence: 1 }],
  ];
  for (const [method, path, body] of cases) {
    const answer = call(method, path, body);
    const name = `${method} ${path} ${JSON.stringify(body)}`;
    t.match(answer, { status: 400, body: { error: "bad-request", expected: String } }, name);
  }
  t.equal(call("GET", "/kv/a")?.status, 404);
});
