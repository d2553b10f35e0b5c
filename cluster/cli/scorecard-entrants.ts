import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadWorkload } from "../../workloads/load.ts";
import type { Workload } from "../../workloads/workload.ts";
import { type FullRegistries, projectRoot } from "../registry.ts";
import type { Entrant } from "../sweep/scorecard.ts";
import { InputError } from "./errors.ts";

type Generic = {
  readonly name: string;
  /** Takes the nemesis, the duration and the options of this workload. */
  readonly nemesisOf?: string;
};

/** The generic workloads of each subject: none knows of any bug. */
const generic: Readonly<Record<string, readonly Generic[]>> = {
  "raft-kv": [
    { name: "sim-default" },
    { name: "sim-busy" },
    { name: "append", nemesisOf: "sim-default" },
    { name: "lease-lock", nemesisOf: "sim-default" },
    { name: "sim-members" },
  ],
  kvsrv: [{ name: "kvsrv-unreliable" }, { name: "kvsrv-lock" }],
};

/** The same on containers and processes, which have fewer faults. */
const real: typeof generic = {
  "raft-kv": [{ name: "kv-contended" }, { name: "append" }, { name: "lease-lock" }],
  kvsrv: [{ name: "kvsrv-unreliable" }, { name: "kvsrv-lock" }],
};

/** Who is measured, and how many bugs of the catalogue some schedule can show. */
export async function chooseEntrants(
  registries: FullRegistries,
  ids: readonly string[] | null,
  isSimulated: boolean,
): Promise<{ readonly entrants: readonly Entrant[]; readonly totalBugs: number }> {
  const wanted = ids === null ? null : new Set(ids.map((id) => id.toUpperCase()));
  const entrants: Entrant[] = [];
  for (const { name, bugs } of registries.subjects.values()) {
    const chosen = bugs.filter(
      ({ id, equivalent }) => equivalent === null && (wanted?.delete(id) ?? true),
    );
    if (chosen.length === 0) continue;
    const workloads = await Promise.all(
      ((isSimulated ? generic : real)[name] ?? []).map((one) => loadGeneric(registries, one)),
    );
    if (workloads.length === 0) throw new RangeError(`${name} has bugs but no generic workload`);
    entrants.push({ subject: name, bugs: chosen, workloads });
  }
  if (wanted !== null && wanted.size > 0) {
    const known = [...registries.subjects.values()].flatMap(({ bugs }) => bugs.map(({ id }) => id));
    throw new InputError(
      `--bugs takes ids that some schedule can show (${known.join(", ")}), got ${[...wanted].join(", ")}`,
    );
  }
  return { entrants, totalBugs: entrants.reduce((sum, { bugs }) => sum + bugs.length, 0) };
}

async function loadGeneric(
  registries: FullRegistries,
  { name, nemesisOf }: Generic,
): Promise<Workload> {
  const workload = await load(registries, name);
  const base = nemesisOf === undefined ? workload : await load(registries, nemesisOf);
  const { nemesis, durationMs } = base;
  return { ...workload, nemesis, durationMs, options: base.options };
}

async function load(registries: FullRegistries, name: string): Promise<Workload> {
  const file = join(projectRoot, "workloads", `${name}.yaml`);
  return loadWorkload({ file, text: await readFile(file, "utf8"), registries });
}
