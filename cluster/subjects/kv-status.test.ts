import t from "tap";
import type { Outcome } from "../env/env.ts";
import { probeStatus } from "./kv-status.ts";
import { startKvsrv } from "./testing/kvsrv-node.ts";
import { createVirtualClock } from "./testing/virtual-clock.ts";

const full = {
  role: "follower",
  term: 3,
  leader: "n2",
  commitIndex: 8,
  lastApplied: 7,
  wallMs: 1234.5,
};

function probe(outcome: Outcome): unknown {
  const clock = createVirtualClock();
  const found: unknown[] = [];
  const requester = {
    request: (_to: string, _request: unknown, _timeoutMs: number, done: (o: Outcome) => void) =>
      done(outcome),
  };
  probeStatus({ clock, requester }, "n1", 100, (status) => found.push(status));
  return found.length === 1 ? found[0] : found;
}

t.test("a node answers, refuses or is silent", async (t) => {
  const answers = { kind: "answers", status: full };
  const body = { ...full, lastLogIndex: 9 };
  t.same(probe({ kind: "response", status: 200, body }), answers, "more fields do not disturb");
  t.match(probe({ kind: "response", status: 200, body: { ...full, leader: null } }), {
    status: { leader: null },
  });
  t.same(probe({ kind: "not-sent", error: "ECONNREFUSED" }), { kind: "refused" });
  t.same(probe({ kind: "lost", error: "timeout" }), { kind: "silent" });
});

t.test("a node that knows of members says who they are", async (t) => {
  const told = (fields: object): unknown =>
    probe({ kind: "response", status: 200, body: { ...full, ...fields } });
  const members = { voters: ["n1", "n2"], learners: ["n3"], isSettled: true };
  t.match(told({ voters: ["n1", "n2"], learners: ["n3"], settled: true }), { status: { members } });
  t.match(told({ voters: [], learners: [] }), { status: { members: { isSettled: false } } });
  t.same(told({ voters: "n1", learners: [] }), { kind: "answers", status: full });
});

t.test("an answer that is no status counts as silence", async (t) => {
  const silent = { kind: "silent" };
  t.same(probe({ kind: "response", status: 503, body: full }), silent);
  for (const body of [
    null,
    "ok",
    [],
    {},
    { ...full, role: "king" },
    { ...full, term: "3" },
    { ...full, leader: 2 },
  ]) {
    t.same(probe({ kind: "response", status: 200, body }), silent, JSON.stringify(body));
  }
});

t.test("kvsrv says that it is single, and how many puts it took", async (t) => {
  const clock = createVirtualClock();
  const node = startKvsrv(clock);
  node({ method: "PUT", path: "/kv/k", body: { value: "v", version: 0 } }, () => {});
  const requester = {
    request: (
      _to: string,
      request: Parameters<typeof node>[0],
      _timeoutMs: number,
      done: (o: Outcome) => void,
    ) => node(request, (response) => done({ kind: "response", ...response })),
  };
  const found: unknown[] = [];
  probeStatus({ clock, requester }, "n1", 100, (status) => found.push(status));
  t.match(found, [
    {
      kind: "answers",
      status: { role: "single", term: 0, leader: "n1", commitIndex: 1, lastApplied: 1 },
    },
  ]);
});
