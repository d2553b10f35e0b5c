import t from "tap";
import type { Outcome, Request } from "./env/env.ts";
import { openObserved } from "./observe-client.ts";
import type { ClientContext, Completion } from "./subject.ts";
import { openKvClient } from "./subjects/kv-client.ts";
import { createVirtualClock } from "./subjects/testing/virtual-clock.ts";

/** What one operation completes with when its copies meet these outcomes. */
function completionOf(
  model: string,
  operation: { readonly f: string; readonly value?: unknown },
  script: readonly Outcome[],
): Completion | undefined {
  const clock = createVirtualClock();
  let count = 0;
  const context: ClientContext = {
    env: {
      clock,
      requester: {
        request: (_to: string, _request: Request, _timeoutMs: number, done) => {
          const outcome = script[count] ?? { kind: "lost", error: "timeout" };
          count += 1;
          clock.setTimer(1, () => done(outcome));
        },
      },
    },
    nodes: ["n1", "n2"],
    process: 1,
    thread: 0,
    route: "pinned",
    seed: "observed",
    timeoutMs: 1000,
  };
  const completions: Completion[] = [];
  const client = openObserved(openKvClient, model, context);
  client.invoke({ key: "k", ...operation }, (completion) => completions.push(completion));
  clock.run();
  t.equal(completions.length, 1);
  return completions[0];
}

const put = { f: "put", value: { value: "v", version: 3 } };
const lost: Outcome = { kind: "lost", error: "reset" };
const notSent: Outcome = { kind: "not-sent", error: "ECONNREFUSED" };
const stored: Outcome = { kind: "response", status: 200, body: { version: 4 } };
const later: Outcome = {
  kind: "response",
  status: 409,
  body: { error: "ErrVersion", version: 5, more: true },
};

t.test("a completion says what became of each copy of its request", async (t) => {
  t.match(completionOf("versioned-kv", put, [lost, notSent, later]), {
    type: "info",
    error: "ErrMaybe",
    wire: [
      { to: "n1", sent: 0, back: 1e6, lost: "reset" },
      { notSent: "ECONNREFUSED" },
      { to: "n1", status: 409, error: "ErrVersion", version: 5 },
    ],
  });
});

t.test("nothing is noted of what was sent once, of looks, and of several requests", async (t) => {
  const free: Outcome = { kind: "response", status: 404, body: { error: "ErrNoKey" } };
  const cases = [
    completionOf("versioned-kv", put, [stored]),
    completionOf("versioned-kv", { f: "get" }, [lost, free]),
    completionOf("mutex", { f: "acquire" }, [lost, free, stored]),
  ];
  for (const completion of cases) {
    t.equal(completion?.type, "ok");
    t.notHas(completion, { wire: Array });
  }
});
