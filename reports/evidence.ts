import { formatCount, plural } from "./describe.ts";
import type { RunFiles } from "./result.ts";

/** What of a run's evidence is missing or damaged: sentences for the reader. */
export type Evidence = {
  /** Null where the history holds as many operations as the result tells of. */
  readonly history: string | null;
  /** About traces, logs and messages; empty where nothing is amiss. */
  readonly inside: readonly string[];
  readonly hasTraces: boolean;
};

/** Pure. A page drawn from less than the run left says so. */
export function evidenceOf(files: RunFiles): Evidence {
  const { traces, windows, messages } = files.around;
  const { nodes } = files.result;
  const noMessages = windows.length > 0 && messages.sent.length === 0;
  return {
    history: historyGap(files),
    hasTraces: nodes.some((node) => (traces[node]?.linesRead ?? 0) > 0),
    inside: [
      ...absent("trace", nodes, traces),
      ...absent("log", nodes, files.logs),
      ...(noMessages ? ["No messages between nodes were recorded around the anomaly."] : []),
      ...nodes.flatMap((node) => {
        const of = traces[node];
        if (of === undefined) return [];
        const { linesRead, unreadable } = of;
        if (unreadable > 0) {
          const all = plural(linesRead + unreadable, "line");
          return [`${formatCount(unreadable)} of ${all} of ${node}'s trace could not be read.`];
        }
        return linesRead === 0 ? [`The trace of ${node} is empty.`] : [];
      }),
    ],
  };
}

function historyGap({ result, table }: RunFiles): string | null {
  const { ok, fail, info } = result.operations;
  const told = ok + fail + info;
  if (table.size === told) return null;
  const isShort = table.size < told ? "The history is cut short" : "The history is another one";
  return `${isShort}: result.json tells of ${plural(told, "operation")}, the file holds ${formatCount(table.size)}.`;
}

/** The nodes that traced nothing, among others that did; none where no node left a trace. */
export function missingTraces(nodes: readonly string[], traces: RunFiles["trace"]): string[] {
  const missing = nodes.filter((node) => (traces[node] ?? []).length === 0);
  return missing.length === nodes.length ? [] : missing;
}

function absent(
  what: string,
  nodes: readonly string[],
  found: Readonly<Record<string, unknown>>,
): string[] {
  const without = nodes.filter((node) => !Object.hasOwn(found, node));
  if (without.length === 0) return [];
  return without.length === nodes.length
    ? [`There are no ${what}s of the nodes.`]
    : [`There is no ${what} of ${without.join(", ")}.`];
}
