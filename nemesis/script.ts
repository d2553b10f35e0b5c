import { stringify } from "yaml";
import type { NemesisSpec, ScriptStep } from "../workloads/workload.ts";
import type { FaultRecord } from "./record.ts";

/**
 * What happened, as a script that plays it again. The times of the records count from the start of
 * the nemesis, as in `Nemesis.records()`.
 */
export function resolvedScript(records: readonly FaultRecord[]): ScriptStep[] {
  return records
    .flatMap(({ id, fault, injectedAt, healDueAt, targets, detail, effect }): ScriptStep[] => {
      if (injectedAt === null) return [];
      const instance = { targets, detail, effect } as NonNullable<ScriptStep["instance"]>;
      const inject = { atMs: injectedAt / 1e6, action: "inject", id, fault, instance } as const;
      if (healDueAt === null) return [inject];
      return [inject, { atMs: healDueAt / 1e6, action: "heal", id }];
    })
    .sort((one, other) => one.atMs - other.atMs);
}

/**
 * The text of `schedule.yaml`: a `nemesis:` mapping with a script, in the form workloads take. What
 * a swarm draws of the world that the faults meet is drawn again from the seed.
 */
export function formatScript(
  script: readonly ScriptStep[],
  { swarm }: Pick<NemesisSpec, "swarm">,
): string {
  const steps = script.map(({ atMs, ...step }) => ({ at: `${atMs}ms`, ...step }));
  const nemesis = { ...(swarm === true && { swarm }), script: steps };
  return stringify(nemesis, { flowCollectionPadding: true, lineWidth: 100 });
}
