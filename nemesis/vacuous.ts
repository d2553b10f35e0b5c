import type { Op } from "porcupine-ts";
import { lastingOf } from "./atlas.ts";
import { linkKey } from "./grudge.ts";
import { hasConnectedMajority } from "./quorum.ts";
import type { FaultRecord } from "./record.ts";

/**
 * When a run proved nothing: rules (a) to (e) of DESIGN 9, each a pure function of the history and
 * of what became of the faults. Times are nanoseconds since the run began.
 */
export type VacuousOptions = {
  readonly ops: readonly Op[];
  readonly records: readonly FaultRecord[];
  /** Kinds of faults that the schedule asks for. */
  readonly kinds: readonly string[];
  /** Who votes when all is well: a connected majority is one of these. */
  readonly voters: readonly string[];
  readonly okAtLeast: number;
  /** How long a majority must have been connected before an answer is due. */
  readonly withinMs: number;
};

const reads: ReadonlySet<string> = new Set(["get", "read"]);
/** A shorter window may pass without an operation, or without one that could succeed. */
const askedFromNs = 1e9;
const okPerKindMin = 10;

/** Why the run is vacuous, one sentence each; none when it is not. */
export function vacuousReasons(options: VacuousOptions): string[] {
  const windows = windowsOf(options);
  const outages = outagesOf(options, windows);
  const run = { ...options, windows, outages, calls: pairCalls(options.ops) };
  return [
    ...tooFewOk(run),
    ...neverEffective(run),
    ...notSeen(run),
    ...nobodyAsked(run),
    ...tooFewUnderKind(run),
    ...noneAfterOutage(run),
  ];
}

type Window = { readonly record: FaultRecord; readonly from: number; readonly to: number };
/** `okAt` is null when the operation did not end `ok`. */
type Call = { readonly f: string; readonly at: number; okAt: number | null };
type Run = VacuousOptions & {
  readonly windows: readonly Window[];
  readonly outages: readonly Outage[];
  /** In the order of their invocations. */
  readonly calls: readonly Call[];
};

/** (a) */
function tooFewOk({ calls, okAtLeast }: Run): string[] {
  const ok = calls.filter(({ okAt }) => okAt !== null);
  const mutations = ok.filter(({ f }) => !reads.has(f)).length;
  const asksReads = calls.some(({ f }) => reads.has(f));
  const readCount = ok.length - mutations;
  return [
    ...(mutations < okAtLeast
      ? [`only ${mutations} mutations were acknowledged, ${okAtLeast} are asked for`]
      : []),
    ...(asksReads && readCount === 0 ? ["no read succeeded"] : []),
  ];
}

/** (b), first half. */
function neverEffective({ kinds, records }: Run): string[] {
  return kinds.flatMap((kind) => {
    const own = records.filter(({ fault }) => fault === kind);
    if (own.some(({ effective }) => effective === true)) return [];
    const skipped = [...new Set(own.flatMap(({ skipped }) => skipped ?? []))];
    const why = skipped.length > 0 ? ` (skipped: ${skipped.join("; ")})` : "";
    return [`no ${kind} took an effect that was seen${why}`];
  });
}

/** (b), second half. */
function notSeen({ windows }: Run): string[] {
  return windows.flatMap((window) => {
    const { record } = window;
    if (record.effective !== false) return [];
    const isExplained = windows.some(
      (other) =>
        other.record.effective === true &&
        other.from < window.to &&
        (window.from < other.to || other.record.effect.retired !== undefined) &&
        hides(other.record, record),
    );
    return isExplained ? [] : [`${record.id} was injected without effect: ${record.evidence}`];
  });
}

/** Whether the effect of `other` can keep that of `record` from being seen. */
function hides(other: FaultRecord, record: FaultRecord): boolean {
  const cut = new Set((record.effect.cut ?? []).map(linkKey));
  const nodes = new Set([
    ...record.targets,
    ...(record.effect.cut ?? []).flatMap(({ from, to }) => [from, to]),
  ]);
  const { down = [], paused = [], retired = [], skewed = [] } = other.effect;
  // Without an effect on nodes and links it is what clients send that gets lost, probes among it.
  const losesProbes = Object.keys(other.effect).length === 0 && record.effect.cut === undefined;
  return (
    [...down, ...paused, ...retired].some((node) => nodes.has(node)) ||
    (losesProbes && other.targets.some((node) => nodes.has(node))) ||
    (record.effect.skewed !== undefined && skewed.some(({ node }) => nodes.has(node))) ||
    (other.effect.cut ?? []).some((link) => cut.has(linkKey(link)))
  );
}

/** (c) */
function nobodyAsked({ windows, calls }: Run): string[] {
  return windows
    .filter(({ from, to }) => to - from >= askedFromNs)
    .filter((window) => !calls.some(({ at }) => isWithin(at, window)))
    .map(({ record, from, to }) => {
      return `no operation was invoked during ${record.id}, which lasted ${seconds(to - from)}`;
    });
}

/** (d) Asked where a window left a majority all along; what succeeded in others, while they left one, counts too. */
function tooFewUnderKind({ windows, outages, calls }: Run): string[] {
  return [...new Set(windows.map(({ record }) => record.fault))].flatMap((kind) => {
    const own = windows.filter(({ record }) => record.fault === kind);
    const isAsked = own.some(
      ({ from, to }) =>
        to - from >= askedFromNs && !outages.some((outage) => outage.from < to && from < outage.to),
    );
    if (!isAsked) return [];
    const okCount = countOk(calls, own, outages);
    if (okCount >= okPerKindMin) return [];
    return [
      `only ${okCount} operations invoked while a ${kind} left a connected majority succeeded, ` +
        `${okPerKindMin} are asked for`,
    ];
  });
}

/** How many calls within these windows and outside of outages ended `ok`, counted no further than is asked for. */
function countOk(
  calls: readonly Call[],
  windows: readonly Window[],
  outages: readonly Outage[],
): number {
  let count = 0;
  for (const { at, okAt } of calls) {
    const isIn = (stretch: Outage): boolean => isWithin(at, stretch);
    if (okAt !== null && windows.some(isIn) && !outages.some(isIn)) count += 1;
    if (count === okPerKindMin) break;
  }
  return count;
}

/** (e) */
function noneAfterOutage(run: Run): string[] {
  const { outages } = run;
  return outages.flatMap(({ to }, at) => {
    const next = outages[at + 1]?.from ?? endOf(run.ops);
    const isAnswered = run.calls.some(({ okAt }) => okAt !== null && okAt >= to && okAt <= next);
    if (isAnswered || next - to < run.withinMs * 1e6) return [];
    return [
      `no operation succeeded in the ${seconds(next - to)} after a majority was connected ` +
        `again at ${seconds(to)}`,
    ];
  });
}

type Outage = { readonly from: number; readonly to: number };

/** The stretches without a connected majority, all faults taken together, in order of time. */
function outagesOf({ voters, ops }: VacuousOptions, windows: readonly Window[]): Outage[] {
  const ends = windows.flatMap(({ from, to }) => [from, to]);
  // What lasts is still there when the last window has ended.
  const times = [...new Set([...ends, endOf(ops)])].sort((a, b) => a - b);
  return times.slice(0, -1).flatMap((from, at) => {
    const to = times[at + 1] ?? from;
    const begun = windows.filter((window) => window.from <= from);
    const effects = begun.flatMap(({ record: { effect }, to: healed }) =>
      healed >= to ? [effect] : (lastingOf(effect) ?? []),
    );
    return hasConnectedMajority(voters, effects) ? [] : [{ from, to }];
  });
}

/** From the injection to the end of the heal, or of the history when it was never healed. */
function windowsOf({ records, ops }: VacuousOptions): Window[] {
  return records.flatMap((record) =>
    record.injectedAt === null
      ? []
      : [{ record, from: record.injectedAt, to: record.healedAt ?? endOf(ops) }],
  );
}

function pairCalls(ops: readonly Op[]): Call[] {
  const calls: Call[] = [];
  const openByProcess = new Map<Op["process"], number>();
  for (const { process, type, f, time } of ops) {
    if (process === "nemesis") continue;
    if (type === "invoke") {
      openByProcess.set(process, calls.length);
      calls.push({ f, at: time, okAt: null });
      continue;
    }
    const at = openByProcess.get(process);
    const call = at === undefined ? undefined : calls[at];
    if (type === "ok" && call !== undefined) call.okAt = time;
    openByProcess.delete(process);
  }
  return calls;
}

function isWithin(at: number, { from, to }: Outage): boolean {
  return at >= from && at <= to;
}

function endOf(ops: readonly Op[]): number {
  return ops.at(-1)?.time ?? 0;
}

function seconds(ns: number): string {
  return `${(ns / 1e9).toFixed(1)} s`;
}
