import t from "tap";
import type { ClientEnv } from "./env/env.ts";
import { createSchedule } from "./env/testing/fake-schedule.ts";
import { demandLiveness } from "./liveness.ts";
import type { NodeStatus } from "./subject.ts";

const core = ["n1", "n2", "n3"];

/** What a node says at a moment, in milliseconds. */
type Says = (node: string, ms: number) => Partial<NodeStatus>;

/** What is recorded of a core that acknowledges a write at once. */
function demand(says: Says, steadyMs?: number): unknown {
  const schedule = createSchedule();
  const wallMs = (): number => schedule.now() / 1e6;
  const setTimer = (delayMs: number, run: () => void) => schedule.after(delayMs * 1e6, run);
  const env = { clock: { now: schedule.now, wallMs, setTimer } } as Partial<ClientEnv> as ClientEnv;
  let recorded: unknown = null;
  demandLiveness(
    {
      core,
      subject: {
        status: (_env, node, _withinMs, done) => {
          const base = { role: "follower", term: 3, leader: "n1", wallMs: 0 } as const;
          const status = { ...base, commitIndex: 9, lastApplied: 9, ...says(node, wallMs()) };
          done({ kind: "answers", status });
        },
      },
      env,
      interpreter: {
        runUntilWritten: (onWritten, onEnd) => {
          onWritten();
          onEnd();
        },
        stop: () => undefined,
      },
      record: ({ value }) => {
        recorded = value;
      },
      isOver: () => false,
      withinMs: 5000,
      ...(steadyMs !== undefined && { steadyMs }),
    },
    () => undefined,
  );
  schedule.run(20_000);
  return recorded;
}

const leads = { role: "leader" } as const;
const n1Leads: Says = (node) => (node === "n1" ? leads : {});
const alive = { core, writtenMs: 0, missing: null, deposed: null };

t.test("a core that leads in one term and has executed everything is alive", async (t) => {
  t.match(demand(n1Leads), { ...alive, caughtUpMs: 0 });
  t.match(demand(n1Leads, 1500), { ...alive, caughtUpMs: 0 });
});

t.test("what is missing is waited for, and told when it does not come", async (t) => {
  const cases: readonly [Says, string][] = [
    [() => ({}), "no node led"],
    [
      (node) => (node === "n1" ? leads : { lastApplied: node === "n2" ? 7 : 9 }),
      "n2 had applied 7 of 9 committed entries",
    ],
    [
      (node) => (node === "n1" ? leads : { term: node === "n3" ? 4 : 3 }),
      "n3 was in term 4, the leader in 3",
    ],
  ];
  for (const [says, missing] of cases) {
    t.match(demand(says), { caughtUpMs: null, missing });
    const late: Says = (node, ms) => (ms < 400 ? says : n1Leads)(node, ms);
    t.match(demand(late), { ...alive, caughtUpMs: 400 });
  }
});

t.test("where it is asked, a leader must lead on for so long", async (t) => {
  const deposedAt =
    (atMs: number): Says =>
    (node, ms) =>
      ms < atMs ? n1Leads(node, ms) : { term: 5, ...(node === "n2" && leads) };
  const deposed = "n1, which had led term 3, was follower in term 5";

  t.match(demand(deposedAt(1000), 1500), { ...alive, caughtUpMs: 0, deposed });
  t.match(demand(deposedAt(1501), 1500), alive);
  t.match(demand(deposedAt(1000)), alive);
  const again: Says = (node, ms) => ({ ...n1Leads(node, ms), term: ms < 1000 ? 3 : 5 });
  const other = "n1, which had led term 3, was leader in term 5";
  t.match(demand(again, 1500), { deposed: other }, "one that is elected again was deposed, too");
});
