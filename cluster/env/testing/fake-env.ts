/**
 * A small world in virtual time for tests: nodes, their disks, the network between them and clients,
 * all over the ports of `cluster/env`. Same seed, same world.
 *
 * Frames are delayed by 0.2 to 2 ms, hence reordered; lost and duplicated as `hostility` says. Disks
 * take 1 to 8 ms. A kill loses the writes that are not durable, and tears the oldest of them.
 */
import type {
  ClientEnv,
  Disk,
  Json,
  NodeEnv,
  NodeName,
  Outcome,
  Request,
  Response,
  TraceRecord,
} from "../env.ts";
import type { NodeProgram } from "../program.ts";
import { createRng, type Rng } from "../rng.ts";
import { createSchedule, Fatal, type Schedule } from "./fake-schedule.ts";

/** Chances in thousandths, for every frame between nodes. */
export type Hostility = { readonly lossPermille: number; readonly duplicatePermille: number };

export type FakeWorld = {
  readonly clientEnv: ClientEnv;
  /** Every trace record, with the node and the virtual nanoseconds. */
  readonly trace: readonly (TraceRecord & { readonly node: NodeName; readonly mono: number })[];
  /** Messages of `fatal`, by node. */
  readonly fatals: ReadonlyMap<NodeName, string>;
  readonly files: Map<string, Uint8Array>;
  hostility: Hostility;
  start(node: NodeName): void;
  kill(node: NodeName): void;
  /** Cuts all links between these nodes and the others, and joins all other links. */
  isolate(nodes: readonly NodeName[]): void;
  /** Runs everything that is due in the next `ms` of virtual time. */
  run(ms: number): void;
};

/** A node that is up: its handlers, and whether it still lives. */
type Incarnation = {
  isAlive: boolean;
  onFrame: ((from: NodeName, frame: Json) => void) | null;
  onRequest: ((request: Request, respond: (response: Response) => void) => void) | null;
  /** Appends under way, oldest first. */
  appending: { readonly path: string; readonly bytes: Uint8Array }[];
};

export function createFakeWorld<Rules>(
  program: NodeProgram<Rules>,
  rules: Rules,
  nodes: readonly NodeName[],
  seed: number,
): FakeWorld {
  const rng = createRng(seed);
  const schedule = createSchedule();
  const up = new Map<NodeName, Incarnation>();
  const trace: (TraceRecord & { node: NodeName; mono: number })[] = [];
  const fatals = new Map<NodeName, string>();
  const files = new Map<string, Uint8Array>();
  let isolated: readonly NodeName[] = [];
  const isCut = (a: NodeName, b: NodeName): boolean =>
    isolated.includes(a) !== isolated.includes(b);

  function deliver(from: NodeName, to: NodeName, frame: Json): void {
    schedule.after(delay(rng), () => {
      if (!isCut(from, to)) up.get(to)?.onFrame?.(from, frame);
    });
  }

  function send(from: NodeName, to: NodeName, frame: Json): void {
    if (rng.chance(world.hostility.lossPermille, 1000)) return;
    deliver(from, to, frame);
    if (rng.chance(world.hostility.duplicatePermille, 1000)) deliver(from, to, frame);
  }

  function request(
    to: NodeName,
    asked: Request,
    timeoutMs: number,
    done: (outcome: Outcome) => void,
  ): void {
    let isDone = false;
    const finish = (outcome: Outcome): void => {
      if (!isDone) done(outcome);
      isDone = true;
    };
    schedule.after(timeoutMs * 1e6, () => finish({ kind: "lost", error: "timeout" }));
    schedule.after(delay(rng), () => {
      const handler = up.get(to)?.onRequest ?? null;
      if (handler === null) return finish({ kind: "not-sent", error: "refused" });
      handler(asked, (response) =>
        schedule.after(delay(rng), () => finish({ kind: "response", ...response })),
      );
    });
  }

  const clock = createClock(schedule, () => true);
  const world: FakeWorld = {
    clientEnv: { clock, requester: { request } },
    trace,
    fatals,
    files,
    hostility: { lossPermille: 0, duplicatePermille: 0 },
    start: (node) => {
      if (up.has(node)) return;
      const life: Incarnation = { isAlive: true, onFrame: null, onRequest: null, appending: [] };
      up.set(node, life);
      const env: NodeEnv = {
        node,
        clock: createClock(schedule, () => life.isAlive),
        network: {
          send: (to, frame) => send(node, to, frame),
          onFrame: (handler) => {
            life.onFrame = handler;
          },
        },
        server: {
          serve: (handler) => {
            life.onRequest = handler;
          },
        },
        disk: createDisk(files, node, life, (done) =>
          schedule.after(rng.int(1_000_000, 8_000_000), done),
        ),
        randomSeed: () => rng.uint32(),
        trace: (record) => trace.push({ ...record, node, mono: schedule.now() }),
        log: () => {},
        fatal: (message) => {
          fatals.set(node, message);
          world.kill(node);
          throw new Fatal(message);
        },
      };
      schedule.after(0, () => life.isAlive && program.start(env, { nodes }, rules));
    },
    kill: (node) => {
      const life = up.get(node);
      up.delete(node);
      if (life === undefined) return;
      life.isAlive = false;
      const torn = life.appending[0];
      if (torn !== undefined) {
        add(files, torn.path, torn.bytes.slice(0, rng.int(0, torn.bytes.length)));
      }
    },
    isolate: (names) => {
      isolated = names;
    },
    run: (ms) => schedule.run(ms),
  };
  return world;
}

function delay(rng: Rng): number {
  return rng.int(200_000, 2_000_000);
}

function add(files: Map<string, Uint8Array>, path: string, bytes: Uint8Array): void {
  const before = files.get(path) ?? new Uint8Array(0);
  const after = new Uint8Array(before.length + bytes.length);
  after.set(before);
  after.set(bytes, before.length);
  files.set(path, after);
}

function createClock(schedule: Schedule, isAlive: () => boolean): ClientEnv["clock"] {
  return {
    now: schedule.now,
    wallMs: () => 1_700_000_000_000 + Math.floor(schedule.now() / 1e6),
    setTimer: (delayMs, onTimer) =>
      schedule.after(Math.ceil(delayMs * 1e6), () => isAlive() && onTimer()),
  };
}

function createDisk(
  files: Map<string, Uint8Array>,
  node: NodeName,
  life: Incarnation,
  later: (done: () => void) => void,
): Disk {
  // Operations are done in the order they were asked for, one at a time.
  const queue: (() => void)[] = [];
  const enqueue = (work: () => void): void => {
    queue.push(work);
    if (queue.length === 1) next();
  };
  const next = (): void =>
    later(() => {
      if (!life.isAlive) return;
      const work = queue[0];
      work?.();
      queue.shift();
      if (queue.length > 0) next();
    });
  return {
    read: (file, done) => enqueue(() => done(null, files.get(`${node}/${file}`) ?? null)),
    append: (file, bytes, onDurable) => {
      const path = `${node}/${file}`;
      life.appending.push({ path, bytes });
      enqueue(() => {
        life.appending.shift();
        add(files, path, bytes);
        onDurable(null);
      });
    },
    replace: (file, bytes, onDurable) =>
      enqueue(() => {
        files.set(`${node}/${file}`, bytes);
        onDurable(null);
      }),
  };
}
