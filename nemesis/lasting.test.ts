import t from "tap";
import type { ScriptStep } from "../workloads/workload.ts";
import type { Observation } from "./fault.ts";
import { begin, entry, everything } from "./testing/begin.ts";

// Faults whose heal is not the end of it: nodes that lost data, and orders that must be taken back.

t.test("nodes that lost data never come back, and are no more than a minority", async (t) => {
  for (let seed = 0; seed < 20; seed++) {
    const kind = ["rot", "lost-writes", "misdirected-writes"];
    const faults = [
      ...everything,
      entry("disk", { nodes: ["leader", "minority"], kind }, [5000, 2000]),
    ];
    const run = begin({ faults }, { seed, durationMs: 60_000 });
    const records = run.finish();

    const injected = records.filter(({ injectedAt }) => injectedAt !== null);
    const retired = new Set(injected.flatMap(({ effect }) => effect.retired ?? []));
    t.ok(retired.size > 0 && retired.size <= 2, `seed ${seed}: ${[...retired]}`);
    const stuck = injected.filter(({ healed }) => healed !== true);
    t.same(
      stuck.map(({ id, evidence }) => `${id} ${evidence}`),
      [],
      `seed ${seed}: all healed`,
    );

    for (const { id, targets, effect, healedAt, detail } of injected) {
      if (effect.retired === undefined || detail["kind"] === "rot") continue;
      const started = injected.filter(
        (other) =>
          other.id !== id && other.injectedAt !== null && other.injectedAt > (healedAt ?? 0),
      );
      const hit = started.flatMap((other) => other.effect.down ?? []);
      t.notOk(
        targets.some((node) => hit.includes(node)),
        `seed ${seed}: ${id} is left alone`,
      );
    }
  }
});

t.test(
  "a node that will stay away is whole before: its disk is broken without delay",
  async (t) => {
    const parameters = { nodes: "leader", kind: ["lost-writes", "misdirected-writes"] };
    const run = begin({ faults: [entry("disk", parameters, [10_000, 2000])] });
    const lengths = run
      .finish()
      .filter(({ injectedAt }) => injectedAt !== null)
      .map(({ injectedAt, healBeganAt }) => ((healBeganAt ?? 0) - (injectedAt ?? 0)) / 1e6);

    t.ok(lengths.length > 0 && lengths.every((ms) => ms > 1500), `${lengths} ms of 2000`);
  },
);

t.test("beyond the atlas, nodes come back without what they promised", async (t) => {
  const faults = [entry("wipe", { nodes: "majority" }, [10_000, 2000])];
  const within = begin({ faults }).finish();
  t.ok(within.every(({ skipped }) => skipped?.includes("without what it promised")));
  const beyond = begin({ faults, atlas: "beyond" }).finish();
  t.ok(beyond.some(({ effective, healed }) => effective === true && healed === true));
});

t.test("a heal that is an order waits for a cluster that can carry it out", async (t) => {
  const inject = (atMs: number, id: string, instance: Observation): ScriptStep => {
    return { atMs, action: "inject", id, fault: id, instance };
  };
  const down = ["n1", "n2", "n4"];
  const removal = { targets: ["n3"], detail: { as: "removed" }, effect: { away: ["n3"] } };
  const script: ScriptStep[] = [
    inject(1000, "membership", removal),
    inject(2000, "kill", { targets: down, effect: { down } }),
    { atMs: 3000, action: "heal", id: "membership" },
    { atMs: 40_000, action: "heal", id: "kill" },
  ];
  const run = begin({ script }, { durationMs: 50_000 });
  const [membership] = run.finish();

  t.match(membership, { fault: "membership", effective: true, healed: true });
  t.ok((membership?.healedAt ?? 0) > 40e9, "not before there is a majority again");
  t.ok(run.cluster.isWhole());
});
