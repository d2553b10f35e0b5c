import type { VNode } from "preact";
import { phases } from "../../campaign/coverage.ts";
import type { CoverageCell, CoverageGrid } from "../../campaign/coverage-grid.ts";
import { formatCount } from "../../describe.ts";

const phaseTitles = { steady: "steady", election: "election", overlap: "other fault" } as const;

/** Which fault hit whom, and when; what never happened stands out. */
export function CoverageSection({ grid }: { grid: CoverageGrid }): VNode | null {
  if (grid.rows.length === 0) return null;
  return (
    <section id="coverage" aria-labelledby="coverage-title">
      <h2 id="coverage-title">
        Coverage{" "}
        <small>
          {grid.never === 0
            ? "every fault met every role in every phase"
            : `${grid.never} of ${grid.reachable} never happened`}
        </small>
      </h2>
      <div class="scroll">
        <table class="coverage">
          <thead>
            <tr>
              <th rowSpan={2}>Fault</th>
              {grid.roles.map((role) => (
                <th key={role} colSpan={phases.length} scope="colgroup">
                  hit a {role === "no-role" ? "node without a role" : role}
                </th>
              ))}
              <th rowSpan={2} class="number">
                Injected
              </th>
              <th rowSpan={2} class="number">
                No effect
              </th>
              <th rowSpan={2} class="number">
                Skipped
              </th>
            </tr>
            <tr>
              {grid.roles.flatMap((role) =>
                phases.map((phase) => (
                  <th key={`${role} ${phase}`} class="number">
                    {phaseTitles[phase]}
                  </th>
                )),
              )}
            </tr>
          </thead>
          <tbody>
            {grid.rows.map(({ fault, counts, cells }) => (
              <tr key={fault}>
                <th scope="row">{fault}</th>
                {cells.map((cell) => (
                  <Covered key={`${cell.role} ${cell.phase}`} fault={fault} cell={cell} />
                ))}
                <td class="number">{formatCount(counts.injected)}</td>
                <td class="number">{formatCount(counts.injected - counts.effective)}</td>
                <td class="number">{formatCount(counts.skipped)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="hint">
        Injections that took effect, by the role of their targets when they began, as the nodes'
        traces tell. Election: nobody led in the newest term. Other fault: another one was active;
        both may hold.
      </p>
    </section>
  );
}

function Covered({ fault, cell }: { fault: string; cell: CoverageCell }): VNode {
  const where = `${fault}, ${cell.role}, ${phaseTitles[cell.phase]}`;
  if (cell.count > 0) {
    // Four steps, so that tens and thousands can be told apart at a glance.
    const level = Math.min(4, 1 + Math.floor(Math.log10(cell.count)));
    return (
      <td class={`number covered level-${level}`} title={`${where}: ${cell.count}`}>
        {formatCount(cell.count)}
      </td>
    );
  }
  if (!cell.isReachable || cell.role === "no-role") {
    return (
      <td class="number hint" title={`${where}: cannot happen`}>
        –
      </td>
    );
  }
  return (
    <td class="number never" title={`${where}: never happened`}>
      never
    </td>
  );
}
