import fc from "fast-check";
import { checkers, type Op } from "porcupine-ts";
import t from "tap";
import type { Client, Completion, Invocation } from "../subject.ts";
import { openKvClient } from "./kv-client.ts";
import { leaseMs } from "./kv-fenced.ts";
import { type ClientRules, clientRules } from "./kv-rules.ts";
import { bug as m37 } from "./raft-kv/bugs/m37.ts";
import { startKvsrv } from "./testing/kvsrv-node.ts";
import { createVirtualClock } from "./testing/virtual-clock.ts";
import { createVirtualNetwork, type Fate } from "./testing/virtual-network.ts";

const key = "lock";
const timeoutMs = 1000;
/** No operation of a history begins later. */
const endNs = 8e9;
const onTime: Fate = { kind: "sent", requestMs: 1, replyMs: 1 };

function createWorld(fateOf: () => Fate, rules: ClientRules = clientRules) {
  const clock = createVirtualClock();
  const node = startKvsrv(clock);
  const requester = createVirtualNetwork(
    clock,
    (_node, request, respond) => node(request, respond),
    fateOf,
  );
  const open = (process: number): Client =>
    openKvClient(
      "fenced-lock",
      {
        env: { clock, requester },
        nodes: ["n1"],
        process,
        thread: 0,
        route: "leader",
        seed: `${process}`,
        timeoutMs,
      },
      rules,
    );
  return { clock, open };
}

const acquire: Invocation = { f: "acquire", key };
const tokenOf = ({ value }: Completion): number => (value as { readonly token: number }).token;

/** One operation after the other, with nobody else about. */
function perform(clock: { run(): void }, client: Client, operation: Invocation): Completion {
  const completions: Completion[] = [];
  client.invoke(operation, (completion) => completions.push(completion));
  clock.run();
  const [completion] = completions;
  if (completion === undefined || completions.length > 1) throw new Error("one completion");
  return completion;
}

t.test("a lock that is not given back is taken over after a lease, not before", async (t) => {
  const { clock, open } = createWorld(() => onTime);
  const [first, second] = [open(1), open(2)];
  const token = tokenOf(perform(clock, first, acquire));
  const sinceMs = clock.now() / 1e6;
  let tookMs = 0;
  let newer = 0;
  second.invoke(acquire, (completion) => {
    tookMs = clock.now() / 1e6 - sinceMs;
    newer = tokenOf(completion);
  });
  clock.run();

  t.ok(tookMs >= leaseMs && tookMs < leaseMs + 100, `after ${tookMs} ms`);
  t.ok(newer > token, "its token is newer");
  const release = { f: "release", key, value: { token } };
  t.match(perform(clock, first, release), { type: "fail", error: "not-held" });
});

t.test("a holder that is late is fenced once its successor has written", async (t) => {
  const { clock, open } = createWorld(() => onTime);
  const [first, second] = [open(1), open(2)];
  const write = (client: Client, value: string, token: number): Completion =>
    perform(clock, client, { f: "write", key, value: { value, token } });
  const old = tokenOf(perform(clock, first, acquire));
  const young = tokenOf(perform(clock, second, acquire));

  t.match(write(first, "a", old), { type: "ok" }, "nobody newer has written yet");
  t.match(write(second, "b", young), { type: "ok" });
  t.match(write(first, "c", old), { type: "fail", error: "fenced" });
  t.match(perform(clock, first, { f: "read", key }), { value: { value: "b", token: young } });
});

const way = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }) },
  { weight: 1, arbitrary: fc.integer({ min: 50, max: 2000 }) },
  { weight: 1, arbitrary: fc.constant(null) },
);

/** Four clients that take the lock, write twice and give it back, some of them slow. */
function playHistory(fateOf: () => Fate, pauses: () => number, rules?: ClientRules): Op[] {
  const { clock, open } = createWorld(fateOf, rules);
  const ops: Op[] = [];
  let processCount = 0;
  const journal = (op: Omit<Op, "index" | "time" | "key">): void => {
    ops.push({ index: ops.length, time: clock.now(), key, ...op });
  };

  function live(): void {
    const process = processCount++;
    const client = open(process);
    function act(f: string, value: unknown, next: (completion: Completion) => void): void {
      if (clock.now() > endNs) return;
      journal({ process, type: "invoke", f, value });
      client.invoke({ f, key, value }, (completion) => {
        journal({ process, f, ...completion });
        if (completion.type === "info") live();
        else clock.setTimer(pauses(), () => next(completion));
      });
    }
    function hold(token: number, writesLeft: number): void {
      if (writesLeft === 0) {
        act("release", { token }, look);
        return;
      }
      const value = { value: `v${ops.length}`, token };
      act("write", value, ({ error }) => {
        if (error === "fenced") look();
        else hold(token, writesLeft - 1);
      });
    }
    const look = (): void => act("read", undefined, take);
    const take = (): void =>
      act("acquire", undefined, (completion) => {
        if (completion.type === "ok") hold(tokenOf(completion), 2);
        else look();
      });
    take();
  }
  for (let count = 0; count < 4; count++) live();
  clock.run();
  return ops;
}

t.test(
  "tokens keep their promise whatever becomes of messages; without them it breaks",
  async (t) => {
    const budget = { stepsMax: 1e7, configurationsMax: 1e6, shouldStop: () => false };
    const counts = { ok: 0, fenced: 0, broken: 0 };
    fc.assert(
      fc.property(
        fc.infiniteStream(
          fc.record({ kind: fc.constant("sent" as const), requestMs: way, replyMs: way }),
        ),
        fc.infiniteStream(fc.integer({ min: 0, max: 400 })),
        (fates, pauses) => {
          const play = (rules?: ClientRules): Op[] =>
            playHistory(
              () => fates.next().value ?? onTime,
              () => pauses.next().value ?? 0,
              rules,
            );
          const judge = (ops: readonly Op[]): string | undefined =>
            checkers["linearizable"]?.check(ops, { model: "fenced-lock" }, budget).verdict;
          const ops = play();
          counts.ok += ops.filter(({ f, type }) => f === "write" && type === "ok").length;
          counts.fenced += ops.filter(({ error }) => error === "fenced").length;
          if (judge(play(m37.plantClient(clientRules))) === "invalid") counts.broken += 1;
          return judge(ops) === "valid";
        },
      ),
      { numRuns: 60 },
    );
    t.ok(counts.ok > 100 && counts.fenced > 0, JSON.stringify(counts));
    t.ok(counts.broken > 0, `M37 shows in ${counts.broken} of 60`);
  },
);
