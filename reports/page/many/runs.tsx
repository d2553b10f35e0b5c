import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { classes } from "../../anomaly/classes.ts";
import { anomalyClassOf, cellKey, cellName, subjectName } from "../../campaign/cells.ts";
import { type CampaignRun, type Outcome, outcomeOf, outcomes } from "../../campaign.ts";
import { formatCount, plural } from "../../describe.ts";
import { fileHref, formatDuration } from "./format.ts";
import type { HashState } from "./hash-state.ts";
import { OutcomeChip, outcomeMarks } from "./marks.tsx";
import { type Column, SortedTable, sortRows } from "./sorted-table.tsx";

/** A run with its place in the campaign. */
export type PlacedRun = { readonly run: CampaignRun; readonly at: number };

const shownFirst = 25;

/** All runs of the campaign: filtered, searched, sorted, and two of them chosen for comparison. */
export function RunsSection(props: {
  readonly runs: readonly CampaignRun[];
  readonly state: HashState;
  readonly onChange: (change: HashState) => void;
}): VNode {
  const { runs, state, onChange } = props;
  const [shownMax, setShownMax] = useState(shownFirst);
  const compared = comparedRuns(state);
  const columns = columnsOf({
    compared,
    onCompare: (at) => onChange({ compare: toggled(compared, at).join(",") }),
  });
  const found = findRuns(runs, state);
  const order = state["sort"] ?? "outcome";
  const sorted = sortRows(found, columns, order);
  return (
    <section id="runs" aria-labelledby="runs-title">
      <div class="bar">
        <h2 id="runs-title">
          Runs{" "}
          <small>
            {found.length === runs.length
              ? formatCount(runs.length)
              : `${formatCount(found.length)} of ${formatCount(runs.length)}`}
          </small>
        </h2>
        <Filters runs={runs} state={state} onChange={onChange} />
      </div>
      {found.length === 0 ? (
        <p class="hint">No run matches.</p>
      ) : (
        <SortedTable
          rows={sorted.slice(0, shownMax)}
          columns={columns}
          order={order}
          onOrder={(sort) => onChange({ sort })}
          keyOf={({ at }) => String(at)}
          classOf={({ at }) => (compared.includes(at) ? "compared" : "")}
        />
      )}
      {sorted.length > shownMax && (
        <button type="button" onClick={() => setShownMax(shownMax * 8)}>
          Show more: {plural(sorted.length - shownMax, "run")} left
        </button>
      )}
    </section>
  );
}

/** Places of the runs to compare: the two latest that were chosen. */
export function comparedRuns(state: HashState): number[] {
  const places = (state["compare"] ?? "").split(",").filter((text) => /^\d+$/.test(text));
  return places.map(Number).slice(-2);
}

function toggled(compared: readonly number[], at: number): number[] {
  if (compared.includes(at)) return compared.filter((one) => one !== at);
  return [...compared, at].slice(-2);
}

export function findRuns(runs: readonly CampaignRun[], state: HashState): PlacedRun[] {
  const { outcome, cell, signature } = state as Partial<Record<string, string>>;
  const words = (state["q"] ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return runs
    .map((run, at) => ({ run, at }))
    .filter(({ run }) => outcome === undefined || outcomeOf(run) === outcome)
    .filter(({ run }) => cell === undefined || cellKey(cellName(run)) === cell)
    .filter(
      ({ run }) =>
        signature === undefined ||
        run.digest?.signatures.some(({ text }) => text === signature) === true,
    )
    .filter(({ run }) => {
      const text = textOf(run);
      return words.every((word) => text.includes(word));
    });
}

function textOf(run: CampaignRun): string {
  const { workload, schedule, seed, sentence, skipped, environment } = run;
  const signatures =
    run.digest?.signatures.map((one) => `${classes[one.class].title} ${one.text} ${one.id}`) ?? [];
  return [workload, schedule, subjectName(cellName(run)), seed, sentence, skipped, environment]
    .concat(signatures)
    .join(" ")
    .toLowerCase();
}

function Filters(props: {
  readonly runs: readonly CampaignRun[];
  readonly state: HashState;
  readonly onChange: (change: HashState) => void;
}): VNode {
  const { runs, state, onChange } = props;
  const occurring = outcomes.filter((outcome) => runs.some((run) => outcomeOf(run) === outcome));
  const chosenCell = state["cell"];
  const chosenSignature = state["signature"];
  return (
    <div class="tools">
      {chosenCell !== undefined && (
        <button type="button" class="active" onClick={() => onChange({ cell: "" })}>
          {describeCell(chosenCell)} <span aria-hidden="true">✕</span>
          <span class="unseen">remove this filter</span>
        </button>
      )}
      {chosenSignature !== undefined && (
        <button type="button" class="active" onClick={() => onChange({ signature: "" })}>
          {chosenSignature} <span aria-hidden="true">✕</span>
          <span class="unseen">remove this filter</span>
        </button>
      )}
      <OutcomeFilter
        outcomes={occurring}
        chosen={state["outcome"]}
        onChoose={(outcome) => onChange({ outcome })}
      />
      <input
        type="search"
        placeholder="Search runs"
        aria-label="Search runs"
        value={state["q"] ?? ""}
        onInput={(event) => onChange({ q: event.currentTarget.value })}
      />
    </div>
  );
}

/** One button an outcome; pressed again it lets all through. */
export function OutcomeFilter(props: {
  readonly outcomes: readonly Outcome[];
  readonly chosen: string | undefined;
  readonly onChoose: (outcome: string) => void;
}): VNode {
  return (
    <>
      {props.outcomes.map((outcome) => {
        const isChosen = props.chosen === outcome;
        return (
          <button
            key={outcome}
            type="button"
            class={`outcome ${outcome}`}
            aria-pressed={isChosen}
            onClick={() => props.onChoose(isChosen ? "" : outcome)}
          >
            <span aria-hidden="true">{outcomeMarks[outcome]}</span> {outcome}
          </button>
        );
      })}
    </>
  );
}

function describeCell(key: string): string {
  try {
    const [workload, schedule, subject, bug] = JSON.parse(key) as [string, string, string, string];
    return `${workload}, ${schedule}, ${subjectName({ subject, bug })}`;
  } catch {
    // An address that was written by hand.
    return key;
  }
}

function columnsOf(options: {
  readonly compared: readonly number[];
  readonly onCompare: (at: number) => void;
}): Column<PlacedRun>[] {
  return [
    {
      id: "compare",
      title: "Compare",
      show: ({ at, run }) => (
        <input
          type="checkbox"
          aria-label={`compare ${run.workload} ${run.schedule} seed ${run.seed}`}
          checked={options.compared.includes(at)}
          onChange={() => options.onCompare(at)}
        />
      ),
    },
    {
      id: "outcome",
      title: "Outcome",
      by: ({ run }) => outcomes.indexOf(outcomeOf(run)),
      show: ({ run }) => <OutcomeChip outcome={outcomeOf(run)} />,
    },
    {
      id: "workload",
      title: "Workload",
      isHead: true,
      by: ({ run }) => run.workload,
      show: ({ run }) => runLink(run),
    },
    {
      id: "subject",
      title: "Subject",
      by: ({ run }) => subjectName(cellName(run)),
      show: ({ run }) => subjectName(cellName(run)),
    },
    {
      id: "schedule",
      title: "Schedule",
      by: ({ run }) => run.schedule,
      show: ({ run }) => run.schedule,
    },
    {
      id: "seed",
      title: "Seed",
      isNumber: true,
      by: ({ run }) => run.seed,
      show: ({ run }) => run.seed,
    },
    {
      id: "sentence",
      title: "What happened",
      show: ({ run }) => <WhatHappened run={run} />,
    },
    {
      id: "operations",
      title: "Operations",
      isNumber: true,
      by: ({ run }) => operationCount(run),
      show: ({ run }) => formatCount(operationCount(run)),
    },
    {
      id: "p99",
      title: "p99, ms",
      isNumber: true,
      by: ({ run }) => run.digest?.latencyMs?.p99 ?? -1,
      show: ({ run }) => run.digest?.latencyMs?.p99 ?? "–",
    },
    {
      id: "duration",
      title: "Took",
      isNumber: true,
      by: ({ run }) => run.durationMs,
      show: ({ run }) => formatDuration(run.durationMs),
    },
  ];
}

/** Two lines of it; the whole as a tooltip, and on the run's own page. */
function WhatHappened({ run }: { run: CampaignRun }): VNode {
  const found = anomalyClassOf(run);
  const text = found === null ? (run.skipped ?? run.environment ?? run.sentence) : run.sentence;
  return (
    <span class="sentence" title={text}>
      {found !== null && <b>{classes[found].title}: </b>}
      {text}
    </span>
  );
}

function runLink(run: CampaignRun): VNode | string {
  if (run.runDir === null) return run.workload;
  return <a href={fileHref("", run.runDir, "report.html")}>{run.workload}</a>;
}

function operationCount({ operations: { ok, fail, info } }: CampaignRun): number {
  return ok + fail + info;
}
