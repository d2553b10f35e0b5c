import type { NodeName, Requester } from "./env/env.ts";
import type { NodeOptions } from "./env/program.ts";
import type { ProcessExit } from "./exits.ts";

/** What drivers can do to a cluster, each some of it; the simulator all. */
export const allCapabilities = [
  "kill",
  "pause",
  "cut",
  "clock",
  "lose-messages",
  "shape-links",
  "reset-links",
  "disk",
  "power-loss",
  "crash-point",
  "wipe",
] as const;

/** A schedule that needs more than its driver can do is refused before anything boots. */
export type Capability = (typeof allCapabilities)[number];

/** Called exactly once. */
export type Done = (error: Error | null) => void;

/** Frames that `from` sends to `to`: one direction. */
export type Link = { readonly from: NodeName; readonly to: NodeName };

/** Whether a probe frame arrived; `unknown` when the far end could not have answered anyway. */
export type LinkState = "open" | "cut" | "unknown";

/** How a node's wall clock lies: `true + offsetMs`, then running at `rate` (1 = true) from now on. */
export type ClockSetting = { readonly offsetMs: number; readonly rate: number };

/** Chances, in thousandths, that a client's request or the reply to it is lost (0..1000). */
export type MessageLoss = { readonly requestsPermille: number; readonly repliesPermille: number };

/** What a link does to frames. Chances in thousandths; delays are added to the usual one. */
export type LinkShape = {
  readonly lossPermille: number;
  readonly duplicatePermille: number;
  /** Drawn for each frame from this range, bounds included: a wide one reorders. */
  readonly delayMinMs: number;
  readonly delayMaxMs: number;
  /** Frames wait until the shape is taken away, and arrive then. */
  readonly isClogged: boolean;
};

/** What a disk does wrong. Chances in thousandths, for each operation. */
export type DiskShape = {
  /** Added to every fsync. */
  readonly slowMs: number;
  readonly isFull: boolean;
  readonly readErrorPermille: number;
  readonly writeErrorPermille: number;
  /** Told to be durable, and never written. */
  readonly lostWritePermille: number;
  /** Told to be durable, and written over another record. */
  readonly misdirectedWritePermille: number;
  /** Chance that a record that is read has changed since it was written; then it stays changed. */
  readonly rotPermille: number;
};

/** What a power loss leaves of writes that no fsync has confirmed, oldest first. */
export type Unsynced = "all" | "none" | "prefix" | "torn";

/**
 * A moment in a node's life: before one call of a port, or after it. What was appended or replaced
 * is durable then, and the node has not been told: between a snapshot and the cut of its log, say.
 */
export type CrashPoint =
  | "before-append"
  | "after-append"
  | "before-send"
  | "after-send"
  | "before-replace"
  | "after-replace";

/**
 * What the faults of a driver did to one node since it booted. Counts faults only, not what the
 * network and the disk do wrong by themselves; a pair `met` and `hit` tells "nothing came by" from
 * "nothing happened". Each only grows.
 */
export type Counters = {
  /** Frames this node sent over a link whose shape may lose or double them, and what it did. */
  readonly framesRisked: number;
  readonly framesLost: number;
  readonly framesDuplicated: number;
  readonly framesDelayed: number;
  readonly framesClogged: number;
  /** Connections from this node that were broken, and frames that were lost with them. */
  readonly linksReset: number;
  readonly framesReset: number;
  /** Operations while its disk had a shape: records read, appends and replacements asked for. */
  readonly recordsReadShaped: number;
  readonly writesShaped: number;
  readonly writesSlowed: number;
  readonly writesRefusedFull: number;
  readonly readErrors: number;
  readonly writeErrors: number;
  readonly writesLost: number;
  readonly writesMisdirected: number;
  readonly recordsRotten: number;
  readonly powerLosses: number;
  /** Writes that a power loss forgot or tore. */
  readonly writesUnsynced: number;
  /** Kills by `crashAt`. */
  readonly crashes: number;
  readonly wipes: number;
};

export type Counter = keyof Counters;

export const noCounters: Counters = {
  framesRisked: 0,
  framesLost: 0,
  framesDuplicated: 0,
  framesDelayed: 0,
  framesClogged: 0,
  linksReset: 0,
  framesReset: 0,
  recordsReadShaped: 0,
  writesShaped: 0,
  writesSlowed: 0,
  writesRefusedFull: 0,
  readErrors: 0,
  writeErrors: 0,
  writesLost: 0,
  writesMisdirected: 0,
  recordsRotten: 0,
  powerLosses: 0,
  writesUnsynced: 0,
  crashes: 0,
  wipes: 0,
};

/**
 * The port of a driver: what the nemesis can do to a booted cluster.
 *
 * Every call is idempotent: killing a dead node, joining a link that is not cut or resuming a node
 * that is not paused succeeds without effect. The caller composes overlapping faults
 * (`nemesis/effects.ts`); a driver only does what it is told, and keeps what it was told over kill
 * and start (a cut node that restarts is still cut).
 */
export type Control = {
  readonly nodes: readonly NodeName[];
  readonly capabilities: ReadonlySet<Capability>;
  /** SIGKILL. Done once the process is gone. */
  kill(node: NodeName, done: Done): void;
  /** Starts a node that is down, on the disk it left. Done once the process exists, not when it is healthy. */
  start(node: NodeName, done: Done): void;
  /** Freezes the process; its sockets stay open. */
  pause(node: NodeName, done: Done): void;
  resume(node: NodeName, done: Done): void;
  /** Drops everything on these links from now on, silently. */
  cut(links: readonly Link[], done: Done): void;
  join(links: readonly Link[], done: Done): void;
  /** `{ offsetMs: 0, rate: 1 }` is the true clock. */
  setClock(node: NodeName, setting: ClockSetting, done: Done): void;
  /** Loses messages between clients and this node, as labrpc does. Zeros heal. */
  loseMessages(node: NodeName, loss: MessageLoss, done: Done): void;
  /** Null heals. Sets the whole shape of these links: the caller composes. */
  shapeLinks(links: readonly Link[], shape: LinkShape | null, done: Done): void;
  /** Breaks the connections of these links once: frames on their way are lost. */
  resetLinks(links: readonly Link[], done: Done): void;
  /**
   * Null heals: nothing more goes wrong. What was lost, overwritten or rotten stays so. A node that
   * ends itself while its disk has a shape, or starts on a rotten one, is no unexpected exit.
   */
  setDisk(node: NodeName, shape: DiskShape | null, done: Done): void;
  /** Kills the node as `kill` does, and forgets what its disk was not asked to keep. */
  losePower(node: NodeName, survives: Unsynced, done: Done): void;
  /** Kills the node when it next comes to this point, once; `null` disarms. Kept over a start. */
  crashAt(node: NodeName, point: CrashPoint | null, done: Done): void;
  /** Empties the disk of a node that is down. */
  wipe(node: NodeName, done: Done): void;
  /** The very object, while the driver goes on counting in it, or a copy: read it at once. */
  counters(node: NodeName, done: (error: Error | null, counters: Counters) => void): void;
  /**
   * Sends a probe over each link by another way than the cut is made; at most 2 s. A clogged link
   * is `cut`; a slow or lossy one is `open`.
   */
  probeLinks(
    links: readonly Link[],
    done: (error: Error | null, states: readonly LinkState[]) => void,
  ): void;
};

/** The faults that only a simulation can do, for the drivers that cannot. */
export const simulationOnly: Pick<
  Control,
  "shapeLinks" | "resetLinks" | "setDisk" | "losePower" | "crashAt" | "wipe" | "counters"
> = {
  shapeLinks: (_links, _shape, done) => done(unsupported("shape links")),
  resetLinks: (_links, done) => done(unsupported("reset links")),
  setDisk: (_node, _shape, done) => done(unsupported("break a disk")),
  losePower: (_node, _survives, done) => done(unsupported("lose power")),
  crashAt: (_node, _point, done) => done(unsupported("crash at a point")),
  wipe: (_node, done) => done(unsupported("wipe a disk")),
  counters: (_node, done) => done(unsupported("count"), noCounters),
};

function unsupported(what: string): Error {
  return new Error(`this driver cannot ${what}`);
}

/** A booted cluster as a driver hands it over. */
export type Cluster = {
  readonly control: Control;
  /** How clients reach the nodes. */
  readonly requester: Requester;
  /** Facts for `result.json`: image digest, base, how clients reach nodes, ... */
  readonly provenance: Readonly<Record<string, string>>;
  /** Exits nobody asked for, those since the last call. */
  unexpectedExits(): readonly ProcessExit[];
  /** The processes of nodes that are up, as this machine numbers them; empty where it does not see them. */
  pids(): ReadonlyMap<NodeName, number>;
  /** Writes `logs/NODE.log` and `trace/NODE.jsonl` under `folder`, each capped. Never throws. */
  collect(folder: string): Promise<void>;
  /** Removes everything that was created; idempotent; gathers errors in an `AggregateError`. */
  down(): Promise<void>;
};

/** What a driver is asked to boot. */
export type BootOptions = {
  readonly run: string;
  readonly subject: string;
  /** Absolute path of the module that exports the subject's `program`. */
  readonly programFile: string;
  /** Absolute path of the planted bug's module, if any. */
  readonly bugFile?: string;
  readonly nodes: readonly NodeName[];
  /** What the program is told at start (`NodeConfig`). */
  readonly options: NodeOptions;
  /** What the schedule is going to use: costly preparation (clock preload, proxies) is made only then. */
  readonly needs: ReadonlySet<Capability>;
  /** The run's origin, nanoseconds of the host's monotonic clock (`process.hrtime`): time 0 of trace lines. */
  readonly originNs: number;
  /** Seeds what the driver itself draws (lost messages). */
  readonly seed: number;
  /** Progress, one short line each. */
  readonly onProgress: (line: string) => void;
  /** Aborted on Ctrl-C: boot stops and cleans up. */
  readonly signal: AbortSignal;
};

export type DriverName = "docker" | "process" | "sim";

export type Driver = {
  readonly name: DriverName;
  readonly capabilities: ReadonlySet<Capability>;
  /** Null when it can work here, else the reason in a few words. */
  unavailable(): Promise<string | null>;
  /**
   * Boots all nodes and returns when their processes exist (health is the caller's question). On
   * failure everything is removed again. Throws `ClusterError`.
   */
  boot(options: BootOptions): Promise<Cluster>;
};
