import { checkers, type Op } from "porcupine-ts";
import t from "tap";
import type { ClientEnv } from "../../env/env.ts";
import { createRng } from "../../env/rng.ts";
import { type Clerk, type ClerkResult, openClerk } from "../kv-clerk.ts";
import { startKvsrv } from "../testing/kvsrv-node.ts";
import { createVirtualClock, type VirtualClock } from "../testing/virtual-clock.ts";
import { createVirtualNetwork } from "../testing/virtual-network.ts";

// The scenarios of MIT 6.5840 (2025), lab 2, in virtual time, each for several seeds.

type World = { readonly clock: VirtualClock; readonly env: ClientEnv };

/** Unreliable as labrpc is: requests and replies lost in one of ten cases each, delays of 0..26 ms. */
function createWorld(seed: number, isReliable: boolean): World {
  const clock = createVirtualClock();
  const rng = createRng(seed);
  const node = startKvsrv(clock);
  const requester = createVirtualNetwork(
    clock,
    (_node, request, respond) => node(request, respond),
    () => {
      if (isReliable) return { kind: "sent", requestMs: rng.int(0, 2), replyMs: rng.int(0, 2) };
      const requestMs = rng.chance(1, 10) ? null : rng.int(0, 26);
      return { kind: "sent", requestMs, replyMs: rng.chance(1, 10) ? null : rng.int(0, 26) };
    },
  );
  return { clock, env: { clock, requester } };
}

/** Long enough that every call is answered in the end, as the lab's clerk waits for ever. */
const timeoutMs = 60_000;

function openLabClerk(env: ClientEnv, process: number): Clerk {
  const route = "leader";
  return openClerk({
    env,
    nodes: ["n1"],
    process,
    thread: 0,
    route,
    seed: `${process}`,
    timeoutMs,
  });
}

t.test("TestReliablePut: one client's calls end as the lab says", async (t) => {
  const { clock, env } = createWorld(1, true);
  const clerk = openLabClerk(env, 0);
  const call = (act: (done: (result: ClerkResult) => void) => void): ClerkResult[] => {
    const results: ClerkResult[] = [];
    act((result) => results.push(result));
    clock.run();
    return results;
  };
  const put = (key: string, value: string, version: number) =>
    call((done) => clerk.put(key, { value, version }, timeoutMs, done));
  const get = (key: string) => call((done) => clerk.get(key, timeoutMs, done));

  t.match(put("k", "6.5840", 0), [{ type: "ok", version: 1 }]);
  t.match(get("k"), [{ type: "ok", value: "6.5840", version: 1 }]);
  t.match(put("k", "6.5840", 0), [{ type: "fail", error: "ErrVersion" }]);
  t.match(put("y", "6.5840", 1), [{ type: "fail", error: "ErrNoKey" }]);
  t.match(get("y"), [{ type: "ok", value: null, version: 0 }]);
});

/** Writes down a history; after `info` a client goes on as another process. */
function createJournal(clock: VirtualClock) {
  const ops: Op[] = [];
  let processCount = 0;
  function openProcess() {
    let process = processCount++;
    const write = (op: Pick<Op, "type" | "f" | "value" | "error">): void => {
      ops.push({ ...op, index: ops.length, time: clock.now(), process, key: "k" });
      if (op.type === "info") process = processCount++;
    };
    return {
      begin: (f: string, value?: unknown) => write({ type: "invoke", f, value }),
      end: (f: string, result: ClerkResult, value: unknown) => {
        if (result.type === "ok") write({ type: "ok", f, value });
        else write({ type: result.type, f, error: result.error });
      },
    };
  }
  return { ops, openProcess };
}

function judge(ops: readonly Op[]): string | undefined {
  const budget = { stepsMax: 1e7, configurationsMax: 1e6, shouldStop: () => false };
  return checkers["linearizable"]?.check(ops, { model: "versioned-kv" }, budget).verdict;
}

/** Ten clients, for 1 s each: look, then put onto the version seen. Counts how the puts ended. */
function runConcurrentPuts({ clock, env }: World) {
  const journal = createJournal(clock);
  const ended = { ok: 0, fail: 0, info: 0 };
  const errors = new Set<string>();

  function live(process: number): void {
    const clerk = openLabClerk(env, process);
    const { begin, end } = journal.openProcess();
    let count = 0;

    function look(): void {
      if (clock.now() >= 1e9) return;
      begin("get");
      clerk.get("k", timeoutMs, (result) => {
        if (result.type !== "ok")
          throw new Error(`a get that is answered in the end: ${result.error}`);
        const { value, version } = result;
        end("get", result, { value, version });
        count += 1;
        put({ value: `${process}-${count}`, version });
      });
    }

    function put(mine: { readonly value: string; readonly version: number }): void {
      begin("put", mine);
      clerk.put("k", mine, timeoutMs, (result) => {
        end("put", result, mine);
        ended[result.type] += 1;
        if (result.type !== "ok") errors.add(result.error);
        look();
      });
    }

    look();
  }

  for (let process = 0; process < 10; process++) live(process);
  clock.run();

  let finalVersion = -1;
  openLabClerk(env, 10).get("k", timeoutMs, (result) => {
    if (result.type === "ok") finalVersion = result.version;
  });
  clock.run();
  return { ended, errors: [...errors].sort(), finalVersion, ops: journal.ops };
}

t.test("TestPutConcurrentReliable: as many versions as acknowledged puts", async (t) => {
  for (let seed = 1; seed <= 3; seed++) {
    const { ended, errors, finalVersion, ops } = runConcurrentPuts(createWorld(seed, true));
    t.equal(finalVersion, ended.ok);
    t.same(errors, ["ErrVersion"]);
    t.ok(ended.ok >= 100 && ended.info === 0, `${ended.ok} puts taken, ${ended.fail} refused`);
    t.equal(judge(ops), "valid");
  }
});

t.test("put concurrently, unreliable: acknowledged <= versions <= with ErrMaybe", async (t) => {
  for (let seed = 1; seed <= 5; seed++) {
    const { ended, errors, finalVersion, ops } = runConcurrentPuts(createWorld(seed, false));
    t.ok(ended.ok <= finalVersion && finalVersion <= ended.ok + ended.info, `seed ${seed}`);
    t.same(errors, ["ErrMaybe", "ErrVersion"], "nothing else, when all is answered in the end");
    t.equal(judge(ops), "valid");
  }
});

t.test("TestUnreliableNet: ErrMaybe of a client alone means that its put was taken", async (t) => {
  for (let seed = 1; seed <= 5; seed++) {
    const { clock, env } = createWorld(seed, false);
    const clerk = openLabClerk(env, 0);
    const ends: string[] = [];
    const seen: { readonly value: string | null; readonly version: number }[] = [];
    const round = (version: number): void => {
      if (version === 100) return;
      const mine = { value: `${version}`, version };
      clerk.put("k", mine, timeoutMs, (result) => {
        ends.push(result.type === "ok" ? "ok" : result.error);
        clerk.get("k", timeoutMs, (found) => {
          if (found.type === "ok") seen.push({ value: found.value, version: found.version });
          round(version + 1);
        });
      });
    };
    round(0);
    clock.run();

    t.same(
      seen,
      Array.from({ length: 100 }, (_, at) => ({ value: `${at}`, version: at + 1 })),
    );
    t.same([...new Set(ends)].sort(), ["ErrMaybe", "ok"], `seed ${seed}: at least one ErrMaybe`);
  }
});
