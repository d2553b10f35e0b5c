import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatCount, formatMoment, plural } from "../describe.ts";
import type { Inside } from "../inside.ts";
import { filterEntries, type LogEntry, logEntries } from "../log-entries.ts";
import { alignments } from "../log-lines.ts";
import type { ViewModel } from "../view-model.ts";
import { textPart } from "./parts.ts";

type Props = { readonly view: ViewModel; readonly inside: Inside | null };

/** What nodes traced and logged around the anomaly, and their logs beside. */
export function Logs({ view, inside }: Props): VNode {
  return (
    <section id="logs" aria-labelledby="logs-title">
      <h2 id="logs-title">Inside the nodes</h2>
      {view.evidence.inside.length > 0 && (
        <p class="incomplete">{view.evidence.inside.join(" ")}</p>
      )}
      {view.focuses.length > 0 && <Story view={view} inside={inside} />}
      <FullLogs names={view.result.nodes} />
    </section>
  );
}

/** Rows shown at first, and more each time they are asked for. */
const rowsAtOnce = 200;
const rowsBefore = 60;
/** So few lines need no box that scrolls. */
const shortMax = 15;
/** Seen above the anomaly at first. */
const leadPx = 260;

function Story({ view, inside }: Props): VNode {
  const entries = useMemo(
    () => (inside === null ? [] : logEntries(inside, view.bands, view.focuses)),
    [inside, view],
  );
  const [text, setText] = useState("");
  const [nodes, setNodes] = useState<ReadonlySet<string> | null>(null);
  const [hasRoutine, setRoutine] = useState(false);
  const found = useMemo(
    () => filterEntries(entries, { nodes, text, hasRoutine }),
    [entries, nodes, text, hasRoutine],
  );
  // Until they are read a place for many is kept.
  const isShort = inside !== null && entries.length <= shortMax;
  const toggle = (node: string) => {
    const next = new Set(nodes ?? view.result.nodes);
    if (!next.delete(node)) next.add(node);
    setNodes(next.size === view.result.nodes.length ? null : next);
  };
  return (
    <>
      <div class="log-bar">
        {view.result.nodes.map((node) => (
          <label key={node}>
            <input
              type="checkbox"
              checked={nodes === null || nodes.has(node)}
              onChange={() => toggle(node)}
            />{" "}
            {node}
          </label>
        ))}
        <label>
          <input type="checkbox" checked={hasRoutine} onChange={() => setRoutine(!hasRoutine)} />{" "}
          replication
        </label>
        <input
          type="search"
          placeholder="Find in these lines"
          aria-label="Find in the lines around the anomaly"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <span class="log-count" aria-live="polite">
          {formatCount(found.length)} of {formatCount(entries.length)} lines
        </span>
      </div>
      <Rows entries={found} anchorNs={anchorOf(view)} isShort={isShort} />
      <p class="hint log-clocks">{inside !== null && clockText(inside, view.evidence.hasTraces)}</p>
    </>
  );
}

/** When the operation that cannot be ordered was called, or when the anomaly happened. */
function anchorOf({ focuses: [focus] }: ViewModel): number {
  const culprit = focus?.operations.find(({ part }) => part === "culprit");
  return culprit?.call ?? focus?.at ?? focus?.from ?? 0;
}

type RowsProps = {
  readonly entries: readonly LogEntry[];
  readonly anchorNs: number;
  readonly isShort: boolean;
};

function Rows({ entries, anchorNs, isShort }: RowsProps): VNode {
  const anchor = entries.findIndex(({ at }) => at >= anchorNs);
  const start = Math.max(0, (anchor < 0 ? entries.length : anchor) - rowsBefore);
  const [range, setRange] = useState({ from: start, to: start + rowsAtOnce });
  useEffect(() => setRange({ from: start, to: start + rowsAtOnce }), [entries]);
  const box = useRef<HTMLElement>(null);
  // It opens where the anomaly is, with what led to it above.
  useEffect(() => {
    const row = box.current?.querySelector<HTMLElement>("tr.anchor");
    if (box.current !== null && row) box.current.scrollTop = row.offsetTop - leadPx;
  }, [entries]);
  const { from, to } = range;
  const name = isShort ? "log-rows short" : "log-rows";
  const more = (change: Partial<typeof range>) => () => setRange({ ...range, ...change });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section class={name} ref={box} tabIndex={0} aria-label="Lines around the anomaly">
      {from > 0 && (
        <button type="button" onClick={more({ from: Math.max(0, from - rowsAtOnce) })}>
          {formatCount(from)} earlier
        </button>
      )}
      <table>
        <tbody>
          {entries.slice(from, to).map((entry, position) => (
            <Row key={from + position} entry={entry} isAnchor={from + position === anchor} />
          ))}
        </tbody>
      </table>
      {entries.length > to && (
        <button type="button" onClick={more({ to: to + rowsAtOnce })}>
          {formatCount(entries.length - to)} later
        </button>
      )}
    </section>
  );
}

const marks = { trace: "·", log: "›", fault: "▲", operation: "■" };

function Row({ entry, isAnchor }: { entry: LogEntry; isAnchor: boolean }): VNode {
  const { at, source, node, kind, text, operation } = entry;
  return (
    <tr class={isAnchor ? `${source} anchor` : source}>
      <td class="number">{formatMoment(at, 4)}</td>
      <td class="log-node">{node ?? "–"}</td>
      <td class="log-kind">
        <span aria-hidden="true">{marks[source]}</span> {kind}
      </td>
      <td class="log-text">
        {operation === null ? text : <a href={`#op=${operation}`}>{text}</a>}
      </td>
    </tr>
  );
}

/** How well the lines stand in their order, and what is not among them. */
function clockText({ nodes }: Inside, hasTraces: boolean): string {
  const groups = new Map<string, string[]>();
  for (const { node, log } of nodes) {
    if (log.alignment === "absent") continue;
    const text = alignments[log.alignment];
    groups.set(text, [...(groups.get(text) ?? []), node]);
  }
  const omitted = nodes.filter(({ eventsOmitted, log }) => eventsOmitted + log.omitted > 0);
  return [
    ...(hasTraces ? ["Traces are on the run's own clock."] : []),
    ...[...groups].map(([text, names]) => `Log lines of ${names.join(", ")}: ${text}.`),
    ...omitted.map(
      ({ node, eventsOmitted, log }) =>
        `${node} has ${formatCount(eventsOmitted + log.omitted)} more lines in trace/ and logs/.`,
    ),
  ].join(" ");
}

/** The last part of each log, read when the page has settled; a place for each node is there before. */
function FullLogs({ names }: { readonly names: readonly string[] }): VNode {
  const [logs, setLogs] = useState<Readonly<Record<string, string>> | null>(null);
  useEffect(() => {
    textPart("logs").then(
      (text) => setLogs(JSON.parse(text) as Record<string, string>),
      () => setLogs({}),
    );
  }, []);
  const all = [...new Set([...names, ...Object.keys(logs ?? {})])];
  return (
    <>
      {all.map((node) => (
        <details key={node}>
          <summary>
            Whole log of {node} <small>{logs === null ? "" : sizeOf(logs[node])}</small>
          </summary>
          <pre>{logs?.[node]}</pre>
        </details>
      ))}
    </>
  );
}

function sizeOf(log: string | undefined): string {
  return log === undefined ? "was not kept" : plural(log.split("\n").length - 1, "line");
}
