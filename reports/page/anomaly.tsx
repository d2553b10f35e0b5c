import type { VNode } from "preact";
import { formatMoment, formatTook, plural } from "../describe.ts";
import type { FaultBand } from "../fault-bands.ts";
import type { Focus, FocusOperation } from "../focus.ts";

type Props = {
  readonly focuses: readonly Focus[];
  readonly position: number;
  readonly bands: readonly FaultBand[];
  readonly selected: number | null;
  readonly onPosition: (position: number) => void;
  readonly onSelect: (index: number) => void;
};

/** One anomaly, large: what was expected, what was seen, and the operations around it. */
export function AnomalySection(props: Props): VNode | null {
  const { focuses, position, bands, selected, onPosition, onSelect } = props;
  const focus = focuses[position];
  if (focus === undefined) return null;
  return (
    <section id="anomaly" aria-labelledby="anomaly-title">
      <div class="bar">
        <h2 id="anomaly-title">
          {focus.title}
          {focus.key !== null && (
            <>
              {" "}
              on <code>{focus.key}</code>
            </>
          )}
        </h2>
        {focuses.length > 1 && (
          <Pager position={position} count={focuses.length} onPosition={onPosition} />
        )}
      </div>
      <p class="meaning">{focus.meaning}</p>
      {position > 0 && <p>{focus.sentence}</p>}
      {focus.reason !== null && <p>{focus.reason}</p>}
      {(focus.expected !== null || focus.observed !== null) && (
        <div class="against">
          <div class="expected">
            <h3>Expected</h3>
            <p>{focus.expected ?? "not stated"}</p>
          </div>
          <div class="observed">
            <h3>Observed</h3>
            <p>{focus.observed ?? "not stated"}</p>
          </div>
        </div>
      )}
      {focus.operations.length > 0 && (
        <ol class="around">
          {focus.operations.map((operation) => (
            <Around
              key={operation.index}
              operation={operation}
              focus={focus}
              bands={bands}
              isSelected={operation.index === selected}
              onSelect={onSelect}
            />
          ))}
        </ol>
      )}
      {focus.operations.length > 0 && <Scale focus={focus} />}
      {focus.omitted > 0 && (
        <p class="hint">
          {plural(focus.omitted, "more operation")} on this key at that time: see the timeline.
        </p>
      )}
      {focus.records.length > 0 && <Records focus={focus} />}
    </section>
  );
}

/** What the nodes traced, up to the record that broke the invariant. */
function Records({ focus }: { readonly focus: Focus }) {
  return (
    <div class="scroll">
      <table class="records">
        <caption>What the nodes traced before it; the last line broke the promise</caption>
        <thead>
          <tr>
            <th class="number">At</th>
            <th>Node</th>
            <th>Record</th>
            <th>Says</th>
          </tr>
        </thead>
        <tbody>
          {focus.records.map(({ at, node, kind, text }, position) => (
            <tr key={position} class={position === focus.records.length - 1 ? "culprit" : ""}>
              <td class="number">{formatMoment(at, 6)}</td>
              <td>{node}</td>
              <td>{kind}</td>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Pager(props: {
  readonly position: number;
  readonly count: number;
  readonly onPosition: (position: number) => void;
}) {
  const { position, count, onPosition } = props;
  return (
    <span class="tools">
      <button type="button" disabled={position === 0} onClick={() => onPosition(position - 1)}>
        ‹ Previous
      </button>
      <span>
        {position + 1} of {count}
      </span>
      <button
        type="button"
        disabled={position === count - 1}
        onClick={() => onPosition(position + 1)}
      >
        Next ›
      </button>
    </span>
  );
}

function Around(props: {
  readonly operation: FocusOperation;
  readonly focus: Focus;
  readonly bands: readonly FaultBand[];
  readonly isSelected: boolean;
  readonly onSelect: (index: number) => void;
}) {
  const { operation, focus, bands, isSelected, onSelect } = props;
  const { index, part, process, node, call, return: returned, outcome } = operation;
  const end = returned ?? focus.to;
  const took = returned === null ? "never answered" : formatTook(returned - call);
  return (
    <li class={part}>
      <button
        type="button"
        aria-pressed={isSelected}
        title="Show on the timeline"
        onClick={() => onSelect(index)}
      >
        <span class="who">
          <b>client {process}</b> {node !== null && <>· {node}</>}
          <small>#{index}</small>
        </span>
        <span class="track" aria-hidden="true">
          {bands.map((band) => (
            <i
              key={band.id}
              class={`band ${band.kind}`}
              style={stretch(band.from, band.to, focus)}
            />
          ))}
          <i class={`op ${outcome}`} style={stretch(call, end, focus)} />
        </span>
        <span class="what">
          <span class="part">{operation.label}</span>
          <span class="op-line">
            {operation.asked} → <b>{operation.answered}</b>
          </span>
          <small>
            {formatMoment(call, 3)} to {returned === null ? "?" : formatMoment(returned, 3)}, {took}
          </small>
        </span>
      </button>
    </li>
  );
}

function Scale({ focus }: { focus: Focus }) {
  return (
    <p class="scale" aria-hidden="true">
      <span>{formatMoment(focus.from, 3)}</span>
      <span>{formatMoment(focus.to, 3)}</span>
    </p>
  );
}

/** Left edge and width in percent of the focus' stretch of time; empty outside of it. */
function stretch(from: number, to: number, focus: Focus) {
  const percent = (ns: number) =>
    (100 * (Math.max(focus.from, Math.min(focus.to, ns)) - focus.from)) / (focus.to - focus.from);
  return { left: `${percent(from)}%`, width: `${percent(to) - percent(from)}%` };
}
