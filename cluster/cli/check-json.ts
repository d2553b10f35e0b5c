import type { CheckResult } from "porcupine-ts";
import type { FileFacts } from "porcupine-ts/node";

/** What is known of a check, whichever way it was made; null for what that way does not tell. */
type Checked = {
  readonly file: string;
  readonly checker: string;
  readonly result: CheckResult;
  readonly facts: (Omit<FileFacts, "parseMs"> & { readonly parseMs: number | null }) | null;
  readonly core: readonly object[];
  readonly checkMs: number | null;
  readonly peakRssBytes: number;
};

/** What `check --json` prints, with and without `--follow`. Times in milliseconds, memory in megabytes of 2^20 bytes. */
export function checkJson({
  file,
  checker,
  result,
  facts,
  core,
  checkMs,
  peakRssBytes,
}: Checked): object {
  const { verdict, summary, anomalies, progress, stats = {} } = result;
  return {
    verdict,
    operationCount: facts?.operationCount ?? null,
    partitions: stats["partitions"] ?? null,
    parseMs: rounded(facts?.parseMs ?? null),
    checkMs: rounded(checkMs),
    peakRssMb: rounded(peakRssBytes / 2 ** 20),
    engine: stats["engine"] ?? null,
    core,
    reason: anomalies[0]?.reason ?? summary,
    history: file,
    format: facts?.format ?? null,
    checker,
    model: facts?.model ?? null,
    lines: facts?.lines ?? null,
    skippedLines: facts?.skipped ?? null,
    truncatedAtLine: facts?.truncatedAtLine ?? null,
    progress: progress ?? null,
    anomalies,
    stats,
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
