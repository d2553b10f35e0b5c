import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { classes } from "../../anomaly/classes.ts";
import { subjectName } from "../../campaign/cells.ts";
import type { HomeData, ListedCampaign, ListedRun, Listing } from "../../campaign/page-data.ts";
import { nightsByPath, trendsOf } from "../../campaign/trend.ts";
import { outcomes } from "../../campaign.ts";
import { formatCount, plural } from "../../describe.ts";
import { CampaignList, TrendList } from "./campaign-list.tsx";
import { formatDay, formatDuration } from "./format.ts";
import { type HashState, useHashState } from "./hash-state.ts";
import { type Connection, ConnectionMark, NowPanel } from "./live.tsx";
import { OutcomeChip } from "./marks.tsx";
import { OutcomeFilter } from "./runs.tsx";
import { type Column, SortedTable, sortRows } from "./sorted-table.tsx";

const unreadableMax = 5;

/** What a store holds: campaigns, single runs, and what goes on right now. */
export function HomeApp({ data }: { data: HomeData }): VNode {
  const { listing, connection } = useListing(data);
  const [state, change] = useHashState();
  // Of all, whatever is filtered: what is new in a night depends on the nights before it.
  const trends = useMemo(() => trendsOf(listing.campaigns), [listing]);
  const isFound = (campaign: ListedCampaign) => matchesCampaign(campaign, state);
  const campaigns = listing.campaigns.filter(isFound);
  const runs = listing.runs.filter((run) => matchesRun(run, state));
  const isEmpty = Object.values(listing).every(({ length }) => length === 0);
  return (
    <main>
      <div class="bar home-bar">
        <HomeFilters listing={listing} state={state} onChange={change} />
        <ConnectionMark connection={connection} />
      </div>
      {listing.now.map(({ path, href, now }) => (
        <a key={path} class="plain" href={href}>
          <NowPanel now={now} connection="off" />
        </a>
      ))}
      {isEmpty && (
        <p class="hint">
          Nothing here yet. A run leaves a folder:{" "}
          <code>npx whitewater run workloads/quickstart.yaml</code>
        </p>
      )}
      {listing.unreadable.length > 0 && (
        <p class="hint">
          {plural(listing.unreadable.length, "folder")} left out, with a result that is cut, damaged
          or of another version: {listing.unreadable.slice(0, unreadableMax).join(", ")}
          {listing.unreadable.length > unreadableMax && ", ..."}
        </p>
      )}
      <TrendList
        trends={trends.filter(({ nights }) => nights.some(({ campaign }) => isFound(campaign)))}
        chosen={state["campaign"]}
        onChoose={(campaign) => change({ campaign })}
      />
      {listing.campaigns.length > 0 && (
        <CampaignList
          campaigns={campaigns}
          nights={nightsByPath(trends)}
          count={countOf(campaigns.length, listing.campaigns.length)}
          order={state["order"] ?? "-began"}
          onOrder={(order) => change({ order })}
        />
      )}
      <RunList runs={runs} all={listing.runs.length} state={state} onChange={change} />
    </main>
  );
}

function useListing(data: HomeData): { listing: Listing; connection: Connection } {
  const [listing, setListing] = useState(data.listing);
  const [connection, setConnection] = useState<Connection>("off");
  useEffect(() => {
    const source = new EventSource(data.events);
    source.addEventListener("open", () => setConnection("live"));
    source.addEventListener("error", () => setConnection("lost"));
    source.addEventListener("listing", ({ data: text }) => setListing(JSON.parse(text) as Listing));
    return () => source.close();
  }, []);
  return { listing, connection };
}

function HomeFilters(props: {
  readonly listing: Listing;
  readonly state: HashState;
  readonly onChange: (change: HashState) => void;
}): VNode {
  const { listing, state, onChange } = props;
  const { campaigns, runs } = listing;
  const occurring = outcomes.filter(
    (outcome) =>
      runs.some((run) => run.outcome === outcome) ||
      campaigns.some(({ counts }) => counts[outcome] !== undefined),
  );
  const names = {
    campaign: campaigns.map(({ name }) => name),
    workload: [...campaigns.flatMap(({ workloads }) => workloads), ...runs.map((r) => r.workload)],
    subject: [...campaigns.flatMap(({ subjects }) => subjects), ...runs.map((r) => r.subject)],
    bug: [...campaigns.flatMap(({ bugs }) => bugs), ...runs.flatMap((r) => r.bug ?? [])],
  };
  return (
    <>
      <OutcomeFilter
        outcomes={occurring}
        chosen={state["outcome"]}
        onChoose={(outcome) => onChange({ outcome })}
      />
      {Object.entries(names).map(([name, values]) => (
        <select
          key={name}
          aria-label={name}
          value={state[name] ?? ""}
          onChange={(event) => onChange({ [name]: event.currentTarget.value })}
        >
          <option value="">any {name}</option>
          {[...new Set(values)].sort().map((value) => (
            <option key={value} value={value}>
              {value}
            </option>
          ))}
        </select>
      ))}
      <input
        type="search"
        placeholder="Search"
        aria-label="Search campaigns and runs"
        value={state["q"] ?? ""}
        onInput={(event) => onChange({ q: event.currentTarget.value })}
      />
    </>
  );
}

const runsMax = 500;

function RunList(props: {
  readonly runs: readonly ListedRun[];
  readonly all: number;
  readonly state: HashState;
  readonly onChange: (change: HashState) => void;
}): VNode | null {
  const { runs, state, onChange } = props;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  if (props.all === 0) return null;
  const toggle = (path: string) =>
    setChosen((before) =>
      before.includes(path) ? before.filter((one) => one !== path) : [...before, path].slice(-2),
    );
  const columns = runColumns(chosen, toggle);
  const order = state["sort"] ?? "-started";
  const [a, b] = chosen;
  return (
    <section id="single-runs" aria-labelledby="single-title">
      <div class="bar">
        <h2 id="single-title">
          Single runs <small>{countOf(runs.length, props.all)}</small>
        </h2>
        {a !== undefined && b !== undefined && (
          <a class="button" href={`/compare?${new URLSearchParams({ a, b })}`}>
            Compare the two
          </a>
        )}
      </div>
      <SortedTable
        rows={sortRows(runs, columns, order).slice(0, runsMax)}
        columns={columns}
        order={order}
        onOrder={(sort) => onChange({ sort })}
        keyOf={({ path }) => path}
        classOf={({ path }) => (chosen.includes(path) ? "compared" : "")}
      />
      {runs.length > runsMax && (
        <p class="hint">The first {runsMax} are shown: search or filter for the others.</p>
      )}
    </section>
  );
}

function runColumns(
  chosen: readonly string[],
  onChoose: (path: string) => void,
): Column<ListedRun>[] {
  return [
    {
      id: "compare",
      title: "Compare",
      show: ({ path }) => (
        <input
          type="checkbox"
          aria-label={`compare ${path}`}
          checked={chosen.includes(path)}
          onChange={() => onChoose(path)}
        />
      ),
    },
    {
      id: "outcome",
      title: "Outcome",
      by: ({ outcome }) => outcomes.indexOf(outcome),
      show: ({ outcome }) => <OutcomeChip outcome={outcome} />,
    },
    {
      id: "workload",
      title: "Workload",
      isHead: true,
      by: ({ workload }) => workload,
      show: ({ workload, href }) => <a href={href}>{workload}</a>,
    },
    {
      id: "subject",
      title: "Subject",
      by: subjectName,
      show: subjectName,
    },
    { id: "driver", title: "Driver", by: ({ driver }) => driver, show: ({ driver }) => driver },
    { id: "seed", title: "Seed", isNumber: true, by: ({ seed }) => seed, show: ({ seed }) => seed },
    {
      id: "sentence",
      title: "What happened",
      show: ({ sentence }) => (
        <span class="sentence" title={sentence}>
          {sentence}
        </span>
      ),
    },
    {
      id: "started",
      title: "Began",
      by: ({ startedAt }) => startedAt,
      show: ({ startedAt }) => formatDay(startedAt),
    },
    {
      id: "duration",
      title: "Took",
      isNumber: true,
      by: ({ durationMs }) => durationMs,
      show: ({ durationMs }) => formatDuration(durationMs),
    },
  ];
}

function countOf(found: number, all: number): string {
  return found === all ? formatCount(all) : `${formatCount(found)} of ${formatCount(all)}`;
}

function matchesCampaign(campaign: ListedCampaign, state: HashState): boolean {
  const { outcome, workload, subject, bug } = state as Partial<Record<string, string>>;
  const { name, path, counts, workloads, subjects, bugs, signatures } = campaign;
  const found = signatures.map((one) => `${classes[one.class].title} ${one.text} ${one.id}`);
  return (
    (state["campaign"] ?? name) === name &&
    (outcome === undefined || Object.keys(counts).includes(outcome)) &&
    (workload === undefined || workloads.includes(workload)) &&
    (subject === undefined || subjects.includes(subject)) &&
    (bug === undefined || bugs.includes(bug)) &&
    hasWords([name, path, ...workloads, ...subjects, ...bugs, ...found].join(" "), state)
  );
}

function matchesRun(run: ListedRun, state: HashState): boolean {
  const { outcome, workload, subject, bug } = state as Partial<Record<string, string>>;
  return (
    state["campaign"] === undefined &&
    (outcome === undefined || run.outcome === outcome) &&
    (workload === undefined || run.workload === workload) &&
    (subject === undefined || run.subject === subject) &&
    (bug === undefined || run.bug === bug) &&
    hasWords([run.path, run.sentence, run.workload, subjectName(run), run.seed].join(" "), state)
  );
}

function hasWords(text: string, state: HashState): boolean {
  const words = (state["q"] ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => text.toLowerCase().includes(word));
}
