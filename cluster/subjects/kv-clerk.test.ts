import fc from "fast-check";
import t from "tap";
import type { Json, NodeName, Outcome, Request, Requester } from "../env/env.ts";
import type { ClientContext, Route } from "../subject.ts";
import { type ClerkResult, openClerk } from "./kv-clerk.ts";
import { createVirtualClock } from "./testing/virtual-clock.ts";

const nodes = ["n1", "n2", "n3"];

/** Answers copy number i with `script[i]`, and every later one with silence. */
function scripted(script: readonly Outcome[], given: Partial<ClientContext> = {}) {
  const clock = createVirtualClock();
  const asked: { readonly node: NodeName; readonly request: Request; readonly atMs: number }[] = [];
  const requester: Requester = {
    request: (node, request, timeoutMs, done) => {
      const outcome = script[asked.length] ?? { kind: "lost", error: "timeout" };
      asked.push({ node, request, atMs: clock.now() / 1e6 });
      const isTimeout = outcome.kind === "lost" && outcome.error === "timeout";
      clock.setTimer(isTimeout ? timeoutMs : 1, () => done(outcome));
    },
  };
  const route: Route = "leader";
  const context: ClientContext = {
    env: { clock, requester },
    nodes,
    process: 7,
    thread: 0,
    route,
    seed: "test",
    timeoutMs: 1000,
    ...given,
  };
  return { clock, asked, clerk: openClerk(context) };
}

function answer(status: number, body: Json): Outcome {
  return { kind: "response", status, body };
}

/** Every kind of thing that can become of one copy of a put at version 3. */
const copies = {
  ok: answer(200, { version: 4 }),
  higher: answer(409, { error: "ErrVersion", version: 5 }),
  lower: answer(409, { error: "ErrVersion", version: 2 }),
  untold: answer(409, { error: "ErrVersion" }),
  noKey: answer(404, { error: "ErrNoKey" }),
  bad: answer(400, { error: "bad-request" }),
  redirect: answer(421, { error: "not-leader", leader: "n2" }),
  leaderless: answer(421, { error: "not-leader", leader: null }),
  notSent: { kind: "not-sent", error: "ECONNREFUSED" },
  lost: { kind: "lost", error: "timeout" },
  reset: { kind: "lost", error: "reset" },
  unknown: answer(503, { error: "outcome-unknown" }),
  broken: answer(500, null),
} as const satisfies Record<string, Outcome>;
type Copy = keyof typeof copies;

function runPut(script: readonly Copy[]): ClerkResult[] {
  const { clock, clerk } = scripted(script.map((name) => copies[name]));
  const results: ClerkResult[] = [];
  clerk.put("k", { value: "v", version: 3 }, 1000, (result) => results.push(result));
  clock.run();
  return results;
}

t.test("a put ends as all its copies together prove", async (t) => {
  const table: readonly [readonly Copy[], string][] = [
    [["ok"], "ok"],
    [["higher"], "fail ErrVersion"],
    [["lower"], "fail ErrVersion"],
    [["noKey"], "fail ErrNoKey"],
    [["bad"], "fail bad-request"],
    [["redirect", "ok"], "ok"],
    [["redirect", "higher"], "fail ErrVersion"],
    [["leaderless", "notSent", "noKey"], "fail ErrNoKey"],
    [["notSent", "higher"], "fail ErrVersion"],
    [["lost", "ok"], "ok"],
    [["lost", "higher"], "info ErrMaybe"],
    [["reset", "higher"], "info ErrMaybe"],
    [["unknown", "higher"], "info ErrMaybe"],
    [["broken", "higher"], "info ErrMaybe"],
    [["lost", "redirect", "higher"], "info ErrMaybe"],
    [["lost", "lower"], "info timeout"],
    [["lost", "untold"], "info timeout"],
    [["lost", "noKey"], "info timeout"],
    [["reset", "noKey"], "info reset"],
    [["unknown", "bad"], "info outcome-unknown"],
    [["lost"], "info timeout"],
    [["unknown"], "info outcome-unknown"],
    [["notSent", "broken"], "info http-500"],
  ];
  for (const [script, expected] of table) {
    t.same(runPut(script).map(describe), [expected], script.join(", "));
  }
});

t.test("fail needs proof for every copy, in every order of up to three outcomes", async (t) => {
  const names = Object.keys(copies) as Copy[];
  const final = new Set<Copy>(["ok", "higher", "lower", "untold", "noKey", "bad"]);
  const harmless = new Set<Copy>(["redirect", "leaderless", "notSent"]);
  let count = 0;
  for (const first of names) {
    for (const second of names) {
      for (const third of names) {
        const script = [first, second, third];
        const results = runPut(script);
        // Silence follows a script that nothing ended: a lost copy like any other.
        const ended = script.findIndex((name) => final.has(name));
        const last = ended === -1 ? "lost" : (script[ended] as Copy);
        const before = ended === -1 ? script : script.slice(0, ended);
        const isProved = before.every((name) => harmless.has(name));
        const expected =
          last === "ok"
            ? "ok"
            : isProved && last !== "lost"
              ? "fail"
              : last === "higher"
                ? "ErrMaybe"
                : "info";
        const [result] = results;
        const actual =
          result?.type === "info" && result.error === "ErrMaybe" ? "ErrMaybe" : result?.type;
        if (results.length !== 1 || actual !== expected) {
          t.fail(`${script}: expected ${expected}, got ${results.map(describe)}`);
        }
        count += 1;
      }
    }
  }
  t.equal(count, 13 ** 3);
});

t.test("an operation that no node took in time is fail, and says why", async (t) => {
  const refusals = (outcome: Outcome) => new Array<Outcome>(500).fill(outcome);
  for (const [outcome, error] of [
    [copies.notSent, "refused"],
    [copies.leaderless, "not-leader"],
  ] as const) {
    for (const f of ["get", "put", "append"] as const) {
      const { clock, clerk, asked } = scripted(refusals(outcome));
      const results: ClerkResult[] = [];
      const done = (result: ClerkResult) => results.push(result);
      if (f === "get") clerk.get("k", 1000, done);
      if (f === "put") clerk.put("k", { value: "v", version: 0 }, 1000, done);
      if (f === "append") clerk.append("k", "t", 1000, done);
      clock.run();

      t.match(results, [{ type: "fail", error }]);
      t.ok(clock.now() <= 1000e6, "within its timeout");
      t.ok(asked.length >= 6 && asked.length < 60, `${asked.length} requests: it backs off`);
    }
  }
});

t.test("silence ends with info at the timeout, whatever the operation", async (t) => {
  for (const timeoutMs of [0.5, 100, 1000, 5000]) {
    const { clock, clerk } = scripted([]);
    const results: ClerkResult[] = [];
    clerk.get("k", timeoutMs, (result) => results.push(result));
    clock.run();
    t.match(results, [{ type: "info", error: "timeout" }]);
    t.ok(clock.now() <= timeoutMs * 1e6 + 1);
  }
});

t.test("a redirect is followed at once; a loop of redirects is not chased", async (t) => {
  const toSecond = answer(421, { error: "not-leader", leader: "n2" });
  const toFirst = answer(421, { error: "not-leader", leader: "n1" });
  const { clock, clerk, asked } = scripted([toSecond, toFirst, toSecond, copies.ok]);
  clerk.put("k", { value: "v", version: 3 }, 1000, () => {});
  clock.run();

  t.same(
    asked.map(({ node }) => node),
    ["n1", "n2", "n1", "n2"],
  );
  t.ok((asked[1]?.atMs ?? 0) < 2, "at once");
  t.ok((asked[2]?.atMs ?? 0) >= 10, "after a pause");
});

t.test("a hint that names no node, or the node itself, leads to the next one", async (t) => {
  const hint = (leader: Json) => answer(421, { error: "not-leader", leader });
  const { clock, clerk, asked } = scripted([hint("n9"), hint("n2"), hint(5), copies.ok]);
  clerk.put("k", { value: "v", version: 3 }, 1000, () => {});
  clock.run();
  t.same(
    asked.map(({ node }) => node),
    ["n1", "n2", "n3", "n1"],
  );
});

t.test(
  "once two in a row knew no leader, one node is asked after each pause, and whom it names",
  async (t) => {
    const toFirst = answer(421, { error: "not-leader", leader: "n1" });
    const leaderless = new Array<Outcome>(4).fill(copies.leaderless);
    const { clock, clerk, asked } = scripted([...leaderless, toFirst, copies.ok]);
    clerk.put("k", { value: "v", version: 3 }, 1000, () => {});
    clock.run();

    t.same(
      asked.map(({ node }) => node),
      ["n1", "n2", "n3", "n1", "n2", "n1"],
    );
    const waits = asked.map(({ atMs }, at) => atMs - (asked[at - 1]?.atMs ?? 0) > 10);
    t.same(waits, [false, false, true, true, true, false]);
  },
);

t.test(
  "routes: leader remembers, pinned begins at home, follow after a silence, random draws",
  async (t) => {
    const toThird = answer(421, { error: "not-leader", leader: "n3" });
    const nodesAskedByTwoGets = (route: Route, script: readonly Outcome[]) => {
      const { clock, clerk, asked } = scripted(script, { route, thread: 4 });
      clerk.get("k", 1000, () => clerk.get("k", 1000, () => {}));
      clock.run();
      return asked.map(({ node }) => node);
    };
    const found = answer(200, { value: "v", version: 1 });

    t.same(nodesAskedByTwoGets("leader", [toThird, found, found]), ["n2", "n3", "n3"]);
    t.same(nodesAskedByTwoGets("pinned", [toThird, found, toThird, found]), [
      "n2",
      "n3",
      "n2",
      "n3",
    ]);
    t.same(nodesAskedByTwoGets("follow", [toThird, found, found]), ["n2", "n3", "n3"]);
    const silence = [toThird, copies.lost, found, found];
    t.same(nodesAskedByTwoGets("follow", silence), ["n2", "n3", "n1", "n2"], "home again");

    const { clock, clerk, asked } = scripted(new Array<Outcome>(60).fill(found), {
      route: "random",
    });
    const getAgain = (left: number): void => {
      if (left > 0) clerk.get("k", 1000, () => getAgain(left - 1));
    };
    getAgain(60);
    clock.run();
    t.equal(new Set(asked.map(({ node }) => node)).size, 3);
  },
);

t.test(
  "all copies of an append have one place in the session, the next append another",
  async (t) => {
    const done = answer(200, { version: 1 });
    const { clock, clerk, asked } = scripted([copies.lost, copies.unknown, done, done]);
    const results: ClerkResult[] = [];
    clerk.append("k", "a", 5000, (result) => {
      results.push(result);
      clerk.append("k", "b", 5000, (next) => results.push(next));
    });
    clock.run();

    t.match(results, [{ type: "ok" }, { type: "ok" }]);
    t.same(
      asked.map(({ request }) => request.body),
      [
        { text: "a", client: "p7", sequence: 1, epoch: 0 },
        { text: "a", client: "p7", sequence: 1, epoch: 0 },
        { text: "a", client: "p7", sequence: 1, epoch: 0 },
        { text: "b", client: "p7", sequence: 2, epoch: 0 },
      ],
    );
  },
);

t.test("a session that expired begins anew, at once and at the same node", async (t) => {
  const done = answer(200, { version: 1 });
  const expired = answer(409, { error: "ErrSession", epoch: 12 });
  const { clock, clerk, asked } = scripted([expired, done, done]);
  clerk.append("k", "a", 5000, () => clerk.append("k", "b", 5000, () => {}));
  clock.run();

  const sent = asked.map(({ node, request }) => ({ node, ...(request.body as object) }));
  t.match(sent, [
    { node: "n1", sequence: 1, epoch: 0 },
    { node: "n1", sequence: 1, epoch: 12 },
    { node: "n1", sequence: 2, epoch: 12 },
  ]);
});

t.test("a closed clerk sends nothing more and calls nobody back", async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1200 }), (closeAtMs) => {
      const { clock, clerk, asked } = scripted([]);
      let callsAfterClose = 0;
      let isClosed = false;
      clerk.get("k", 1000, () => {
        if (isClosed) callsAfterClose += 1;
      });
      let askedAtClose = 0;
      clock.setTimer(closeAtMs, () => {
        isClosed = true;
        askedAtClose = asked.length;
        clerk.close();
      });
      clock.run();
      return callsAfterClose === 0 && asked.length === askedAtClose;
    }),
  );
  t.pass("for every moment of closing");
});

function describe(result: ClerkResult): string {
  return result.type === "ok" ? "ok" : `${result.type} ${result.error}`;
}
