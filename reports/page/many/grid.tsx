import type { VNode } from "preact";
import { classes } from "../../anomaly/classes.ts";
import { type Grid, type GridCell, subjectName } from "../../campaign/cells.ts";
import { plural } from "../../describe.ts";
import { Counts, countsInWords, present, ShareBar } from "./marks.tsx";

/** Workloads and subjects by schedules; a cell chooses the runs that are listed below. */
export function GridSection(props: {
  readonly grid: Grid;
  readonly chosen: string | null;
  readonly onChoose: (key: string | null) => void;
}): VNode {
  const { grid, chosen, onChoose } = props;
  return (
    <section id="grid" aria-labelledby="grid-title">
      <h2 id="grid-title">Workloads, subjects and schedules</h2>
      <div class="scroll">
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">Workload</th>
              <th scope="col">Subject</th>
              {grid.schedules.map((schedule) => (
                <th key={schedule} scope="col">
                  {schedule}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {grid.rows.map((row) => (
              <tr key={`${row.workload} ${row.subject} ${row.bug}`}>
                <th scope="row">{row.workload}</th>
                <td>{subjectName(row)}</td>
                {row.cells.map((cell, at) => (
                  <td key={grid.schedules[at]} class="cell">
                    {cell === null ? (
                      <span class="hint" title="not part of this campaign">
                        ·
                      </span>
                    ) : (
                      <CellButton cell={cell} chosen={chosen} onChoose={onChoose} />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function CellButton(props: {
  readonly cell: NonNullable<GridCell>;
  readonly chosen: string | null;
  readonly onChoose: (key: string | null) => void;
}): VNode {
  const { cell, chosen, onChoose } = props;
  const isChosen = cell.key === chosen;
  const worst = present(cell.counts)[0] ?? "pending";
  const pending = cell.pending > 0 ? `, ${plural(cell.pending, "run")} to come` : "";
  return (
    <button
      type="button"
      class={`cell-button ${worst}`}
      aria-pressed={isChosen}
      title={`${countsInWords(cell.counts)}${pending}: show these runs`}
      onClick={() => onChoose(isChosen ? null : cell.key)}
    >
      <Counts counts={cell.counts} />
      {cell.classes.map(({ class: name, count }) => (
        <span key={name} class="found-class">
          {classes[name].title}
          {cell.classes.length > 1 && ` ${count}`}
        </span>
      ))}
      {cell.pending > 0 && <span class="pending-count">{cell.pending} to come</span>}
      <ShareBar counts={cell.counts} />
    </button>
  );
}
