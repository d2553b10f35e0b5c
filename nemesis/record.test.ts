import t from "tap";
import { faultRecords } from "./record.ts";

const line = (time: number, f: string, value: unknown) =>
  ({ process: "nemesis", type: "info", time, f, value }) as const;

const begun = {
  id: "kill-1",
  fault: "kill",
  targets: ["n1"],
  detail: { why: "test" },
  effect: { down: ["n1"] },
};
const looks = { before: { n1: "answers" }, during: { n1: "refused" }, after: { n1: "answers" } };
const judged = { id: "kill-1", effective: true, healed: true, evidence: "seen", looks };

t.test("a record is what the lines of its id say, in the order they began", async (t) => {
  const records = faultRecords([
    line(1, "skip", { id: "pause-1", fault: "pause", reason: "no leader known" }),
    line(2, "inject", begun),
    line(2, "quorum", { majority: false }),
    { process: 3, time: 3, f: "put", value: { id: "kill-1" } },
    line(4, "injected", { id: "kill-1" }),
    line(5, "heal", { id: "kill-1" }),
    line(6, "healed", { id: "kill-1" }),
    line(7, "judge", judged),
  ]);
  t.same(records, [
    {
      id: "pause-1",
      fault: "pause",
      targets: [],
      detail: {},
      effect: {},
      injectedAt: null,
      healDueAt: null,
      healBeganAt: null,
      healedAt: null,
      effective: null,
      healed: null,
      evidence: "",
      looks: {},
      skipped: "no leader known",
    },
    {
      ...begun,
      injectedAt: 2,
      healDueAt: 5,
      healBeganAt: 5,
      healedAt: 6,
      effective: true,
      healed: true,
      evidence: "seen",
      looks,
      skipped: null,
    },
  ]);
});

t.test("a history that breaks off leaves unknown what it does not say", async (t) => {
  const [record] = faultRecords([line(2, "inject", begun), line(5, "heal", { id: "kill-1" })]);
  t.match(record, { injectedAt: 2, healBeganAt: 5, healedAt: null, effective: null, healed: null });
});

t.test("failures are kept: of the injection as evidence, of the heal as no end", async (t) => {
  const [record] = faultRecords([
    line(2, "inject", begun),
    line(3, "injected", { id: "kill-1", error: "no such container" }),
    line(5, "healed", { id: "kill-1", error: "no such container" }),
  ]);
  t.match(record, { evidence: "could not be injected: no such container", healedAt: null });
});

t.test("a heal that came after one more look was due before it", async (t) => {
  const lines = [
    line(2e9, "inject", { id: "reset-1" }),
    line(5e9, "heal", { id: "reset-1", lateNs: 3e8 }),
  ];
  t.match(faultRecords(lines), [{ healDueAt: 4.7e9, healBeganAt: 5e9 }]);
});
