import type { Rng } from "../cluster/env/rng.ts";
import type { FaultSpec, NemesisSpec, Range, ScriptStep } from "../workloads/workload.ts";
import type { Instance, Observation } from "./fault.ts";

/**
 * When faults come and go: a pure function of the specification, the length of the run and a seed.
 * Whom they hit is resolved when the time has come, unless a script says it.
 */
export type Window = {
  /** `FAULT-N` in order of `fromMs`, or the id of the script. */
  readonly id: string;
  readonly fault: string;
  /** Milliseconds since the nemesis started. The instance is injected from here on, ... */
  readonly fromMs: number;
  /** ... and healed here. */
  readonly untilMs: number;
  /** What the instance is drawn from, or the instance itself. */
  readonly what:
    | { readonly kind: "draw"; readonly parameters: Observation; readonly rng: Rng }
    | { readonly kind: "play"; readonly instance: Instance };
};

export type PlanOptions = {
  readonly spec: NemesisSpec;
  readonly durationMs: number;
  readonly rng: Rng;
};

/** All windows of a run, by `fromMs`. */
export function planWindows({ spec, durationMs, rng }: PlanOptions): Window[] {
  if (spec.script !== undefined) return scriptWindows(spec.script, durationMs);
  const endMs = durationMs - spec.quiet.lastMs;
  const drafts = spec.faults
    .flatMap((entry, at) => {
      // An instance longer than the run lasts from one quiet part to the other.
      const lengthMaxMs = Math.max(0, endMs - spec.quiet.firstMs);
      const { from, to } = entry.forMs;
      const forMs = { from: Math.min(from, lengthMaxMs), to: Math.min(to, lengthMaxMs) };
      return draftEntry({ ...entry, forMs }, spec.quiet.firstMs, endMs, rng.fork(`entry-${at}`));
    })
    .sort((one, other) => one.fromMs - other.fromMs);
  const kept = spec.overlap ? drafts : oneAtATime(drafts, endMs);
  return nameWindows(kept, rng);
}

type Draft = {
  readonly entry: FaultSpec;
  readonly fromMs: number;
  readonly untilMs: number;
};

/**
 * The instances of one entry, one after another. The first comes at a random moment of the first
 * period, so that entries do not march in step, but early enough to fit. The last is cut short at
 * the quiet end, or left out when less than its shortest length would remain.
 */
function draftEntry(entry: FaultSpec, firstMs: number, endMs: number, rng: Rng): Draft[] {
  const spareMs = Math.max(0, endMs - firstMs - entry.forMs.to);
  const periodMs = entry.everyMs === undefined ? spareMs : drawMs(entry.everyMs, rng);
  const drafts: Draft[] = [];
  let fromMs = firstMs + rng.int(0, Math.round(Math.min(periodMs, spareMs)));
  while (fromMs < endMs) {
    const untilMs = fromMs + drawMs(entry.forMs, rng);
    drafts.push(...fitted({ entry, fromMs, untilMs }, endMs));
    if (entry.everyMs === undefined) break;
    fromMs = Math.max(fromMs + Math.max(1, drawMs(entry.everyMs, rng)), untilMs);
  }
  return drafts;
}

function fitted(draft: Draft, endMs: number): Draft[] {
  if (draft.fromMs >= endMs || draft.fromMs + draft.entry.forMs.from > endMs) return [];
  return [{ ...draft, untilMs: Math.min(draft.untilMs, endMs) }];
}

/** Moves a window that would overlap the one before it to the end of that one. */
function oneAtATime(drafts: readonly Draft[], endMs: number): Draft[] {
  const kept: Draft[] = [];
  let freeMs = 0;
  for (const draft of drafts) {
    const lateMs = Math.max(0, freeMs - draft.fromMs);
    const moved = {
      ...draft,
      fromMs: draft.fromMs + lateMs,
      untilMs: draft.untilMs + lateMs,
    };
    const [fit] = fitted(moved, endMs);
    if (fit === undefined) continue;
    kept.push(fit);
    freeMs = fit.untilMs;
  }
  return kept;
}

function nameWindows(drafts: readonly Draft[], rng: Rng): Window[] {
  const countByFault = new Map<string, number>();
  return drafts.map(({ entry, fromMs, untilMs }) => {
    const count = (countByFault.get(entry.fault) ?? 0) + 1;
    countByFault.set(entry.fault, count);
    const id = `${entry.fault}-${count}`;
    const what = { kind: "draw", parameters: entry.parameters, rng: rng.fork(id) } as const;
    return { id, fault: entry.fault, fromMs, untilMs, what };
  });
}

function drawMs({ from, to }: Range, rng: Rng): number {
  return rng.int(Math.round(from), Math.round(to));
}

/** A script is played as it stands; what it never heals is healed at the end of the run. */
function scriptWindows(script: readonly ScriptStep[], durationMs: number): Window[] {
  return script
    .flatMap(({ action, id, fault, instance, atMs }) => {
      if (action !== "inject") return [];
      if (fault === undefined || instance === undefined) {
        throw new Error(`script step inject ${id} takes a fault and an instance`);
      }
      const heal = script.find((step) => step.action === "heal" && step.id === id);
      const what = { kind: "play", instance: asInstance(instance, id) } as const;
      return [{ id, fault, fromMs: atMs, untilMs: heal?.atMs ?? durationMs, what }];
    })
    .sort((one, other) => one.fromMs - other.fromMs);
}

function asInstance(instance: Observation, id: string): Instance {
  const { targets, detail = {}, effect = {} } = instance as Partial<Instance>;
  if (!Array.isArray(targets)) throw new Error(`the instance of ${id} takes a list of targets`);
  return { targets, detail, effect };
}
