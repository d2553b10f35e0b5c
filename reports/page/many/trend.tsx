import type { VNode } from "preact";
import { cellKey, subjectName } from "../../campaign/cells.ts";
import { cellsOverNights, type Night } from "../../campaign/night.ts";
import { formatCount, plural } from "../../describe.ts";
import { formatDay, formatDuration } from "./format.ts";
import { Counts, countsInWords, outcomeMarks, present, total } from "./marks.tsx";

const barsMax = 30;
const columnsMax = 14;

/** Nights of the same campaign: how many runs ended how, and each cell's worst outcome. */
export function TrendSection({ nights }: { nights: readonly Night[] }): VNode {
  return (
    <section id="trend" aria-labelledby="trend-title">
      <h2 id="trend-title">
        Trend <small>{plural(nights.length, "night")}</small>
      </h2>
      {nights.length < 2 ? (
        <p class="hint">
          No earlier campaign of this name lies beside this one. Give each night a folder of its own
          in the same place, and they are shown together.
        </p>
      ) : (
        <>
          <Bars nights={nights.slice(-barsMax)} />
          <CellHistory nights={nights.slice(-columnsMax)} />
        </>
      )}
    </section>
  );
}

function Bars({ nights }: { nights: readonly Night[] }): VNode {
  const most = Math.max(1, ...nights.map(({ counts }) => total(counts)));
  return (
    <ol class="nights" aria-label="runs of each night by outcome">
      {nights.map((night) => (
        <li key={night.startedAt}>
          <a
            href={night.base === "" ? "#trend" : `${night.base}index.html`}
            aria-current={night.base === "" ? "page" : undefined}
            title={nightInWords(night)}
          >
            <span class="night-bar" style={{ height: `${(total(night.counts) / most) * 100}%` }}>
              {present(night.counts).map((outcome) => (
                <span
                  key={outcome}
                  class={`share ${outcome}`}
                  style={{ flexGrow: night.counts[outcome] ?? 0 }}
                />
              ))}
            </span>
            <Counts counts={night.counts} />
            <small>{formatDay(night.startedAt).slice(5)}</small>
          </a>
        </li>
      ))}
    </ol>
  );
}

function nightInWords({ startedAt, counts, durationMs, commit }: Night): string {
  const figures = `${formatCount(total(counts))} runs (${countsInWords(counts)})`;
  const what = commit === null ? "" : `, Whitewater ${commit}`;
  return `${formatDay(startedAt)} UTC: ${figures} in ${formatDuration(durationMs)}${what}`;
}

function CellHistory({ nights }: { nights: readonly Night[] }): VNode {
  const byNight = nights.map(
    ({ cells }) => new Map(cells.map(({ name, counts }) => [cellKey(name), counts])),
  );
  return (
    <details>
      <summary>Each cell, night by night</summary>
      <div class="scroll">
        <table class="history">
          <thead>
            <tr>
              <th>Workload</th>
              <th>Schedule</th>
              <th>Subject</th>
              {nights.map(({ startedAt }) => (
                <th key={startedAt} class="number">
                  {formatDay(startedAt).slice(5, 10)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...cellsOverNights(nights).values()].map(({ name, key }) => (
              <tr key={key}>
                <th scope="row">{name.workload}</th>
                <td>{name.schedule}</td>
                <td>{subjectName(name)}</td>
                {byNight.map((cells, at) => {
                  const counts = cells.get(key) ?? {};
                  const worst = present(counts)[0];
                  return (
                    <td key={nights[at]?.startedAt} class="number" title={countsInWords(counts)}>
                      {worst === undefined ? (
                        <span class="hint">·</span>
                      ) : (
                        <span class={`tone ${worst}`}>
                          <span aria-hidden="true">{outcomeMarks[worst]}</span>
                          <span class="unseen">{worst}</span> {counts[worst]}/{total(counts)}
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
