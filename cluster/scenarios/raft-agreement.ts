import type { NodeName } from "../env/env.ts";
import { LogLab } from "./log-lab.ts";
import type { Scenario } from "./scenario.ts";

/** Lab 3B. Indexes are compared with one another: an election adds an entry of its own here. */
export const agreement: readonly Scenario[] = [
  {
    name: "3B BasicAgree",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 3, seed });
      lab.checkOneLeader();
      let last: number | null = null;
      for (let count = 0; count < 3; count++) {
        const index = lab.one(3);
        if (last !== null && index !== last + 1) lab.fail(`got index ${index} after ${last}`);
        last = index;
      }
      for (const node of lab.nodes) {
        if (lab.applied(node).length !== 3) lab.fail(`${node} executed more than it was asked`);
      }
    },
  },
  {
    name: "3B RPCBytes",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 3, seed });
      lab.one(3);
      lab.countsBytes = true;
      const payload = 5000;
      for (let count = 0; count < 10; count++) lab.one(3, { text: "x".repeat(payload) });
      const { bytes } = lab.sent;
      const allowed = 3 * 10 * payload + 50_000;
      if (bytes > allowed) lab.fail(`sent ${bytes} bytes, expected at most ${allowed}`);
    },
  },
  {
    name: "3B FollowerFailure",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 3, seed });
      lab.one(3);
      const leader = lab.checkOneLeader();
      const cut = lab.other(leader);
      lab.disconnect(cut);
      lab.one(2);
      lab.sleep(1000);
      lab.one(2);
      const last = lab.checkOneLeader();
      lab.disconnect(...lab.nodes.filter((node) => node !== last));
      const command = lab.fresh();
      lab.propose(last, command);
      lab.sleep(2000);
      if (lab.appliedCount(command) > 0) lab.fail(`${command} was executed without a majority`);
    },
  },
  {
    name: "3B LeaderFailure",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 3, seed });
      lab.one(3);
      lab.disconnect(lab.checkOneLeader());
      lab.one(2);
      lab.sleep(1000);
      lab.one(2);
      lab.disconnect(lab.checkOneLeader());
      const command = lab.fresh();
      for (const node of lab.nodes) lab.propose(node, command);
      lab.sleep(2000);
      if (lab.appliedCount(command) > 0) lab.fail(`${command} was executed without a majority`);
    },
  },
  {
    name: "3B FailAgree",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 3, seed });
      lab.one(3);
      const leader = lab.checkOneLeader();
      const cut = lab.other(leader);
      lab.disconnect(cut);
      lab.one(2);
      lab.one(2);
      lab.sleep(1000);
      lab.one(2);
      lab.one(2);
      lab.connect(cut);
      lab.one(3, { retry: true });
      lab.sleep(1000);
      lab.one(3, { retry: true });
    },
  },
  {
    name: "3B FailNoAgree",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 5, seed });
      lab.one(5);
      const leader = lab.checkOneLeader();
      const cut = lab.nodes.filter((node) => node !== leader).slice(0, 3);
      lab.disconnect(...cut);
      const command = lab.fresh();
      if (lab.propose(leader, command) === null) lab.fail(`${leader} refused a command`);
      lab.sleep(2000);
      if (lab.appliedCount(command) > 0) lab.fail(`${command} was executed without a majority`);
      lab.connect(...cut);
      const next = lab.checkOneLeader();
      if (lab.propose(next, lab.fresh()) === null) lab.fail(`${next} refused a command`);
      lab.one(5, { retry: true });
    },
  },
  {
    name: "3B ConcurrentStarts",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 3, seed });
      for (let attempt = 0; attempt < 5; attempt++) {
        const leader = lab.checkOneLeader();
        const commands = [0, 1, 2, 3, 4].map(() => lab.fresh());
        const started = commands.map((command) => lab.propose(leader, command));
        const indexes = new Set(started.map((one) => one?.index));
        if (indexes.size !== 5 || indexes.has(undefined)) continue;
        const isDone = (): boolean => commands.every((command) => lab.appliedCount(command) === 3);
        if (!lab.until(isDone, 2000)) lab.fail("five commands at once were not executed by all");
        return;
      }
      lab.fail("no leader took five commands at once in five tries");
    },
  },
  {
    name: "3B Rejoin",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 3, seed });
      lab.one(3);
      const first = lab.checkOneLeader();
      lab.disconnect(first);
      for (let count = 0; count < 3; count++) lab.propose(first, lab.fresh("lost"));
      lab.one(2);
      const second = lab.checkOneLeader();
      lab.disconnect(second);
      lab.connect(first);
      lab.one(2, { retry: true });
      lab.connect(second);
      lab.one(3, { retry: true });
    },
  },
  {
    name: "3B Backup",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 5, seed });
      lab.one(5);
      const flood = (leader: NodeName): void => {
        for (let count = 0; count < 50; count++) lab.propose(leader, lab.fresh());
      };
      const first = lab.checkOneLeader();
      const companion = lab.other(first);
      const majority = lab.nodes.filter((node) => node !== first && node !== companion);
      lab.disconnect(...majority);
      flood(first);
      lab.sleep(500);
      lab.disconnect(first, companion);
      lab.connect(...majority);
      for (let count = 0; count < 50; count++) lab.one(3, { retry: count === 0 });

      const second = lab.checkOneLeader();
      const spare = majority.find((node) => node !== second) as NodeName;
      lab.disconnect(spare);
      const third = majority.find((node) => node !== second && node !== spare) as NodeName;
      lab.disconnect(third);
      flood(second);
      lab.sleep(500);
      lab.disconnect(...lab.nodes);
      lab.connect(first, companion, spare);
      for (let count = 0; count < 50; count++) lab.one(3, { retry: count === 0 });
      lab.connect(...lab.nodes);
      lab.one(5, { retry: true });
    },
  },
  {
    name: "3B Count",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 3, seed });
      const leader = lab.checkOneLeader();
      // A call of labrpc is a request and its reply: two frames here.
      const election = lab.sent.frames / 2;
      if (election < 1 || election > 30) lab.fail(`${election} calls for the first election`);
      lab.one(3);
      const before = lab.sent.frames;
      const commands = Array.from({ length: 10 }, () => lab.fresh());
      for (const command of commands) lab.propose(leader, command);
      const isDone = (): boolean => commands.every((command) => lab.appliedCount(command) === 3);
      if (!lab.until(isDone, 2000)) lab.fail("ten commands were not executed by all");
      const calls = (lab.sent.frames - before) / 2;
      if (calls > 42) lab.fail(`${calls} calls for ten entries, expected at most 42`);
      const idle = lab.sent.frames;
      lab.sleep(1000);
      const beats = (lab.sent.frames - idle) / 2;
      if (beats > 60) lab.fail(`${beats} calls in an idle second, expected at most 60`);
    },
  },
];
