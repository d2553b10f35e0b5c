import type { VNode } from "preact";
import { type Cell, subjectName } from "../../campaign/cells.ts";
import { type Flakiness, flakinessOf } from "../../campaign/flaky.ts";
import type { OverNights } from "../../campaign/night.ts";
import { plural } from "../../describe.ts";
import { formatDuration, formatShare } from "./format.ts";
import { Counts } from "./marks.tsx";

const rowsMax = 12;

/** Cells whose runs differ in their verdicts, over seeds and nights. */
export function FlakySection(props: {
  readonly cells: Iterable<OverNights>;
  readonly onChoose: (key: string) => void;
}): VNode {
  const all = flakinessOf(props.cells);
  const shown = all.filter(({ kind }) => kind !== "steady").slice(0, rowsMax);
  const steady = all.filter(({ kind }) => kind === "steady").length;
  return (
    <section id="flaky" aria-labelledby="flaky-title">
      <h2 id="flaky-title">Flakiest cells</h2>
      {shown.length === 0 ? (
        <p class="hint">In each cell all runs came to the same verdict.</p>
      ) : (
        <>
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th>Cell</th>
                  <th class="number">Invalid</th>
                  <th class="wide-column">Share, with its 95 % interval</th>
                  <th>Nothing decided</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((cell) => (
                  <FlakyRow key={cell.key} cell={cell} onChoose={props.onChoose} />
                ))}
              </tbody>
            </table>
          </div>
          <p class="hint">
            {steady > 0 && `${plural(steady, "cell")} always came to one verdict. `}
            Over all seeds and nights; runs that decided nothing are no part of the share.
          </p>
        </>
      )}
    </section>
  );
}

function FlakyRow(props: {
  readonly cell: Flakiness;
  readonly onChoose: (key: string) => void;
}): VNode {
  const { cell, onChoose } = props;
  const [low, high] = cell.interval;
  const share = cell.decided === 0 ? 0 : cell.invalid / cell.decided;
  const percent = (value: number) => `${value * 100}%`;
  return (
    <tr>
      <th scope="row">
        <CellLink cell={cell} onChoose={onChoose} />
      </th>
      <td class="number">
        {cell.invalid} of {cell.decided}
      </td>
      <td>
        <span class="interval" aria-hidden="true">
          <span class="range" style={{ left: percent(low), width: percent(high - low) }} />
          <span class="point" style={{ left: percent(share) }} />
        </span>
        <small>
          {formatShare(share)} ({formatShare(low)} to {formatShare(high)})
        </small>
      </td>
      <td>
        <Counts counts={cell.undecided} />
      </td>
    </tr>
  );
}

/** Cells by how long their runs took in this campaign. */
export function SlowSection(props: {
  readonly cells: readonly Cell[];
  readonly onChoose: (key: string) => void;
}): VNode {
  const timed = props.cells.filter(({ medianMs }) => medianMs !== null);
  const shown = timed
    .sort((a, b) => (b.medianMs ?? 0) - (a.medianMs ?? 0) || (b.maxMs ?? 0) - (a.maxMs ?? 0))
    .slice(0, rowsMax);
  return (
    <section id="slow" aria-labelledby="slow-title">
      <h2 id="slow-title">Slowest cells</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Cell</th>
              <th class="number">Runs</th>
              <th class="number">Median</th>
              <th class="number">Longest</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((cell) => (
              <tr key={cell.key}>
                <th scope="row">
                  <CellLink cell={cell} onChoose={props.onChoose} />
                </th>
                <td class="number">{cell.runs.length}</td>
                <td class="number">{formatDuration(cell.medianMs ?? 0)}</td>
                <td class="number">{formatDuration(cell.maxMs ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function CellLink(props: {
  readonly cell: Pick<Cell, "name" | "key">;
  readonly onChoose: (key: string) => void;
}): VNode {
  const { name, key } = props.cell;
  return (
    <button type="button" class="link" onClick={() => props.onChoose(key)}>
      {name.workload} <small>{name.schedule}</small> <small>{subjectName(name)}</small>
    </button>
  );
}
