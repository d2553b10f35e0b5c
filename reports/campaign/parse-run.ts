import { classOfKind, isAnomalyClass } from "../anomaly/classes.ts";
import type { CampaignRun } from "../campaign.ts";
import type { RunDigest } from "./digest.ts";
import { isNumber, isRecord, isText } from "./shapes.ts";
import type { Signature } from "./signature.ts";

/**
 * A run of a `campaign.json` or a ledger; null for what is none. What is left out or damaged beside the
 * run itself is dropped: a page shows what there is.
 */
export function parseRun(value: unknown): CampaignRun | null {
  if (!isRecord(value)) return null;
  const { workload, schedule, seed, verdict, sentence, runDir, durationMs, operations } = value;
  const isRun =
    [workload, schedule, sentence].every(isText) &&
    [seed, durationMs].every(isNumber) &&
    (runDir === null || isText(runDir)) &&
    ["valid", "invalid", "unknown", "vacuous"].includes(String(verdict)) &&
    isRecord(operations) &&
    ["ok", "fail", "info"].every((outcome) => isNumber(operations[outcome]));
  if (!isRun) return null;
  const { digest, bug, ...run } = value;
  for (const name of ["skipped", "environment", "subject", "driver", "startedAt"]) {
    if (!isText(run[name])) delete run[name];
  }
  const parsed = parseDigest(digest);
  return {
    ...(run as CampaignRun),
    ...(bug === null || isText(bug) ? { bug } : {}),
    ...(parsed === null ? {} : { digest: parsed }),
  };
}

function parseDigest(value: unknown): RunDigest | null {
  if (!isRecord(value)) return null;
  const { signatures, nodes, coverage, checks, faults, options, provenance } = value;
  const isDigest =
    [signatures, nodes, coverage, checks].every(Array.isArray) &&
    [...(coverage as unknown[]), ...(checks as unknown[])].every(isRecord) &&
    [faults, options, provenance].every(isRecord) &&
    Object.values(faults as object).every(isRecord);
  if (!isDigest) return null;
  const parsed = (signatures as unknown[]).flatMap((one) => parseSignature(one) ?? []);
  return { ...(value as RunDigest), signatures: parsed };
}

/** Files of earlier versions have what the checker said by itself, `kind`. */
function parseSignature(value: unknown): Signature | null {
  if (!isRecord(value)) return null;
  const { text, id, checker, kind, rule, faults, general, isRefined } = value;
  const name = value["class"] ?? kind;
  const isSignature =
    [text, id, checker, name].every(isText) && Array.isArray(faults) && faults.every(isText);
  if (!isSignature) return null;
  const known = isAnomalyClass(name)
    ? name
    : classOfKind(name as Parameters<typeof classOfKind>[0]);
  if (!isAnomalyClass(known)) return null;
  return {
    ...{ text: text as string, id: id as string, checker: checker as string, class: known },
    ...{ general: isText(general) ? general : (text as string), isRefined: isRefined === true },
    ...{ rule: isText(rule) ? rule : null, faults: faults as string[] },
  };
}
