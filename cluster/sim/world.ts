import type { Control, Counters } from "../control.ts";
import type { ClientEnv, FileContent, NodeEnv, NodeName, Timer, TraceRecord } from "../env/env.ts";
import type { NodeConfig, NodeOptions, NodeProgram } from "../env/program.ts";
import { createRng, type Rng } from "../env/rng.ts";
import type { Exit } from "../exits.ts";
import { createByteImage } from "./byte-image.ts";
import { SimClients } from "./clients.ts";
import { addCall, Call, nodeClock, trueClock } from "./clocks.ts";
import { createControl } from "./control.ts";
import { SimDisk } from "./disk.ts";
import { between } from "./draw.ts";
import { createRecordImage } from "./file-image.ts";
import { freezePorts } from "./freeze.ts";
import type { Hostility } from "./hostility.ts";
import { type Core, ended, type Life } from "./life.ts";
import { SimNetwork } from "./network.ts";
import { createSchedule } from "./schedule.ts";
import { SimNode } from "./sim-node.ts";
import { Store } from "./store.ts";

export type WorldOptions<Rules> = {
  readonly program: NodeProgram<Rules>;
  /** The program's own, or with a bug planted. */
  readonly rules: Rules;
  readonly nodes: readonly NodeName[];
  readonly options: NodeOptions;
  readonly seed: number | string;
  readonly hostility: Hostility;
  /** Frames, records and bodies go through their real encodings, and are harmed as bytes. */
  readonly codecs: boolean;
  /** Frames and records are frozen: whoever changes one is told so, by an error where it happens. */
  readonly freezes?: boolean;
  /** The record itself, not a copy: not to be changed. */
  readonly onTrace?: (node: NodeName, inc: number, record: TraceRecord) => void;
  readonly onLog?: (node: NodeName, line: string) => void;
};

/** A cluster in virtual time, from its boot on. Same options, same world. */
export type World = {
  /** Whole virtual nanoseconds since boot. */
  now(): number;
  after(delayNs: number, run: () => void): Timer;
  /**
   * Runs what is due up to this moment; ends early, after an event, once `stop` says so. What a
   * client, the nemesis or an observer throws comes out here.
   */
  runUntil(ns: number, stop?: () => boolean): void;
  /** Has `runUntil` end early, after the event that fires now: costs nothing where `stop` is asked after each. */
  halt(): void;
  /** How many events have fired. */
  events(): number;
  readonly control: Control;
  readonly clientEnv: ClientEnv;
  /** For the nemesis: its requests are drawn apart, so that one look more changes nothing for clients. */
  readonly nemesisEnv: ClientEnv;
  /** What the world has done to this node so far. */
  counters(node: NodeName): Counters;
  /** What the node's wall clock says: under a clock fault a lie. */
  wallMs(node: NodeName): number;
  /** What reads of the node's files would give. */
  files(node: NodeName): ReadonlyMap<string, FileContent>;
  /** Those since the last call. */
  unexpectedExits(): readonly Exit[];
};

export function createWorld<Rules>(options: WorldOptions<Rules>): World {
  return new SimWorld(options);
}

class SimWorld<Rules> implements World {
  readonly control: Control;
  readonly clientEnv: ClientEnv;
  readonly nemesisEnv: ClientEnv;
  readonly #options: WorldOptions<Rules>;
  readonly #config: NodeConfig;
  readonly #core: Core;
  readonly #nodes: ReadonlyMap<NodeName, SimNode>;
  readonly #network: SimNetwork;
  readonly #rng: Rng;
  #exits: Exit[] = [];

  constructor(options: WorldOptions<Rules>) {
    const { nodes: names, hostility, codecs } = options;
    this.#options = options;
    this.#config = { nodes: names, options: options.options };
    this.#rng = createRng(options.seed).fork("world");
    const core: Core = { schedule: createSchedule(), running: null };
    this.#core = core;
    const nodes = new Map(names.map((name) => [name, this.#createNode(name)]));
    this.#nodes = nodes;
    this.#network = new SimNetwork(core, [...nodes.values()], {
      rng: this.#rng.fork("network"),
      hostility: hostility.network,
      codecs,
    });
    this.control = createControl({
      core,
      nodes,
      network: this.#network,
      start: (node) => this.#start(node),
    });
    const clock = trueClock(core);
    const openRequester = (label: string): SimClients =>
      new SimClients(core, nodes, {
        rng: this.#rng.fork(label),
        hostility: hostility.clients,
        codecs,
      });
    this.clientEnv = { clock, requester: openRequester("clients") };
    this.nemesisEnv = { clock, requester: openRequester("nemesis") };
    for (const node of nodes.values()) this.#start(node);
  }

  readonly now = (): number => {
    return this.#core.schedule.nowNs;
  };

  readonly after = (delayNs: number, run: () => void): Timer => {
    return addCall(this.#core, delayNs, run);
  };

  readonly runUntil = (ns: number, stop?: () => boolean): void => {
    for (;;) {
      try {
        this.#core.schedule.runUntil(ns, stop);
        return;
      } catch (error) {
        this.#onThrown(error);
        if (stop?.() === true) return;
      }
    }
  };

  readonly halt = (): void => {
    this.#core.schedule.halt();
  };

  readonly events = (): number => {
    return this.#core.schedule.fired;
  };

  readonly counters = (node: NodeName): Counters => {
    return this.#nodeOf(node).counters;
  };

  readonly wallMs = (node: NodeName): number => {
    return this.#nodeOf(node).wallMs();
  };

  readonly files = (node: NodeName): ReadonlyMap<string, FileContent> => {
    return this.#nodeOf(node).disk.store.contents();
  };

  readonly unexpectedExits = (): readonly Exit[] => {
    const exits = this.#exits;
    this.#exits = [];
    return exits;
  };

  #nodeOf(name: NodeName): SimNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new RangeError(`no node ${name} among ${this.#config.nodes}`);
    return node;
  }

  #createNode(name: NodeName): SimNode {
    const { hostility, codecs } = this.#options;
    const ppm = hostility.clock.driftPpmMax;
    const drift = ppm === 0 ? 0 : between(this.#rng.fork(`drift/${name}`), -ppm, ppm);
    const rng = this.#rng.fork(`disk/${name}`);
    const bytes = rng.fork("bytes");
    const createImage = codecs ? () => createByteImage(bytes) : createRecordImage;
    return new SimNode(this.#core, name, 1 + drift / 1e6, (counters) => {
      const store = new Store(rng.fork("harm"), counters, createImage);
      return new SimDisk(this.#core, store, rng, counters, hostility.disk);
    });
  }

  #start(node: SimNode): void {
    if (node.life !== null) return;
    const life = node.begin();
    const env = this.#openEnv(life);
    const { program, rules } = this.#options;
    const start = (): void => program.start(env, this.#config, rules);
    this.#core.schedule.add(0, new Call(this.#core, life, start));
  }

  #openEnv(life: Life): NodeEnv {
    const { node, inc } = life;
    const core = this.#core;
    const { onTrace, onLog, freezes } = this.#options;
    const ports = { network: this.#network.open(life), disk: node.disk.open(life) };
    const { network, disk } = freezes === true ? freezePorts(ports) : ports;
    const seeds = this.#rng.fork(`seeds/${node.name}/${inc}`);
    return {
      node: node.name,
      clock: nodeClock(core, life),
      network,
      server: {
        serve: (handler) => {
          life.onRequest = handler;
        },
      },
      disk,
      randomSeed: () => seeds.uint32(),
      trace: (record) => {
        if (onTrace === undefined) return;
        // What an observer throws is no error of the node.
        core.running = null;
        onTrace(node.name, inc, record);
        core.running = life;
      },
      log: (line) => onLog?.(node.name, line),
      fatal: (message) => {
        // A node that refuses to go on with a disk that lied to it does what it should.
        if (!node.disk.store.isHarmed()) this.#exit(life, message, true);
        node.kill();
        throw ended;
      },
    };
  }

  /** What a node's code threw ends its incarnation; everything else is a bug of ours. */
  #onThrown(error: unknown): void {
    const life = this.#core.running;
    this.#core.running = null;
    if (life === null) throw error;
    if (error === ended) return;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#exit(life, reason, false);
    life.node.kill();
  }

  #exit({ node }: Life, reason: string, isFatal: boolean): void {
    this.#exits.push({ node: node.name, reason, atNs: this.now(), isFatal });
  }
}
