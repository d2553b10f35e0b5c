import type { RunFiles } from "../result.ts";
import { tableOf } from "../table-builder.ts";
import { insideOfTexts } from "./synthetic-inside.ts";
import { type SyntheticRun, syntheticRun } from "./synthetic-run.ts";

/** Text that would do harm wherever it is taken for markup, script or attribute. */
export const hostileText =
  '</script><script>window.harmed=1</script><img src=x onerror="window.harmed=1">\'\u2028&amp;<!--';

/** A run in which every text that comes from outside is hostile. */
export function hostileRun(): SyntheticRun {
  const files = syntheticRun({ verdict: "invalid", operations: 2000 });
  const { result } = files;
  const ops = files.ops.map((op) => ({
    ...op,
    key: `${op.key}${hostileText}`,
    ...(op.error === undefined ? {} : { error: hostileText }),
    ...(op.type === "ok" && op.f === "get" ? { value: hostileText } : {}),
  }));
  return {
    result: {
      ...result,
      sentence: hostileText,
      workload: hostileText,
      repeat: hostileText,
      environment: [hostileText],
      skippedFaults: [hostileText],
      provenance: { [hostileText]: hostileText },
      faults: result.faults.map((fault) => ({
        ...fault,
        evidence: hostileText,
        detail: { shape: hostileText },
      })),
      checks: result.checks.map((check) => ({
        ...check,
        summary: hostileText,
        stats: {
          [hostileText]: hostileText,
          context: [
            { node: hostileText, timeNs: 1e9, record: { kind: "role", role: hostileText } },
          ],
        },
        anomalies: check.anomalies.map((anomaly) => ({
          ...anomaly,
          expected: hostileText,
          observed: hostileText,
        })),
      })),
    },
    ops,
    texts: files.texts,
    table: tableOf(ops),
    logs: { n1: hostileText, [hostileText]: hostileText },
    ...hostileInside(files),
  };
}

function hostileInside({ texts, result, table }: SyntheticRun): Pick<RunFiles, "trace" | "around"> {
  const hostile = JSON.stringify(hostileText);
  const spoilt = {
    ...texts,
    trace: {
      ...texts.trace,
      n1: `${texts.trace["n1"]}{"mono":12400000000,"wall":1,"kind":${hostile},"text":${hostile}}\n`,
    },
    messages: {
      ...texts.messages,
      n1: `${texts.messages["n1"]}{"mono":12400000000,"kind":"send","peer":"n2","id":"9.1","type":${hostile},"text":${hostile}}\n`,
    },
    logs: { ...texts.logs, n1: `12.400 ${hostileText}\n` },
  };
  return insideOfTexts(spoilt, result, table);
}
