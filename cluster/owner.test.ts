import t from "tap";
import {
  judgeOwner,
  type Owner,
  ownerLabels,
  ownSelf,
  parseOwner,
  processStartTime,
} from "./owner.ts";

const self: Owner = {
  machine: "m1/host",
  bootId: "b1",
  pidNamespace: "pid:[1]",
  pid: 100,
  startTime: "5000",
};
const processes = new Map([
  [100, "5000"],
  [200, "6000"],
]);
const startTimeOf = (pid: number): string | null => processes.get(pid) ?? null;

t.test("DESIGN 8: only an owner that is surely gone is judged gone", async (t) => {
  const cases: { name: string; owner: Partial<Owner>; fate: ReturnType<typeof judgeOwner> }[] = [
    { name: "itself", owner: {}, fate: "alive" },
    { name: "another process", owner: { pid: 200, startTime: "6000" }, fate: "alive" },
    { name: "no such process", owner: { pid: 300, startTime: "7000" }, fate: "gone" },
    { name: "a later process has its pid", owner: { pid: 200, startTime: "1000" }, fate: "gone" },
    {
      name: "another pid namespace",
      owner: { pidNamespace: "pid:[2]", pid: 300 },
      fate: "undecidable",
    },
    { name: "before this machine's reboot", owner: { bootId: "b0" }, fate: "gone" },
    { name: "another machine", owner: { bootId: "b0", machine: "m2/host" }, fate: "undecidable" },
    {
      name: "a machine without identity",
      owner: { bootId: "b0", machine: "" },
      fate: "undecidable",
    },
    { name: "a platform without /proc", owner: { bootId: "", startTime: "" }, fate: "undecidable" },
    { name: "no pid namespace known", owner: { pidNamespace: "" }, fate: "undecidable" },
    { name: "no pid", owner: { pid: 0 }, fate: "undecidable" },
  ];
  for (const { name, owner, fate } of cases) {
    t.equal(judgeOwner({ ...self, ...owner }, self, startTimeOf), fate, name);
  }
});

t.test("a judge that does not know its own boot decides nothing", async (t) => {
  t.equal(judgeOwner(self, { ...self, bootId: "" }, startTimeOf), "undecidable");
});

t.test(
  "labels carry an owner there and back; foreign labels give one that nobody can judge",
  async (t) => {
    t.same(parseOwner(ownerLabels(self)), self);
    t.equal(judgeOwner(parseOwner({}), self, startTimeOf), "undecidable");
  },
);

const skip = process.platform === "linux" ? false : "start times of processes come from /proc";

t.test("this very process is alive", { skip }, async (t) => {
  const own = ownSelf();
  t.equal(judgeOwner(own, own, processStartTime), "alive");
  t.equal(processStartTime(2 ** 22 + 1), null, "beyond the largest pid");
});
