import type { Control } from "../cluster/control.ts";
import type { Clock, NodeName, Timer } from "../cluster/env/env.ts";
import type { Rng } from "../cluster/env/rng.ts";
import type { NemesisSpec } from "../workloads/workload.ts";
import { createAdmin, type SendOrder } from "./admin.ts";
import { lastingOf, whyBeyond } from "./atlas.ts";
import { composeEffects } from "./effects.ts";
import type { ClusterView, Effect, Fault, FaultContext, Instance, Observation } from "./fault.ts";
import { againMs, Play } from "./play.ts";
import { hasConnectedMajority } from "./quorum.ts";
import { type FaultRecord, faultRecords, type NemesisLine } from "./record.ts";
import { planWindows, type Window } from "./schedule.ts";
import { drawSwarm } from "./swarm.ts";
import { lookAround } from "./view.ts";

const nobody: ReadonlySet<NodeName> = new Set();

/** A window shorter than this looks for a target so long nevertheless. */
const patienceMs = 1000;
/** So long before a script injects something it is looked at. */
const lookAheadMs = 1000;

export type NemesisOptions = {
  readonly spec: NemesisSpec;
  /** Length of the run from now on. */
  readonly durationMs: number;
  readonly rng: Rng;
  readonly faults: ReadonlyMap<string, Fault>;
  readonly control: Control;
  /** Who votes when all is well; all nodes when absent. */
  readonly voters?: readonly NodeName[];
  readonly clock: Clock;
  readonly status: FaultContext["status"];
  readonly order: SendOrder;
  /** Into the history, which adds `index` and `time`. */
  readonly record: (line: NemesisLine) => void;
  /** One short line each; null when nobody watches. */
  readonly onProgress: ((line: string) => void) | null;
};

export type Nemesis = {
  /**
   * Begins nothing more and heals everything; `done` when every effect is seen to be gone, or has
   * outlived its heal (`healed: false` in its record). Idempotent: every caller is called back.
   */
  stop(done: () => void): void;
  /** What happened so far; times in nanoseconds since the nemesis started. */
  records(): FaultRecord[];
};

type Draw = Extract<Window["what"], { readonly kind: "draw" }>;

/** Starts the actor that plays a schedule of faults against a booted cluster. */
export function startNemesis(options: NemesisOptions): Nemesis {
  const { faults, control, clock, onProgress, voters = control.nodes } = options;
  const spec = drawSwarm(options.spec, options.rng.fork("swarm"));
  const { atlas = "within" } = spec;
  const startedNs = clock.now();
  const effects = composeEffects(control);
  const lines: (NemesisLine & { readonly time: number })[] = [];
  const timers = new Set<Timer>();
  const plays = new Set<Play>();
  const stopped: (() => void)[] = [];
  /** What lasts of the instances that were injected, by id. */
  const lasting = new Map<string, Effect>();
  const windows = planWindows({ ...options, spec });
  /** Kinds that have taken effect. */
  const seen = new Set<string>();
  let isStopping = false;
  let hasMajority = true;

  function emit(f: NemesisLine["f"], value: Observation): void {
    const time = clock.now() - startedNs;
    const line = { process: "nemesis", type: "info", f, value, time } as const;
    lines.push(line);
    options.record(line);
    const text = onProgress === null ? null : progressText(line);
    if (text !== null) onProgress?.(text);
  }

  function later(delayMs: number, call: () => void): void {
    const timer = clock.setTimer(delayMs, () => {
      timers.delete(timer);
      call();
    });
    timers.add(timer);
  }

  function onPhase(play: Play): void {
    if (play.phase === "finished") {
      onFinished(play);
      tellStopped();
      return;
    }
    const left = play.phase === "active" ? lastingOf(play.instance.effect) : null;
    if (left !== null) lasting.set(play.id, left);
    const majority = hasConnectedMajority(voters, effectsOf("active"));
    if (majority !== hasMajority) emit("quorum", { majority });
    hasMajority = majority;
  }

  function tellStopped(): void {
    if (isStopping && plays.size === 0) for (const done of stopped.splice(0)) done();
  }

  function onFinished(play: Play): void {
    plays.delete(play);
    const window = windows.find(({ id }) => id === play.id);
    if (play.isEffective) seen.add(play.fault);
    else if (window !== undefined) tryOnceMore(window);
  }

  /** As long as a kind has not taken effect, each of its failures is made up for. */
  function tryOnceMore(window: Window): void {
    if (isStopping || seen.has(window.fault) || window.what.kind === "play") return;
    const nowMs = (clock.now() - startedNs) / 1e6;
    const untilMs = nowMs + againMs + window.untilMs - window.fromMs;
    if (untilMs > options.durationMs - spec.quiet.lastMs) return;
    const count = windows.filter(({ fault }) => fault === window.fault).length;
    const more = {
      ...window,
      id: `${window.fault}-${count + 1}`,
      fromMs: nowMs + againMs,
      untilMs,
    };
    windows.push(more);
    later(againMs, () => attempt(more));
  }

  function begin(window: Window, fault: Fault, instance: Instance): void {
    const { id } = window;
    const play: Play = new Play({
      id,
      fault,
      instance,
      atNs: window.what.kind === "play" ? startedNs + Math.round(window.fromMs * 1e6) : null,
      untilNs: startedNs + Math.round(window.untilMs * 1e6),
      context: {
        control: effects.forInstance(id),
        clock,
        status: options.status,
        admin: createAdmin({ nodes: control.nodes, effects: effectsNow }, options, options.order),
      },
      others: () => othersOf(play),
      gone: () => goneBut(id),
      emit,
      onPhase,
    });
    plays.add(play);
    play.start();
  }

  function goneBut(id: string): ReadonlySet<NodeName> {
    if (lasting.size === 0) return nobody;
    const gone = new Set<NodeName>();
    for (const [other, { retired = [], forgets = [] }] of lasting) {
      if (other === id) continue;
      for (const node of retired) gone.add(node);
      // It may find out, and stay away.
      for (const node of forgets) gone.add(node);
    }
    return gone;
  }

  /** An instance, or in a few words why there is none at this moment. */
  function resolve(fault: Fault, view: ClusterView, what: Draw): Instance | string {
    if (!spec.overlap && plays.size > 0) return "another fault was active";
    const resolved = fault.resolve(view, what.parameters, what.rng);
    if (typeof resolved === "string" || atlas === "beyond") return resolved;
    return whyBeyond(voters, effectsNow(), resolved.effect) ?? resolved;
  }

  /** Of all plays, or of those that are active, and what lasts of others. */
  function effectsOf(which: "all" | "active"): Effect[] {
    const effects = [...lasting.values()];
    for (const { phase, instance } of plays) {
      if (which === "all" || phase === "active") effects.push(instance.effect);
    }
    return effects;
  }

  function effectsNow(): Effect[] {
    return effectsOf("all");
  }

  /** What else is active. */
  function othersOf(play: Play): Instance[] {
    const others: Instance[] = [];
    for (const other of plays) {
      if (other !== play && other.phase === "active") others.push(other.instance);
    }
    return others;
  }

  /** Resolves the targets when the time has come, again and again until the window ends. */
  function attempt(window: Window): void {
    const { id, what } = window;
    const fault = faults.get(window.fault);
    if (fault === undefined) throw new Error(`no fault ${window.fault}`);
    if (what.kind === "play") {
      begin(window, fault, what.instance);
      return;
    }
    lookAround({ nodes: control.nodes, voters, atlas, effects: effectsNow }, options, (view) => {
      if (isStopping) return;
      const resolved = resolve(fault, view, what);
      const endsMs = Math.max(window.untilMs, window.fromMs + patienceMs);
      const isOver = (clock.now() - startedNs) / 1e6 + againMs >= endsMs;
      if (typeof resolved !== "string") begin(window, fault, resolved);
      else if (isOver) {
        emit("skip", { id, fault: fault.name, reason: resolved });
        tryOnceMore(window);
      } else later(againMs, () => attempt(window));
    });
  }

  for (const window of windows) {
    const aheadMs = window.what.kind === "play" ? lookAheadMs : 0;
    later(Math.max(0, window.fromMs - aheadMs), () => attempt(window));
  }

  return {
    stop(done) {
      isStopping = true;
      stopped.push(done);
      for (const timer of timers) timer.cancel();
      timers.clear();
      for (const play of plays) play.end();
      tellStopped();
    },
    records: () => faultRecords(lines),
  };
}

/** What a person who watches wants to know of it. */
function progressText({ f, value }: NemesisLine): string | null {
  const { id, targets, detail, reason, evidence } = value;
  switch (f) {
    case "inject":
      return `${id}: ${String(targets)} ${JSON.stringify(detail)}`;
    case "healed":
      return `${id}: healed`;
    case "judge":
      return value["healed"] === false ? `${id} outlived its heal: ${evidence}` : null;
    case "skip":
      return `${id}: skipped, ${reason}`;
    default:
      return null;
  }
}
