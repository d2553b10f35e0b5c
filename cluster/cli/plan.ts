import type { Workload } from "../../workloads/workload.ts";
import { modelOf } from "../../workloads/workload-model.ts";
import { type FullRegistries, projectVersion } from "../registry.ts";
import type { BugInfo, Subject } from "../subject.ts";
import { simulatedRunId } from "../sweep/load-program.ts";
import type { AnyDriver, RunRequest } from "../testbed.ts";
import { splitFaults } from "./drivers.ts";
import { InputError } from "./errors.ts";
import { findBug, lookUp } from "./inputs.ts";
import { shellWord } from "./shell-word.ts";

/** Flags that decide what a run is; repeated in the command that repeats it. */
export type PlanFlags = {
  readonly subject?: string;
  readonly nodes?: string;
  readonly nemesis?: string;
  readonly duration?: string;
  readonly bug?: string;
  readonly image?: string;
  readonly base?: string;
  readonly keep?: boolean;
  readonly skipUnsupported?: boolean;
};

/** What a run is, but for where it goes and who watches it. */
export type RunPlan = Omit<RunRequest, "runDir" | "projectRoot" | "soft" | "hard" | "onProgress">;

/**
 * Resolves a loaded workload and flags to a run; nothing is booted or written. Throws an
 * `InputError` for what cannot be run.
 */
export function planRun(options: {
  readonly workload: Workload;
  readonly file: string;
  readonly flags: PlanFlags;
  readonly registries: FullRegistries;
  readonly driver: AnyDriver;
  readonly seed: number;
}): RunPlan {
  const { workload, file, flags, registries, driver, seed } = options;
  const subject = lookUp("subject", workload.subject, registries.subjects);
  const { needs, unsupported } = splitFaults(workload, registries.faults, { driver, subject });
  const skippedFaults = [...new Set(unsupported.map(({ fault }) => fault))];
  if (unsupported.length > 0 && flags.skipUnsupported !== true) {
    throw new InputError(whyUnsupported(skippedFaults, { file, registries, driver, subject }));
  }
  const faults = workload.nemesis.faults.filter((spec) => !unsupported.includes(spec));
  const bug = flags.bug === undefined ? null : findBug(subject, flags.bug);
  const resolved = { ...workload, nemesis: { ...workload.nemesis, faults } };
  return {
    run: runId({ driver, workload: resolved, bug, seed }),
    workload: resolved,
    model: modelOf(workload),
    subject,
    driver,
    needs,
    faults: registries.faults,
    seed,
    bug,
    repeat: repeatCommand({ file, flags, driver, seed }),
    skippedFaults,
    keep: flags.keep === true,
  };
}

function whyUnsupported(
  kinds: readonly string[],
  run: {
    readonly file: string;
    readonly registries: FullRegistries;
    readonly driver: AnyDriver;
    readonly subject: Subject;
  },
): string {
  const orders = kinds.filter((kind) => run.registries.faults.get(kind)?.needs === "orders");
  const others = kinds.filter((kind) => !orders.includes(kind));
  const asked = [
    ...(others.length === 0
      ? []
      : [`${others.join(", ")}, which the ${run.driver.name} driver cannot do`]),
    ...(orders.length === 0
      ? []
      : [`${orders.join(", ")}, for which ${run.subject.name} takes no orders`]),
  ];
  const instead = orders.length === 0 ? "take another driver" : "take another subject";
  return `${run.file} asks for ${asked.join(", and for ")}; ${instead}, or --skip-unsupported to run without`;
}

/** Of a simulation it says what was played; of anything else, when. */
function runId(of: {
  readonly driver: AnyDriver;
  readonly workload: Workload;
  readonly bug: BugInfo | null;
  readonly seed: number;
}): string {
  const { driver, workload, seed } = of;
  if (driver.name !== "sim") return `${workload.name}-${seed}-${timestamp(new Date())}`;
  const bug = of.bug?.id ?? null;
  return simulatedRunId({
    workload,
    subject: workload.subject,
    bug,
    seed,
    version: projectVersion,
  });
}

/** What a user types into a POSIX shell to get the run of this seed again. */
export function repeatCommand(options: {
  readonly file: string;
  readonly flags: PlanFlags;
  readonly driver: AnyDriver;
  readonly seed: number;
}): string {
  const { flags } = options;
  const words = ["npx", "whitewater", "run", options.file, "--driver", options.driver.name];
  for (const flag of ["subject", "nodes", "nemesis", "duration", "bug", "image", "base"] as const) {
    const value = flags[flag];
    if (value !== undefined) words.push(`--${flag}`, value);
  }
  if (flags.skipUnsupported === true) words.push("--skip-unsupported");
  return [...words, "--seed", String(options.seed)].map(shellWord).join(" ");
}

/** `20261122-105348`, UTC: sorts by time in a folder. */
export function timestamp(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
}
