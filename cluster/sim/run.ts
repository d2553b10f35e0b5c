import assert from "node:assert/strict";
import type { Op } from "porcupine-ts";
import { type FaultRecord, faultRecords } from "../../nemesis/record.ts";
import { formatScript, resolvedScript } from "../../nemesis/script.ts";
import type { Journal } from "../../workloads/recorder.ts";
import { checkOption } from "../../workloads/workload-model.ts";
import type { NodeName } from "../env/env.ts";
import type { NodeProgram } from "../env/program.ts";
import { createRng } from "../env/rng.ts";
import type { Exit } from "../exits.ts";
import { awaitHealth } from "../health.ts";
import { demandLiveness } from "../liveness.ts";
import type { Load } from "../load.ts";
import { nodeNames, voterNames } from "../node-names.ts";
import { runPhases } from "../phases.ts";
import { gatherPlayers, type Play, type Players } from "../players.ts";
import type { Invariants } from "../raft/invariants.ts";
import { describeAway, drawCore, isDisturbed, isolateCore, reunite } from "./core.ts";
import type { Hostility } from "./hostility.ts";
import { createWatch } from "./watch.ts";
import { createWorld, type World } from "./world.ts";

/** One simulated run, everything drawn but what its seed draws while it runs. */
export type Simulation = Play & {
  /** With the planted bug in it, if there is one. */
  readonly program: NodeProgram<unknown>;
  readonly hostility: Hostility;
  /** Whether frames and records pass through the real codecs. */
  readonly codecs: boolean;
  /** Whether traces and logs of the nodes are kept. */
  readonly keepsTrace: boolean;
  /** Asked after each event of the load: once it says so the run ends early, in order. */
  readonly isInterrupted?: () => boolean;
  /** Hears of each line of the history when it is recorded. */
  readonly listener?: Journal;
};

export type Simulated = {
  readonly load: Load;
  /** Why no load could begin: the cluster did not come up although nothing had been broken. */
  readonly unhealthy: string | null;
  /** What the nodes' traces say of Raft's promises. */
  readonly invariants: Invariants;
  /** Ends of nodes that no fault asked for. */
  readonly exits: readonly Exit[];
  readonly stats: SimulatedStats;
  /** JSON lines by node; empty unless asked for. */
  readonly traces: ReadonlyMap<NodeName, readonly string[]>;
  readonly logs: ReadonlyMap<NodeName, readonly string[]>;
  readonly messages: ReadonlyMap<NodeName, readonly string[]>;
};

export type SimulatedStats = {
  readonly virtualNs: number;
  readonly events: number;
  readonly okOps: number;
  /** How often a node became leader. */
  readonly elections: number;
};

const healthyWithinMs = 30_000;
/** Beyond the load: everything that a run waits for has a bound of its own, far below this. */
const overtimeMs = 600_000;
/** Beyond two of the longest election timeouts of any shipped workload. */
const steadyMs = 1500;

/**
 * Plays one whole run in virtual time, at once: the same clients, nemesis, recorder and phases as
 * in Docker. The same simulation gives the same history and the same traces, byte for byte.
 */
export function simulate(simulation: Simulation): Simulated {
  const { workload, seed, hostility, codecs } = simulation;
  const nodes = nodeNames(workload.nodes);
  const watch = createWatch(nodes, simulation.keepsTrace);
  const program = watch.watched(simulation.program);
  const world = createWorld({
    program,
    rules: program.rules,
    nodes,
    options: workload.options,
    seed,
    hostility,
    codecs,
    freezes: simulation.keepsTrace,
    onTrace: watch.onTrace,
    onLog: watch.onLog,
  });
  watch.begin(world);
  const ops: Op[] = [];
  const unhealthy = bringUp(simulation, world);
  const played = unhealthy === null ? play(simulation, world, ops) : nothingPlayed;
  const { schedule, droppedArrivals, okOps } = played;
  return {
    load: {
      ops,
      records: faultRecords(ops),
      nodes,
      schedule,
      droppedArrivals,
      exits: [],
      machine: {},
    },
    unhealthy,
    invariants: watch.invariants,
    exits: world.unexpectedExits(),
    stats: {
      virtualNs: world.now(),
      events: world.events(),
      okOps,
      elections: watch.elections(),
    },
    traces: watch.traces,
    logs: watch.logs,
    messages: watch.messages,
  };
}

/** Null when all is well, else what is wrong. */
function bringUp({ subject }: Simulation, world: World): string | null {
  let outcome: string | null | undefined;
  awaitHealth(
    {
      nodes: world.control.nodes,
      subject,
      env: world.clientEnv,
      withinMs: healthyWithinMs,
      giveUp: () => null,
    },
    (error) => {
      outcome = error?.message ?? null;
    },
  );
  world.runUntil(2 * healthyWithinMs * 1e6, () => outcome !== undefined);
  assert(outcome !== undefined, "looking for a healthy cluster ends");
  return outcome;
}

type Played = {
  readonly schedule: string;
  readonly droppedArrivals: number;
  readonly okOps: number;
};

const nothingPlayed: Played = { schedule: "", droppedArrivals: 0, okOps: 0 };

function play(simulation: Simulation, world: World, ops: Op[]): Played {
  const { workload, isInterrupted, onProgress, listener } = simulation;
  const { control, clientEnv: env } = world;
  const players = gatherPlayers({
    play: simulation,
    control,
    env,
    nemesisEnv: world.nemesisEnv,
    journal: {
      append: (op) => {
        ops.push(op);
        listener?.append(op);
      },
    },
  });
  let isDone = false;
  let isOver = false;
  const phases = runPhases(
    {
      players,
      workload,
      clock: env.clock,
      demandLiveness: (done) =>
        demandOfCore({ simulation, world, players, isOver: () => isOver }, done),
      isOver: () => isOver,
      onProgress,
    },
    () => {
      isDone = true;
      world.halt();
    },
  );
  const endNs = world.now() + (workload.durationMs + overtimeMs) * 1e6;
  const endIfInterrupted = (): boolean => {
    if (!isOver && isInterrupted?.() === true) {
      isOver = true;
      phases.end();
    }
    return false;
  };
  // A sweep is not interrupted, and asks for nothing after each of its millions of events.
  world.runUntil(endNs, isInterrupted === undefined ? undefined : endIfInterrupted);
  assert(isDone, "a simulated run ends");
  players.interpreter.close();
  const { ok, droppedArrivals } = players.interpreter.counts();
  const schedule = simulation.keepsTrace
    ? formatScript(resolvedScript(players.nemesis.records()), workload.nemesis)
    : "";
  return { schedule, droppedArrivals, okOps: ok };
}

/** Who has lost its data, and who could not be made a voter again. */
function neverBack(records: readonly FaultRecord[]): Set<NodeName> {
  return new Set(
    records.flatMap(({ effect: { retired = [], away = [] }, injectedAt, healed }) => {
      const isLeftAway = injectedAt !== null && healed !== true;
      return isLeftAway ? [...retired, ...away] : retired;
    }),
  );
}

/**
 * Heals a core for good and demands service of it, and a leader that stays although others are about;
 * then these come back.
 */
function demandOfCore(
  of: {
    readonly simulation: Simulation;
    readonly world: World;
    readonly players: Players;
    readonly isOver: () => boolean;
  },
  done: () => void,
): void {
  const { workload, subject, seed } = of.simulation;
  const { control, clientEnv: env } = of.world;
  const { interpreter, recorder, nemesis } = of.players;
  const lost = neverBack(nemesis.records());
  const plan = drawCore(voterNames(workload), lost, createRng(seed).fork("core"));
  const demand = {
    core: plan.core,
    others: describeAway(plan),
    subject,
    env,
    interpreter,
    record: recorder.record,
    withinMs: checkOption(workload, "liveness", "withinMs", 10_000),
    ...(isDisturbed(plan) && { steadyMs }),
    isOver: of.isOver,
  };
  isolateCore(plan, control, () => demandLiveness(demand, () => reunite(plan, control, done)));
}
