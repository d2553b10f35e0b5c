import type { Link } from "../control.ts";
import type { Json, NodeName } from "../env/env.ts";
import { encodeFrame } from "../env/frame-stream.ts";
import type { NodeOptions, NodeProgram } from "../env/program.ts";
import { createRng, type Rng } from "../env/rng.ts";
import { nodeNames } from "../node-names.ts";
import { createInvariants, type Invariants } from "../raft/invariants.ts";
import { calm, type Hostility } from "../sim/hostility.ts";
import { createWorld, type World } from "../sim/world.ts";

/** What of a write-ahead log's records is looked at here. */
type WalChange = { readonly entries: readonly unknown[] };

export type LabOptions = {
  readonly nodeCount: number;
  readonly seed: number;
  readonly isUnreliable?: boolean;
  readonly options?: NodeOptions;
  readonly program: NodeProgram<unknown>;
};

/** What a scenario expected and did not get. */
export class ScenarioFailure extends Error {}

/** A network that loses nothing; clients are a few milliseconds away. */
const reliable: Hostility = { ...calm, clients: { delayMinUs: 1000, delayMaxUs: 3000 } };

/** As labrpc's network: in one case of ten a message is lost, the others take up to 26 ms. */
const unreliable: Hostility = {
  ...calm,
  network: { ...calm.network, delayMinUs: 200, delayMaxUs: 26_000, lossPermille: 100 },
  clients: { delayMinUs: 200, delayMaxUs: 26_000 },
};

/**
 * The tester of the 6.5840 labs over a simulated cluster. A scenario is a plain sequence of calls:
 * virtual time passes in `sleep` and `until` only. Raft's invariants are checked on every step.
 */
export class Lab {
  readonly nodes: readonly NodeName[];
  readonly world: World;
  readonly rng: Rng;
  /** Frames between nodes, their bytes on the wire, and parts of snapshots among them. */
  readonly sent = { frames: 0, bytes: 0, snapshots: 0 };
  /** Bytes are counted only on request: to encode every frame takes longer than to send it. */
  countsBytes = false;
  /** As labrpc's long reordering: two of three replies come 0.2 s to 2.2 s late. */
  isReordering = false;
  readonly #invariants: Invariants;
  readonly #down = new Set<NodeName>();
  readonly #cut = new Set<NodeName>();

  constructor({ nodeCount, seed, isUnreliable, options, program }: LabOptions) {
    this.nodes = nodeNames(nodeCount);
    this.rng = createRng(`scenario/${seed}`);
    this.#invariants = createInvariants(this.nodes);
    this.world = createWorld({
      program: this.#counting(program),
      rules: program.rules,
      nodes: this.nodes,
      options: options ?? {},
      seed,
      hostility: isUnreliable === true ? unreliable : reliable,
      codecs: seed % 20 === 0,
      onTrace: (node, inc, record) => this.#invariants.observe(node, inc, record, this.world.now()),
    });
  }

  sleep(ms: number): void {
    this.world.runUntil(this.world.now() + ms * 1e6);
    this.#check();
  }

  /** Lets time pass until the condition holds, looking every 10 ms; false after `withinMs`. */
  until(condition: () => boolean, withinMs: number): boolean {
    const endNs = this.world.now() + withinMs * 1e6;
    while (!condition()) {
      if (this.world.now() >= endNs) return false;
      this.sleep(10);
    }
    return true;
  }

  /** Cuts a node off in both directions, from its peers only. */
  disconnect(...nodes: readonly NodeName[]): void {
    for (const node of nodes) this.#cut.add(node);
    this.#link();
  }

  connect(...nodes: readonly NodeName[]): void {
    for (const node of nodes) this.#cut.delete(node);
    this.#link();
  }

  /** Two sides that do not hear each other; replaces every other cut. */
  partition(side: readonly NodeName[]): void {
    this.#cut.clear();
    this.#link();
    const others = this.nodes.filter((node) => !side.includes(node));
    const links = side.flatMap((a) =>
      others.flatMap((b) => [
        { from: a, to: b },
        { from: b, to: a },
      ]),
    );
    this.world.control.cut(links, ignore);
  }

  heal(): void {
    this.#cut.clear();
    this.#link();
  }

  crash(...nodes: readonly NodeName[]): void {
    for (const node of nodes) {
      this.#down.add(node);
      this.world.control.kill(node, ignore);
    }
  }

  restart(...nodes: readonly NodeName[]): void {
    for (const node of nodes) {
      this.#down.delete(node);
      this.world.control.start(node, ignore);
    }
    this.sleep(10);
  }

  isUp(node: NodeName): boolean {
    return !this.#down.has(node);
  }

  /** Up and not cut off. */
  isConnected(node: NodeName): boolean {
    return this.isUp(node) && !this.#cut.has(node);
  }

  /** A node that is none of these. */
  other(...nodes: readonly NodeName[]): NodeName {
    return this.nodes.find((node) => !nodes.includes(node)) as NodeName;
  }

  /** Entries in the node's write-ahead log, as a restart would read it. */
  storedEntries(node: NodeName): number {
    const read = this.world.files(node).get("wal");
    const changes =
      read?.kind === "records" ? (read.records as unknown as WalChange[][]).flat() : [];
    return changes.reduce((sum, { entries }) => sum + entries.length, 0);
  }

  storedBytes(node: NodeName, file: string): number {
    const read = this.world.files(node).get(file);
    return read?.kind === "records" ? JSON.stringify(read.records).length : 0;
  }

  fail(message: string): never {
    throw new ScenarioFailure(`at ${(this.world.now() / 1e9).toFixed(3)} s: ${message}`);
  }

  #pairs(): Link[] {
    return this.nodes.flatMap((from) =>
      this.nodes.filter((to) => to !== from).map((to) => ({ from, to })),
    );
  }

  #link(): void {
    const pairs = this.#pairs();
    const isCut = ({ from, to }: { from: NodeName; to: NodeName }): boolean =>
      this.#cut.has(from) || this.#cut.has(to);
    this.world.control.join(
      pairs.filter((pair) => !isCut(pair)),
      ignore,
    );
    this.world.control.cut(pairs.filter(isCut), ignore);
  }

  #lateMs(frame: Json): number {
    if (!this.isReordering || !typeOf(frame).endsWith("Reply") || !this.rng.chance(2, 3)) return 0;
    return 200 + this.rng.int(0, this.rng.int(0, 2000));
  }

  #check(): void {
    const [violation] = this.#invariants.violations();
    if (violation !== undefined) this.fail(`${violation.invariant}: ${violation.sentence}`);
    const [exit] = this.world.unexpectedExits();
    if (exit !== undefined) this.fail(`${exit.node} ended itself: ${exit.reason}`);
  }

  #counting(program: LabOptions["program"]): LabOptions["program"] {
    const { sent } = this;
    return {
      rules: program.rules,
      start: (env, config, rules) => {
        const send = env.network.send.bind(env.network);
        const network = {
          onFrame: env.network.onFrame.bind(env.network),
          send: (to: NodeName, frame: Parameters<typeof send>[1]) => {
            sent.frames += 1;
            if (typeOf(frame) === "installSnapshot") sent.snapshots += 1;
            if (this.countsBytes) sent.bytes += encodeFrame(frame).length;
            const lateMs = this.#lateMs(frame);
            if (lateMs === 0) send(to, frame);
            else this.world.after(lateMs * 1e6, () => send(to, frame));
          },
        };
        program.start({ ...env, network }, config, rules);
      },
    };
  }
}

function typeOf(frame: Json): string {
  return String((frame as { readonly type?: Json }).type);
}

function ignore(error: Error | null): void {
  if (error !== null) throw error;
}
