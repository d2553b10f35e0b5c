import fc from "fast-check";
import t from "tap";
import type { Request, Response } from "../env/env.ts";
import { type ClerkResult, openClerk } from "./kv-clerk.ts";
import {
  type Command,
  createKvMachine,
  type MachineRules,
  machineRules,
  type Reply,
} from "./raft-kv/state-machine.ts";
import { createBareKvsrv } from "./testing/bare-kvsrv.ts";
import { createVirtualClock, type VirtualClock } from "./testing/virtual-clock.ts";
import { createVirtualNetwork, type Fate } from "./testing/virtual-network.ts";

// A client never lies, now or later: whatever becomes of the copies of an operation (delivered,
// delayed beyond the operation's end, lost on either way, refused, answered without knowledge), and
// whatever other clients do meanwhile, `ok` has happened, `fail` never happens, ErrMaybe happens
// before the answer or never. A store that counts what it does to each value is the judge.

type Append = Extract<Command, { f: "append" }>;

const timeoutMs = 300;

/** Milliseconds on the way, or never there; several attempts fit into a timeout, or none does. */
const way: fc.Arbitrary<number | null> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 20 }) },
  { weight: 3, arbitrary: fc.integer({ min: 50, max: 1500 }) },
  { weight: 2, arbitrary: fc.constant(null) },
);
const copyFate: fc.Arbitrary<CopyFate> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ kind: "not-sent" } as const) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("sent" as const), requestMs: way, replyMs: way }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "redirected" } as const) },
  // Appended, then leadership lost: it takes effect late or never, and nobody says which.
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("unknown" as const), effectMs: way }) },
);
type CopyFate =
  | Fate
  | { readonly kind: "redirected" }
  | { readonly kind: "unknown"; readonly effectMs: number | null };

/** Carries copy number i as `fates[i]` says; what comes after the list arrives at once. */
function carry(
  clock: VirtualClock,
  fates: readonly CopyFate[],
  execute: (request: Request) => Response,
) {
  let count = 0;
  return createVirtualNetwork(
    clock,
    (_node, request, respond) => respond(execute(request)),
    (_node, request) => {
      const current: CopyFate = fates[count] ?? { kind: "sent", requestMs: 1, replyMs: 1 };
      count += 1;
      if (current.kind === "redirected") return answerAs(421, "not-leader");
      if (current.kind === "unknown") {
        const { effectMs } = current;
        if (effectMs !== null) clock.setTimer(effectMs, () => execute(request));
        return answerAs(503, "outcome-unknown");
      }
      return current;
    },
  );
}

function answerAs(status: number, error: string): Fate {
  return { kind: "answered", response: { status, body: { error, leader: null } } };
}

type Ending = { readonly result: ClerkResult; readonly atNs: number };
const endings = new Map<string, number>();

function count({ type, ...rest }: ClerkResult): void {
  const name = "error" in rest ? `${type} ${rest.error}` : type;
  endings.set(name, (endings.get(name) ?? 0) + 1);
}

/** Whether the ending agrees with the moments at which the operation really took effect. */
function isTrue({ result, atNs }: Ending, effectsAtNs: readonly number[]): boolean {
  count(result);
  if (effectsAtNs.length > 1) return false;
  const [effectAtNs] = effectsAtNs;
  if (result.type === "ok") return effectAtNs !== undefined && effectAtNs <= atNs;
  if (result.type === "fail") return effectAtNs === undefined;
  return result.error !== "ErrMaybe" || effectAtNs === undefined || effectAtNs <= atNs;
}

t.test("what a put says of itself is never contradicted, then or later", async (t) => {
  const otherPutAtMs = fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 40, max: 1500 }),
  );
  const property = fc.property(
    fc.array(copyFate, { maxLength: 6 }),
    fc.array(otherPutAtMs, { maxLength: 6 }),
    fc.integer({ min: 0, max: 3 }),
    (fates, otherPutsAtMs, version) => {
      const clock = createVirtualClock();
      const server = createBareKvsrv();
      const effectsAtNs: number[] = [];
      const requester = carry(clock, fates, (request) => {
        const response = server.answer(request);
        if (response.status === 200) effectsAtNs.push(clock.now());
        return response;
      });
      // The others never fail: each of their puts raises the version by one.
      let putByOthers = 0;
      const putByOther = (): void => {
        const body = { value: "other", version: putByOthers + effectsAtNs.length };
        const { status } = server.answer({ method: "PUT", path: "/kv/k", body });
        if (status === 200) putByOthers += 1;
      };
      for (const atMs of otherPutsAtMs) clock.setTimer(atMs, putByOther);
      const found: Ending[] = [];
      openClerk({
        env: { clock, requester },
        nodes: ["n1", "n2", "n3"],
        process: 0,
        thread: 0,
        route: "pinned",
        seed: "truth",
        timeoutMs,
      }).put("k", { value: "mine", version }, timeoutMs, (result) => {
        found.push({ result, atNs: clock.now() });
      });
      clock.run();

      const [ending] = found;
      return found.length === 1 && ending !== undefined && isTrue(ending, effectsAtNs);
    },
  );

  endings.clear();
  fc.assert(property, { numRuns: 5000 });
  for (const ending of [
    "ok",
    "fail ErrVersion",
    "fail ErrNoKey",
    "info ErrMaybe",
    "info timeout",
    "info outcome-unknown",
  ]) {
    t.ok((endings.get(ending) ?? 0) > 20, `${ending}: ${endings.get(ending)} times`);
  }
});

/** Two appends of one client, among others whose sessions push its own out. */
function appendProperty(rules: MachineRules): fc.IPropertyWithHooks<[CopyFate[], number[]]> {
  const otherAtMs = fc.integer({ min: 1, max: 2000 });
  return fc.property(
    fc.array(copyFate, { maxLength: 8 }),
    fc.array(otherAtMs, { maxLength: 8 }),
    (fates, othersAtMs) => {
      const clock = createVirtualClock();
      const machine = createKvMachine(rules, 1);
      const effectsAtNs = new Map<string, number[]>([
        ["a", []],
        ["b", []],
      ]);
      const append = (body: Omit<Append, "f" | "key">): Reply => {
        const before = machine.get("k")?.version ?? 0;
        const reply = machine.apply({ f: "append", key: "k", ...body });
        const after = machine.get("k")?.version ?? 0;
        if (after > before) effectsAtNs.get(body.text)?.push(clock.now());
        return reply;
      };
      const requester = carry(clock, fates, ({ body }) => {
        const reply = append(body as Omit<Append, "f" | "key">);
        if (reply.kind === "ok") return { status: 200, body: { version: reply.version } };
        if (reply.kind === "refused") return { status: 409, body: { error: reply.error } };
        return { status: 409, body: { error: "ErrSession", epoch: reply.epoch } };
      });
      othersAtMs.forEach((atMs, at) => {
        const other = { text: "other", client: `other-${at}`, sequence: 1 };
        clock.setTimer(atMs, () => {
          const reply = append({ ...other, epoch: 0 });
          if (reply.kind === "expired") append({ ...other, epoch: reply.epoch });
        });
      });
      const found = new Map<string, Ending>();
      const clerk = openClerk({
        env: { clock, requester },
        nodes: ["n1", "n2", "n3"],
        process: 0,
        thread: 0,
        route: "leader",
        seed: "truth",
        timeoutMs,
      });
      const run = (text: string, next: () => void): void =>
        clerk.append("k", text, timeoutMs, (result) => {
          found.set(text, { result, atNs: clock.now() });
          if (result.type !== "info") next();
        });
      run("a", () => clock.setTimer(100, () => run("b", () => {})));
      clock.run();

      return [...effectsAtNs].every(([text, effects]) => {
        const ending = found.get(text);
        return ending === undefined ? effects.length === 0 : isTrue(ending, effects);
      });
    },
  );
}

t.test(
  "what an append says of itself is never contradicted, and it happens at most once",
  async (t) => {
    endings.clear();
    fc.assert(appendProperty(machineRules), { numRuns: 3000 });
    for (const ending of ["ok", "info timeout", "info outcome-unknown"]) {
      t.ok((endings.get(ending) ?? 0) > 20, `${ending}: ${endings.get(ending)} times`);
    }
    for (const broken of [{ mayBegin: () => true }, { earlierReply: () => null }]) {
      const property = appendProperty({ ...machineRules, ...broken });
      t.ok(fc.check(property, { numRuns: 3000 }).failed, Object.keys(broken).join());
    }
  },
);
