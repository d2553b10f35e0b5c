/**
 * A small world in virtual time for tests: nodes, their disks, the network between them and clients,
 * all over the ports of `cluster/env`. Same seed, same world.
 *
 * Disks take 1 to 8 ms. A kill loses the appends that are not durable, and tears the oldest of them.
 */
import type { ClientEnv, NodeEnv, NodeName, TraceRecord } from "../env.ts";
import type { NodeOptions, NodeProgram } from "../program.ts";
import { createRng } from "../rng.ts";
import { type Appending, appendTo, createFakeDisk } from "./fake-disk.ts";
import { createFakeNetwork, type FakeNetwork, type Listener } from "./fake-network.ts";
import { createSchedule, Fatal, type Schedule } from "./fake-schedule.ts";

/** A trace record, with its node and the virtual nanoseconds. */
export type Traced = TraceRecord & { readonly node: NodeName; readonly mono: number };

export type FakeWorld = {
  readonly clientEnv: ClientEnv;
  readonly network: FakeNetwork;
  readonly trace: readonly Traced[];
  /** Messages of `fatal`, by node. */
  readonly fatals: ReadonlyMap<NodeName, string>;
  /** By `NODE/FILE`. */
  readonly files: Map<string, Uint8Array>;
  start(node: NodeName): void;
  kill(node: NodeName): void;
  /** Runs everything that is due in the next `ms` of virtual time. */
  run(ms: number): void;
};

/** A node that is up. */
type Incarnation = Listener & { isAlive: boolean; readonly appending: Appending };

export function createFakeWorld<Rules>(
  program: NodeProgram<Rules>,
  rules: Rules,
  nodes: readonly NodeName[],
  seed: number,
  options: NodeOptions = {},
): FakeWorld {
  const rng = createRng(seed);
  const schedule = createSchedule();
  const up = new Map<NodeName, Incarnation>();
  const network = createFakeNetwork(rng, schedule, up);
  const trace: Traced[] = [];
  const fatals = new Map<NodeName, string>();
  const files = new Map<string, Uint8Array>();

  function openEnv(node: NodeName, life: Incarnation): NodeEnv {
    return {
      node,
      clock: createClock(schedule, () => life.isAlive),
      network: {
        send: (to, frame) => network.send(node, to, frame),
        onFrame: (handler) => {
          life.onFrame = handler;
        },
      },
      server: {
        serve: (handler) => {
          life.onRequest = handler;
        },
      },
      disk: createFakeDisk(files, node, life, (done) => {
        schedule.after(rng.int(1_000_000, 8_000_000), done);
      }),
      randomSeed: () => rng.uint32(),
      trace: (record) => trace.push({ ...record, node, mono: schedule.now() }),
      log: () => {},
      fatal: (message) => {
        fatals.set(node, message);
        kill(node);
        throw new Fatal(message);
      },
    };
  }

  function start(node: NodeName): void {
    if (up.has(node)) return;
    const life: Incarnation = { isAlive: true, onFrame: null, onRequest: null, appending: [] };
    up.set(node, life);
    const env = openEnv(node, life);
    schedule.after(0, () => life.isAlive && program.start(env, { nodes, options }, rules));
  }

  function kill(node: NodeName): void {
    const life = up.get(node);
    up.delete(node);
    if (life === undefined) return;
    life.isAlive = false;
    const [torn] = life.appending;
    if (torn === undefined) return;
    appendTo(files, torn.path, torn.bytes.slice(0, rng.int(0, torn.bytes.length)));
  }

  const clientEnv = { clock: createClock(schedule, () => true), requester: network };
  return { clientEnv, network, trace, fatals, files, start, kill, run: schedule.run };
}

function createClock(schedule: Schedule, isAlive: () => boolean): ClientEnv["clock"] {
  return {
    now: schedule.now,
    wallMs: () => 1_700_000_000_000 + Math.floor(schedule.now() / 1e6),
    setTimer: (delayMs, onTimer) =>
      schedule.after(Math.ceil(delayMs * 1e6), () => isAlive() && onTimer()),
  };
}
