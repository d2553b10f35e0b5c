import type { NodeName } from "../env/env.ts";
import { LogLab } from "./log-lab.ts";
import type { Scenario } from "./scenario.ts";

/** Lab 3C. A crash loses what is not durable yet, which the lab's never does. */
export const persistence: readonly Scenario[] = [
  {
    name: "3C Persist1",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 3, seed });
      lab.one(3, { retry: true });
      lab.crash(...lab.nodes);
      lab.restart(...lab.nodes);
      lab.one(3, { retry: true });
      const leader = lab.checkOneLeader();
      lab.crash(leader);
      lab.restart(leader);
      lab.one(3, { retry: true });
      const stopped = lab.checkOneLeader();
      lab.crash(stopped);
      lab.one(2, { retry: true });
      lab.restart(stopped);
      const command = lab.one(3, { retry: true });
      const follower = lab.other(lab.checkOneLeader());
      lab.crash(follower);
      lab.one(2, { retry: true });
      lab.restart(follower);
      if (lab.one(3, { retry: true }) <= command) lab.fail("an index went backwards");
    },
  },
  {
    name: "3C Persist2",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 5, seed });
      for (let round = 0; round < 5; round++) {
        lab.one(5, { retry: true });
        const leader = lab.checkOneLeader();
        const at = lab.nodes.indexOf(leader);
        const next = (step: number): NodeName => lab.nodes[(at + step) % 5] as NodeName;
        lab.crash(next(1), next(2));
        lab.one(3, { retry: true });
        lab.crash(next(0), next(3), next(4));
        lab.restart(next(1), next(2));
        lab.sleep(1000);
        lab.restart(next(3));
        lab.one(3, { retry: true });
        lab.restart(next(4), next(0));
      }
      lab.one(5, { retry: true });
    },
  },
  {
    name: "3C Persist3",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 3, seed });
      lab.one(3, { retry: true });
      const leader = lab.checkOneLeader();
      const [cut, other] = lab.nodes.filter((node) => node !== leader) as [NodeName, NodeName];
      lab.disconnect(cut);
      lab.one(2, { retry: true });
      lab.crash(leader, other);
      lab.connect(cut);
      lab.restart(leader);
      lab.one(2, { retry: true });
      lab.restart(other);
      lab.one(3, { retry: true });
    },
  },
  {
    name: "3C Figure8",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 5, seed });
      lab.one(1, { retry: true });
      for (let round = 0; round < 1000; round++) {
        let leader: NodeName | null = null;
        for (const node of lab.nodes) if (lab.propose(node, lab.fresh()) !== null) leader = node;
        lab.sleep(lab.rng.chance(1, 10) ? lab.rng.int(0, 499) : lab.rng.int(0, 12));
        if (leader !== null) lab.crash(leader);
        const down = lab.nodes.filter((node) => !lab.isUp(node));
        if (down.length > 2) lab.restart(lab.rng.pick(down));
      }
      lab.restart(...lab.nodes.filter((node) => !lab.isUp(node)));
      lab.one(5, { retry: true });
    },
  },
  {
    name: "3C UnreliableAgree",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 5, seed, isUnreliable: true });
      for (let round = 1; round < 50; round++) {
        const leader = lab.checkedLeader();
        for (let count = 0; count < 4; count++) lab.propose(leader, lab.fresh());
        lab.one(1, { retry: true });
      }
      lab.one(5, { retry: true });
    },
  },
  {
    name: "3C Figure8Unreliable",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 5, seed, isUnreliable: true });
      lab.one(1, { retry: true });
      for (let round = 0; round < 1000; round++) {
        if (round === 200) lab.isReordering = true;
        let leader: NodeName | null = null;
        for (const node of lab.nodes) {
          const isStarted = lab.propose(node, lab.fresh()) !== null;
          if (isStarted && lab.isConnected(node)) leader = node;
        }
        lab.sleep(lab.rng.chance(1, 10) ? lab.rng.int(0, 499) : lab.rng.int(0, 12));
        if (leader !== null && lab.rng.chance(1, 2)) lab.disconnect(leader);
        const cut = lab.nodes.filter((node) => !lab.isConnected(node));
        if (cut.length > 2) lab.connect(lab.rng.pick(cut));
      }
      lab.heal();
      lab.one(5, { retry: true });
    },
  },
  ...[false, true].map((isUnreliable) => ({
    name: isUnreliable ? "3C UnreliableChurn" : "3C ReliableChurn",
    run: (seed: number) => churn(new LogLab({ nodeCount: 5, seed, isUnreliable })),
  })),
];

/** Three clients hand in commands all the time while nodes are cut off, crash and come back. */
function churn(lab: LogLab): void {
  const acknowledged: string[] = [];
  let isOver = false;
  const client = (): void => {
    if (isOver) return;
    const command = lab.fresh();
    const leader = lab.nodes.filter((node) => lab.propose(node, command) !== null).at(-1);
    let looks = 0;
    const look = (): void => {
      if (leader !== undefined && lab.applied(leader).includes(command)) acknowledged.push(command);
      else if (leader !== undefined && ++looks < 10) return void lab.world.after(20e6, look);
      lab.world.after(lab.rng.int(20, 100) * 1e6, client);
    };
    look();
  };
  for (let count = 0; count < 3; count++) client();

  for (let round = 0; round < 20; round++) {
    if (lab.rng.chance(1, 5)) lab.disconnect(lab.rng.pick(lab.nodes));
    if (lab.rng.chance(1, 2)) {
      const node = lab.rng.pick(lab.nodes);
      if (!lab.isUp(node)) lab.restart(node);
      lab.connect(node);
    }
    if (lab.rng.chance(1, 5)) lab.crash(lab.rng.pick(lab.nodes));
    lab.sleep(700);
  }
  lab.sleep(1000);
  lab.heal();
  lab.restart(...lab.nodes.filter((node) => !lab.isUp(node)));
  isOver = true;
  lab.one(5, { retry: true });
  for (const node of lab.nodes) {
    const applied = new Set(lab.applied(node));
    const lost = acknowledged.find((command) => !applied.has(command));
    if (lost !== undefined) lab.fail(`${lost} was executed, and ${node} does not have it`);
  }
}
