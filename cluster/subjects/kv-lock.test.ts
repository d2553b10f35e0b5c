import fc from "fast-check";
import t from "tap";
import { createRng } from "../env/rng.ts";
import type { Client, ClientContext, Completion, Invocation } from "../subject.ts";
import type { Clerk, ClerkResult } from "./kv-clerk.ts";
import { openKvClient } from "./kv-client.ts";
import { lockRules, openLock } from "./kv-lock.ts";
import { startKvsrv } from "./testing/kvsrv-node.ts";
import { createVirtualClock } from "./testing/virtual-clock.ts";
import { createVirtualNetwork, type Fate } from "./testing/virtual-network.ts";

const key = "lock";

/** A store, and clients of its locks whose copies meet the fates that `fateOf` gives. */
function createWorld(fateOf: () => Fate) {
  const clock = createVirtualClock();
  const node = startKvsrv(clock);
  const requester = createVirtualNetwork(
    clock,
    (_node, request, respond) => node(request, respond),
    fateOf,
  );
  const open = (process: number, timeoutMs: number): Client =>
    openKvClient("mutex", {
      env: { clock, requester },
      nodes: ["n1"],
      process,
      thread: 0,
      route: "leader",
      seed: `${process}`,
      timeoutMs,
    });
  /** Who holds the lock in the store itself: the process that its value names. */
  const holder = (): number | null => {
    let value: unknown = "";
    node({ method: "GET", path: `/kv/${key}` }, ({ status, body }) => {
      if (status === 200) value = (body as { value: unknown }).value;
    });
    const [, process] = /^p(\d+)-/.exec(String(value)) ?? [];
    return process === undefined ? null : Number(process);
  };
  return { clock, open, holder };
}

const acquire: Invocation = { f: "acquire", key };
const release: Invocation = { f: "release", key };
const onTime: Fate = { kind: "sent", requestMs: 1, replyMs: 1 };

t.test(
  "one holder at a time: a second client waits, and fails when the time is over",
  async (t) => {
    const { clock, open, holder } = createWorld(() => onTime);
    const ends: string[] = [];
    const note =
      (name: string) =>
      ({ type, error }: Completion) =>
        ends.push(`${name} ${type} ${error ?? ""} ${Math.round(clock.now() / 1e9)} s`);
    const [first, second] = [open(1, 1000), open(2, 1000)];

    first.invoke(acquire, note("first"));
    clock.setTimer(500, () => second.invoke(acquire, note("second")));
    clock.setTimer(2000, () => second.invoke(acquire, note("second")));
    clock.setTimer(2600, () => first.invoke(release, note("first release")));
    clock.setTimer(3000, () => first.invoke(release, note("first release")));
    clock.run();

    t.same(ends, [
      "first ok  0 s",
      "second fail held 1 s",
      "first release ok  3 s",
      "second ok  3 s",
      "first release fail not-held 3 s",
    ]);
    t.equal(holder(), 2);
  },
);

t.test("an unanswered put of an acquire is decided by looking at the key", async (t) => {
  const replyLost: Fate = { kind: "sent", requestMs: 1, replyMs: null };
  const requestLost: Fate = { kind: "sent", requestMs: null, replyMs: null };
  for (const fate of [replyLost, requestLost]) {
    const fates = [onTime, fate];
    const { clock, open, holder } = createWorld(() => fates.shift() ?? onTime);
    const ends: Completion[] = [];
    open(1, 3000).invoke(acquire, (completion) => ends.push(completion));
    clock.run();
    t.match(ends, [{ type: "ok" }]);
    t.equal(holder(), 1);
  }
});

t.test(
  "an acquire that cannot be decided in time is info, and may yet take the lock",
  async (t) => {
    const late: Fate = { kind: "sent", requestMs: 5000, replyMs: 1 };
    const fates = [onTime];
    const { clock, open, holder } = createWorld(() => fates.shift() ?? late);
    const ends: Completion[] = [];
    open(1, 1000).invoke(acquire, (completion) => {
      t.equal(holder(), null, "nobody has it yet");
      ends.push(completion);
    });
    clock.run();
    t.match(ends, [{ type: "info", error: "timeout" }]);
    t.equal(holder(), 1, "its late copy took it");
  },
);

t.test("an acquire that could not even look is fail", async (t) => {
  const lost: Fate = { kind: "sent", requestMs: 1, replyMs: null };
  const { clock, open } = createWorld(() => lost);
  const ends: Completion[] = [];
  open(1, 1000).invoke(acquire, (completion) => ends.push(completion));
  clock.run();
  t.match(ends, [{ type: "fail", error: "not-tried" }]);
});

t.test("a refused second put does not make up for a first one that is still out", async (t) => {
  const clock = createVirtualClock();
  const free = { type: "ok", value: "", version: 5, node: "n1" } as const;
  const puts: ClerkResult[] = [
    { type: "info", error: "timeout", node: "n1" },
    { type: "fail", error: "ErrVersion", node: "n1" },
  ];
  const clerk: Clerk = {
    get: (_key, _timeoutMs, done) => done(free),
    put: (_key, _entry, _timeoutMs, done) => {
      const result = puts.shift();
      if (result !== undefined) clock.setTimer(490, () => done(result));
    },
    append: () => {},
    close: () => {},
  };
  const ends: Completion[] = [];
  const env = { clock, requester: { request: () => {} } };
  const context: ClientContext = {
    env,
    nodes: ["n1"],
    process: 1,
    thread: 0,
    route: "leader",
    seed: "1",
    timeoutMs: 1000,
  };
  openLock(context, clerk, { rules: lockRules }).acquire(key, 1000, (completion) =>
    ends.push(completion),
  );
  clock.run();
  t.match(
    ends,
    [{ type: "info", error: "timeout" }],
    "the first one may be what refused the second",
  );
});

const way = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }) },
  { weight: 1, arbitrary: fc.integer({ min: 50, max: 2000 }) },
  { weight: 1, arbitrary: fc.constant(null) },
);

t.test("mutual exclusion and true endings, whatever becomes of the messages", async (t) => {
  const endings = new Map<string, number>();
  const property = fc.property(
    fc.infiniteStream(
      fc.record({ kind: fc.constant("sent" as const), requestMs: way, replyMs: way }),
    ),
    fc.nat(),
    (fates, seed) => {
      const { clock, open, holder } = createWorld(() => fates.next().value ?? onTime);
      const rng = createRng(seed);
      const failed = new Set<number>();
      let problem = "";

      /** A client that takes and gives back until an ending is unknown; the next one then goes on. */
      const live = (process: number, client: Client): void => {
        if (clock.now() > 3e9) return;
        client.invoke(acquire, ({ type, error }) => {
          count(`acquire ${type} ${error ?? ""}`);
          if (type === "info") return live(process + 10, open(process + 10, 400));
          if (type === "fail") {
            // Its client tries no more, so that a late copy would be seen for what it is.
            failed.add(process);
            return live(process + 10, open(process + 10, 400));
          }
          if (holder() !== process) problem ||= `p${process} has it, the store says ${holder()}`;
          clock.setTimer(rng.int(0, 30), () => {
            if (holder() !== process) problem ||= `p${process} lost it to ${holder()}`;
            client.invoke(release, (end) => {
              count(`release ${end.type} ${end.error ?? ""}`);
              if (end.type === "ok" && holder() === process) problem ||= "released, yet held";
              if (end.type === "fail" && holder() !== process) problem ||= "not released, yet free";
              const next = end.type === "ok" ? process : process + 10;
              live(next, end.type === "ok" ? client : open(next, 400));
            });
          });
        });
      };
      const watch = (): void => {
        const now = holder();
        if (now !== null && failed.has(now)) problem ||= `p${now} had failed, then took it`;
        if (clock.now() < 6e9) clock.setTimer(5, watch);
      };
      watch();
      for (let process = 0; process < 3; process++) live(process, open(process, 400));
      clock.run();
      if (problem !== "") throw new Error(problem);
    },
  );
  const count = (name: string): void => {
    endings.set(name, (endings.get(name) ?? 0) + 1);
  };

  fc.assert(property, { numRuns: 200 });
  for (const ending of [
    "acquire ok ",
    "acquire fail held",
    "acquire info timeout",
    "release ok ",
  ]) {
    t.ok((endings.get(ending) ?? 0) > 20, `${ending}: ${endings.get(ending)} times`);
  }
});
