import { stringify } from "yaml";
import type { ScriptStep } from "../workloads/workload.ts";
import type { FaultRecord } from "./record.ts";

/**
 * What happened, as a script that plays it again. The times of the records count from the start of
 * the nemesis, as in `Nemesis.records()`.
 */
export function resolvedScript(records: readonly FaultRecord[]): ScriptStep[] {
  return records
    .flatMap(({ id, fault, injectedAt, healBeganAt, targets, detail, effect }): ScriptStep[] => {
      if (injectedAt === null) return [];
      const instance = { targets, detail, effect } as NonNullable<ScriptStep["instance"]>;
      const inject = { atMs: toMs(injectedAt), action: "inject", id, fault, instance } as const;
      if (healBeganAt === null) return [inject];
      return [inject, { atMs: toMs(healBeganAt), action: "heal", id }];
    })
    .sort((one, other) => one.atMs - other.atMs);
}

/** The text of `schedule.yaml`: a `nemesis:` mapping with a script, in the form workloads take. */
export function formatScript(script: readonly ScriptStep[]): string {
  const steps = script.map(({ atMs, ...step }) => ({ at: `${atMs}ms`, ...step }));
  return stringify({ script: steps }, { flowCollectionPadding: true, lineWidth: 100 });
}

function toMs(ns: number): number {
  return Math.round(ns / 1e6);
}
