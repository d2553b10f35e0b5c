import type { NodeName } from "../env/env.ts";
import type { NodeOptions } from "../env/program.ts";
import { LogLab } from "./log-lab.ts";
import type { Scenario } from "./scenario.ts";

/** Lab 4A: a counter on a replicated log. Its value is the number of increments executed. */
export const replicatedService: readonly Scenario[] = [
  {
    name: "4A Basic",
    run: (seed) => {
      const lab = openCounter(seed);
      for (let count = 1; count <= 10; count++) {
        lab.execute(lab.fresh("inc"));
        if (counter(lab, lab.checkedLeader()) !== count) lab.fail(`expected ${count} increments`);
      }
      expectAll(lab, 10);
    },
  },
  {
    name: "4A Concurrent",
    run: (seed) => {
      const lab = openCounter(seed);
      const leader = lab.checkOneLeader();
      const calls = Array.from({ length: 50 }, () => lab.submit(leader, lab.fresh("inc")));
      const isDone = (): boolean => calls.every(({ outcome }) => outcome === "applied");
      if (!lab.until(isDone, 10_000)) lab.fail("fifty increments at once were not all executed");
      expectAll(lab, 50);
    },
  },
  {
    name: "4A LeaderFailure",
    run: (seed) => {
      const lab = openCounter(seed);
      lab.execute(lab.fresh("inc"));
      const leader = lab.checkOneLeader();
      lab.disconnect(leader);
      lab.execute(lab.fresh("inc"));
      expect(
        lab,
        lab.nodes.filter((node) => node !== leader),
        2,
      );
      lab.connect(leader);
      expectAll(lab, 2);
    },
  },
  {
    name: "4A LeaderPartition",
    run: (seed) => {
      const lab = openCounter(seed);
      lab.execute(lab.fresh("inc"));
      const leader = lab.checkOneLeader();
      lab.partition([leader]);
      const lost = Array.from({ length: 100 }, () => lab.submit(leader, lab.fresh("dec")));
      const others = lab.nodes.filter((node) => node !== leader);
      const isLed = (): boolean => others.some((node) => lab.raft(node)?.role === "leader");
      if (!lab.until(isLed, 5000)) lab.fail("the majority has no leader");
      const next = others.find((node) => lab.raft(node)?.role === "leader") as NodeName;
      const inc = lab.submit(next, lab.fresh("inc"));
      lab.sleep(1000);
      if (inc.outcome !== "applied") lab.fail("the majority did not execute within 1 s");
      if (lost.some(({ outcome }) => outcome === "applied")) lab.fail("a minority executed");
      lab.heal();
      const areRefused = (): boolean => lost.every(({ outcome }) => outcome === "refused");
      if (!lab.until(areRefused, 1000)) lab.fail("a call of the deposed leader waits for ever");
      expectAll(lab, 2);
      if (lab.nodes.some((node) => lab.applied(node).some((one) => one.startsWith("dec")))) {
        lab.fail("a command of the minority was executed");
      }
    },
  },
  {
    name: "4A RestartReplay",
    run: (seed) => {
      const lab = openCounter(seed);
      replay(lab);
    },
  },
  {
    name: "4A Shutdown",
    run: (seed) => {
      const lab = openCounter(seed);
      const leader = lab.checkOneLeader();
      const calls = Array.from({ length: 100 }, () => lab.submit(leader, lab.fresh("none")));
      lab.sleep(20);
      // Calls of a node that is killed die with it; those of one that is cut off must not.
      lab.disconnect(leader);
      const areOver = (): boolean => calls.every(({ outcome }) => outcome !== null);
      if (!lab.until(areOver, 11_000)) lab.fail("a call did not return within 11 s");
    },
  },
  {
    name: "4A RestartSubmit",
    run: (seed) => {
      const lab = openCounter(seed);
      replay(lab);
      const leader = lab.checkOneLeader();
      for (let count = 0; count < 100; count++) lab.submit(leader, lab.fresh("none"));
      lab.sleep(20);
      lab.crash(...lab.nodes);
      lab.sleep(1000);
      lab.restart(...lab.nodes);
      lab.execute(lab.fresh("inc"));
      expectAll(lab, 102);
    },
  },
  {
    name: "4C Snapshot (rsm)",
    run: (seed) => {
      const snapshotEntriesMax = 20;
      const lab = openCounter(seed, { snapshotEntriesMax });
      for (let count = 0; count < 5; count++) increment(lab, 20);
      for (const node of lab.nodes) {
        const stored = lab.storedEntries(node);
        if (stored > 2 * snapshotEntriesMax + 20) lab.fail(`${node} stores ${stored} entries`);
      }
      lab.crash(...lab.nodes);
      lab.restart(...lab.nodes);
      lab.execute(lab.fresh("inc"));
      expectAll(lab, 101);
    },
  },
];

function openCounter(seed: number, options: NodeOptions = {}): LogLab {
  return new LogLab({ nodeCount: 3, seed, options });
}

/** A hundred increments, a restart of everybody, and one more. */
function replay(lab: LogLab): void {
  increment(lab, 100);
  lab.crash(...lab.nodes);
  lab.sleep(1000);
  lab.restart(...lab.nodes);
  lab.execute(lab.fresh("inc"));
  expectAll(lab, 101);
}

function increment(lab: LogLab, times: number): void {
  const leader = lab.checkOneLeader();
  const calls = Array.from({ length: times }, () => lab.submit(leader, lab.fresh("inc")));
  const areDone = (): boolean => calls.every(({ outcome }) => outcome === "applied");
  if (!lab.until(areDone, 10_000)) lab.fail(`${times} increments were not all executed`);
}

function counter(lab: LogLab, node: NodeName): number {
  return lab.applied(node).filter((command) => command.startsWith("inc")).length;
}

function expectAll(lab: LogLab, value: number): void {
  expect(lab, lab.nodes, value);
}

function expect(lab: LogLab, nodes: readonly NodeName[], value: number): void {
  const agree = (): boolean => nodes.every((node) => counter(lab, node) === value);
  if (!lab.until(agree, 10_000)) {
    const seen = nodes.map((node) => `${node} ${counter(lab, node)}`);
    lab.fail(`counters are ${seen.join(", ")}, expected ${value}`);
  }
}
