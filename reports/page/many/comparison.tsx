import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { type ComparedRow, compareRuns } from "../../campaign/compare.ts";
import type { CompareData } from "../../campaign/page-data.ts";
import { type CampaignRun, outcomeOf } from "../../campaign.ts";
import { fileHref } from "./format.ts";
import { OutcomeChip } from "./marks.tsx";

type Side = { readonly run: CampaignRun; readonly report: string | null };

/** Two runs of the campaign side by side. */
export function ComparisonSection(props: {
  readonly left: CampaignRun;
  readonly right: CampaignRun;
  readonly onClose: () => void;
}): VNode {
  const [left, right] = [props.left, props.right].map((run) => ({
    run,
    report: run.runDir === null ? null : fileHref("", run.runDir, "report.html"),
  })) as [Side, Side];
  return (
    <section id="comparison" aria-labelledby="comparison-title">
      <Comparison left={left} right={right} onClose={props.onClose} />
    </section>
  );
}

/** Two runs of a store, on a page of their own. */
export function ComparePage({ data }: { data: CompareData }): VNode {
  return (
    <main>
      <nav class="crumbs">
        <a href={data.home}>All runs</a>
      </nav>
      <section id="comparison" aria-labelledby="comparison-title">
        <Comparison left={data.left} right={data.right} onClose={null} />
      </section>
    </main>
  );
}

function Comparison(props: {
  readonly left: Side;
  readonly right: Side;
  readonly onClose: (() => void) | null;
}): VNode {
  const { left, right, onClose } = props;
  const [isShort, setShort] = useState(false);
  const { groups } = compareRuns(left.run, right.run);
  const count = groups.flatMap(({ rows }) => rows).filter(({ differs }) => differs).length;
  return (
    <>
      <div class="bar">
        <h2 id="comparison-title">
          Two runs side by side <small>{count} differences</small>
        </h2>
        <div class="tools">
          <label>
            <input type="checkbox" checked={isShort} onChange={() => setShort(!isShort)} /> only
            what differs
          </label>
          {onClose !== null && (
            <button type="button" onClick={onClose}>
              Close
            </button>
          )}
        </div>
      </div>
      <div class="scroll">
        <table class="comparison">
          <thead>
            <tr>
              <th />
              <th>
                <SideTitle side={left} />
              </th>
              <th>
                <SideTitle side={right} />
              </th>
            </tr>
          </thead>
          {groups.map(({ title, rows }) => {
            const shown = rows.filter(({ differs }) => differs || !isShort);
            return (
              shown.length > 0 && (
                <tbody key={title}>
                  <tr class="group">
                    <th colSpan={3} scope="rowgroup">
                      {title}
                    </th>
                  </tr>
                  {shown.map((row) => (
                    <Row key={row.name} row={row} />
                  ))}
                </tbody>
              )
            );
          })}
        </table>
      </div>
    </>
  );
}

function SideTitle({ side: { run, report } }: { side: Side }): VNode {
  const text = `${run.workload}, ${run.schedule}, seed ${run.seed}`;
  return (
    <>
      <OutcomeChip outcome={outcomeOf(run)} />{" "}
      {report === null ? text : <a href={report}>{text}</a>}
    </>
  );
}

function Row({ row }: { row: ComparedRow }): VNode {
  return (
    <tr class={row.differs ? "differs" : undefined}>
      <th scope="row">
        <span class="unequal" aria-hidden="true">
          {row.differs ? "≠" : ""}
        </span>
        {row.differs && <span class="unseen">differs: </span>}
        {row.name}
      </th>
      <td>{row.left ?? "–"}</td>
      <td>
        {row.right ?? "–"}
        {row.ratio !== null && <small class="ratio"> {formatRatio(row.ratio)}</small>}
      </td>
    </tr>
  );
}

/** `+24 %`, or `×12` from the double on. */
function formatRatio(ratio: number): string {
  if (ratio >= 2) return `×${ratio.toFixed(ratio < 10 ? 1 : 0)}`;
  const percent = (ratio - 1) * 100;
  return `${percent > 0 ? "+" : "−"}${Math.abs(percent).toFixed(0)} %`;
}
