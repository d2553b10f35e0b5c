import { campaignSchema } from "./campaign-schema.ts";
import { type Problem, WorkloadError } from "./errors.ts";
import { loadWorkload, type Overrides, throwIfAny } from "./load.ts";
import type { Registries } from "./registries.ts";
import { parseDurationMs } from "./units.ts";
import { didYouMean, expectedGot, validateSource } from "./validate.ts";
import type { Workload } from "./workload.ts";
import { parseYamlSource, type YamlSource } from "./yaml-source.ts";

/** What a campaign file may refer to. */
export type CampaignContext = {
  readonly registries: Registries;
  /** YAML texts of the folder `workloads`, by name without `.yaml`. */
  readonly workloads: ReadonlyMap<string, string>;
};

/** One cell of the matrix. */
export type CampaignRun = {
  readonly workload: Workload;
  /** Name of the schedule; `own` is the workload's own nemesis. */
  readonly schedule: string;
  /** Id of a planted bug in capital letters; null is the correct build. */
  readonly bug: string | null;
  readonly seed: number;
};

export type Campaign = {
  readonly name: string;
  readonly summary: string;
  /** No run begins after so many milliseconds; absent = no bound. */
  readonly budgetMs?: number;
  /** In the order to run them: all combinations with the first seed, then with the next one. */
  readonly runs: readonly CampaignRun[];
};

type RawCampaign = {
  readonly name: string;
  readonly summary?: string;
  readonly workloads: readonly string[];
  readonly subjects?: readonly string[];
  readonly schedules?: readonly string[];
  readonly bugs?: readonly string[];
  readonly seeds: string | readonly number[];
  readonly duration?: string;
  readonly budget?: string;
};

/** Runs at most: more is a mistake in `seeds`. */
const runsMax = 100_000;

/**
 * Reads a campaign file and every workload in it, strictly; nothing is booted for a bad matrix.
 * Throws a `WorkloadError` that holds every problem of all these files.
 */
export function loadCampaign(
  options: { readonly file: string; readonly text: string } & CampaignContext,
): Campaign {
  const source = parseYamlSource(options.file, options.text);
  throwIfAny(source.problems);
  throwIfAny(validateSource(source, campaignSchema(options.registries)));
  const raw = source.value as RawCampaign;
  throwIfAny(unknownWorkloads(raw, options, source));
  const seeds = seedsOf(raw.seeds);
  const combinations = loadCombinations(raw, options, source);
  const runsCount = seeds.length * combinations.length;
  if (seeds.length === 0 || runsCount > runsMax) {
    const expected = `a rising range that gives at most ${runsMax} runs`;
    const message = `seeds: ${expectedGot(expected, raw.seeds)}`;
    throw new WorkloadError([source.problemAt(["seeds"], message)]);
  }
  return {
    name: raw.name,
    summary: raw.summary ?? "",
    ...(raw.budget === undefined ? {} : { budgetMs: parseDurationMs(raw.budget) }),
    runs: seeds.flatMap((seed) => combinations.map((combination) => ({ ...combination, seed }))),
  };
}

function unknownWorkloads(
  raw: RawCampaign,
  { workloads }: CampaignContext,
  source: YamlSource,
): Problem[] {
  const known = [...workloads.keys()];
  return raw.workloads.flatMap((name, at) => {
    if (workloads.has(name)) return [];
    const expected = expectedGot(`one of ${known.join(", ")}`, name);
    const message = `workloads[${at}]: ${expected}${didYouMean(name, known)}`;
    return [source.problemAt(["workloads", at], message)];
  });
}

function loadCombinations(
  raw: RawCampaign,
  { registries, workloads }: CampaignContext,
  source: YamlSource,
): Omit<CampaignRun, "seed">[] {
  // By text: a mistake in a workload shows under every schedule.
  const problems = new Map<string, Problem>();
  const bugs = (raw.bugs ?? ["none"]).map((id) => (id === "none" ? null : id.toUpperCase()));
  const combinations: Omit<CampaignRun, "seed">[] = [];
  for (const [at, name] of raw.workloads.entries()) {
    for (const overrides of variantsOf(raw)) {
      const schedule = overrides.nemesis ?? "own";
      const text = workloads.get(name) ?? "";
      try {
        const file = `workloads/${name}.yaml`;
        const workload = loadWorkload({ file, text, registries, overrides });
        combinations.push(...bugs.map((bug) => ({ workload, schedule, bug })));
      } catch (error) {
        if (!(error instanceof WorkloadError)) throw error;
        const message = `workloads: expected workloads that can run, got ${name} under schedule ${schedule}, see below`;
        for (const problem of [source.problemAt(["workloads", at], message), ...error.problems]) {
          problems.set(JSON.stringify(problem), problem);
        }
      }
    }
  }
  if (problems.size > 0) throw new WorkloadError([...problems.values()]);
  return combinations;
}

function variantsOf({ subjects = [], schedules = ["own"], duration }: RawCampaign): Overrides[] {
  const bySubject = subjects.length === 0 ? [{}] : subjects.map((subject) => ({ subject }));
  return bySubject.flatMap((subject) =>
    schedules.map((schedule) => ({
      ...subject,
      ...(schedule === "own" ? {} : { nemesis: schedule }),
      ...(duration === undefined ? {} : { duration }),
    })),
  );
}

/** Empty when the range falls or is far too long to be meant. */
function seedsOf(seeds: string | readonly number[]): readonly number[] {
  if (typeof seeds !== "string") return seeds;
  const [from = 0, to = 0] = seeds.split("..").map(Number);
  if (from > to || to > 0xffff_ffff || to - from >= runsMax) return [];
  return Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
}
