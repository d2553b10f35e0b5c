import t from "tap";
import type { Outcome, Request } from "../env/env.ts";
import type { Order, OrderAnswer } from "../subject.ts";
import { giveKvOrder } from "./kv-order.ts";
import { createVirtualClock } from "./testing/virtual-clock.ts";

function give(order: Order, outcome: Outcome): { request: Request; answer: OrderAnswer } {
  const requests: Request[] = [];
  const answers: OrderAnswer[] = [];
  const requester = {
    request: (to: string, request: Request, timeoutMs: number, done: (o: Outcome) => void) => {
      t.same([to, timeoutMs], ["n2", 700]);
      requests.push(request);
      done(outcome);
    },
  };
  const env = { clock: createVirtualClock(), requester };
  giveKvOrder(env, "n2", order, 700, (answer) => answers.push(answer));
  const [[request, again], [answer, more]] = [requests, answers];
  if (request === undefined || answer === undefined) throw new Error("asked and answered");
  t.same([again, more], [undefined, undefined], "once");
  return { request, answer };
}

const ok: Outcome = { kind: "response", status: 200, body: {} };

t.test("orders are what the API of an administrator takes", async (t) => {
  const cases: readonly [Order, Request][] = [
    [
      { order: "transfer", node: "n3" },
      { method: "POST", path: "/transfer", body: { to: "n3" } },
    ],
    [
      { order: "add", node: "n3" },
      { method: "POST", path: "/members", body: { add: "n3" } },
    ],
    [
      { order: "promote", node: "n3" },
      { method: "POST", path: "/members", body: { promote: "n3" } },
    ],
    [
      { order: "remove", node: "n3" },
      { method: "POST", path: "/members", body: { remove: "n3" } },
    ],
  ];
  for (const [order, request] of cases)
    t.same(give(order, ok), { request, answer: { kind: "done" } });
});

t.test("only a refusal says that nothing came of it", async (t) => {
  const order = { order: "remove", node: "n3" } as const;
  const refused = (status: number, error: string): Outcome => ({
    kind: "response",
    status,
    body: { error },
  });
  const cases: readonly [Outcome, OrderAnswer][] = [
    [refused(409, "busy"), { kind: "refused", reason: "busy" }],
    [refused(421, "not-leader"), { kind: "refused", reason: "not-leader" }],
    [refused(503, "outcome-unknown"), { kind: "unknown", reason: "outcome-unknown" }],
    [
      { kind: "response", status: 502, body: null },
      { kind: "unknown", reason: "http-502" },
    ],
    [
      { kind: "lost", error: "timeout" },
      { kind: "unknown", reason: "timeout" },
    ],
    [
      { kind: "not-sent", error: "ECONNREFUSED" },
      { kind: "refused", reason: "nobody listens" },
    ],
  ];
  for (const [outcome, answer] of cases) t.same(give(order, outcome).answer, answer);
});
