import type { Anomaly } from "../checker.ts";
import { isSameJson } from "../json.ts";
import { type Operations, operationAt } from "../operations.ts";

/** Anomalies that a result lists; all are counted. */
const anomaliesMax = 20;

/** What a checker found wrong: how often each thing, and the first of them in full. */
export class Findings {
  readonly anomalies: Anomaly[] = [];
  count: number = 0;

  /** Counts one more; `describe` is asked only while there is room. */
  add(describe: () => Anomaly): void {
    this.count++;
    if (this.anomalies.length < anomaliesMax) this.anomalies.push(describe());
  }
}

/** An anomaly from rows: `related` in the order of calls. */
export function anomalyAt(
  { index, key, keys }: Operations,
  row: number,
  rest: Omit<Anomaly, "operation" | "related" | "key"> & { readonly related: readonly number[] },
): Anomaly {
  const related = [...new Set(rest.related)].filter((other) => other >= 0 && other !== row);
  const name = keys[key[row] ?? -1];
  return {
    ...rest,
    ...(name === undefined ? {} : { key: name }),
    operation: index[row] ?? 0,
    related: related.sort((a, b) => a - b).map((other) => index[other] ?? 0),
  };
}

/** One operation in a few words, for the sentences of an anomaly. */
export function describeRow(operations: Operations, row: number): string {
  const { process, f, input, output, outcome, error } = operationAt(operations, row);
  const asked = input === undefined || input === null ? "" : ` ${shorten(input)}`;
  // Jepsen's clients give the argument back.
  const isTold = outcome === "ok" && output !== undefined && !isSameJson(output, input);
  const answered = isTold ? shorten(output) : (error ?? outcome);
  return `process ${process}: ${f}${asked} -> ${answered}`;
}

/** A list may be thousands long: only its end is told. */
function shorten(value: unknown): string {
  if (!Array.isArray(value) || value.length <= 8) return JSON.stringify(value);
  const tail = value.slice(-8).map((element) => JSON.stringify(element));
  return `[... ${tail.join(", ")}] (${value.length} elements)`;
}
