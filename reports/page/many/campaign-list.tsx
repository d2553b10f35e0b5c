import type { VNode } from "preact";
import { classes } from "../../anomaly/classes.ts";
import type { ListedCampaign } from "../../campaign/page-data.ts";
import type { ListedSignature, Trend, TrendNight } from "../../campaign/trend.ts";
import { formatCount, plural } from "../../describe.ts";
import { formatDay, formatDuration } from "./format.ts";
import { Counts, countsInWords, present, ShareBar, total } from "./marks.tsx";
import { type Column, SortedTable, sortRows } from "./sorted-table.tsx";

const barsMax = 20;

type Row = { readonly campaign: ListedCampaign; readonly night: TrendNight | undefined };

/** Every campaign of a store, each with what it shows that the nights before it did not. */
export function CampaignList(props: {
  readonly campaigns: readonly ListedCampaign[];
  readonly nights: ReadonlyMap<string, TrendNight>;
  readonly count: string;
  readonly order: string;
  readonly onOrder: (order: string) => void;
}): VNode {
  const rows = props.campaigns.map((campaign) => ({
    campaign,
    night: props.nights.get(campaign.path),
  }));
  return (
    <section id="campaigns" aria-labelledby="campaigns-title">
      <h2 id="campaigns-title">
        Campaigns <small>{props.count}</small>
      </h2>
      <SortedTable
        rows={sortRows(rows, columns, props.order)}
        columns={columns}
        order={props.order}
        onOrder={props.onOrder}
        keyOf={({ campaign }) => campaign.path}
      />
    </section>
  );
}

const columns: readonly Column<Row>[] = [
  {
    id: "name",
    title: "Campaign",
    isHead: true,
    by: ({ campaign }) => campaign.name,
    show: ({ campaign }) => <a href={campaign.href}>{campaign.name}</a>,
  },
  {
    id: "folder",
    title: "Folder",
    by: ({ campaign }) => campaign.path,
    show: ({ campaign }) => <code>{campaign.path || "."}</code>,
  },
  {
    id: "began",
    title: "Began",
    by: ({ campaign }) => campaign.startedAt,
    show: ({ campaign }) => formatDay(campaign.startedAt),
  },
  {
    id: "runs",
    title: "Runs",
    isNumber: true,
    by: ({ campaign }) => campaign.runs,
    show: ({ campaign }) => formatCount(campaign.runs),
  },
  {
    id: "outcomes",
    title: "Outcomes",
    by: ({ campaign }) => -(campaign.counts.invalid ?? 0) / Math.max(1, campaign.runs),
    show: ({ campaign }) => (
      <>
        <Counts counts={campaign.counts} />
        <ShareBar counts={campaign.counts} />
      </>
    ),
  },
  {
    id: "anomalies",
    title: "Anomalies",
    by: ({ campaign, night }) => -1000 * (night?.fresh.length ?? 0) - campaign.signatures.length,
    show: ({ campaign, night }) => <Anomalies campaign={campaign} night={night} />,
  },
  {
    id: "took",
    title: "Took",
    isNumber: true,
    by: ({ campaign }) => campaign.durationMs,
    show: ({ campaign, night }) => (
      <>
        {formatDuration(campaign.durationMs)}
        <DurationChange night={night} />
      </>
    ),
  },
];

/** Signatures by class; what is new goes first, what was there the night before stands apart. */
function Anomalies({ campaign, night }: Row): VNode {
  const fresh = new Set((night?.fresh ?? []).map(({ text }) => text));
  const isFresh = ({ text }: ListedSignature) => fresh.has(text);
  const sorted = [...campaign.signatures].sort((a, b) => Number(isFresh(b)) - Number(isFresh(a)));
  const gone = night?.gone ?? [];
  return (
    <span class="signature-list">
      {sorted.map((signature) => (
        <a
          key={signature.text}
          href={`${campaign.href}#${new URLSearchParams({ signature: signature.text })}`}
          title={`${signature.text}: its runs`}
        >
          {classes[signature.class].title}
          <small> {signature.faults.join(", ")}</small>
          {isFresh(signature) && <span class="tag">new</span>}
        </a>
      ))}
      {gone.length > 0 && (
        <span class="hint" title={gone.map(({ text }) => text).join("\n")}>
          {goneInWords(night)}
        </span>
      )}
    </span>
  );
}

/** Only where it is worth a look. */
function DurationChange({ night }: { night: TrendNight | undefined }): VNode | null {
  const ratio = night?.durationRatio ?? 1;
  if (ratio > 0.8 && ratio < 1.25) return null;
  const percent = Math.round((ratio - 1) * 100);
  return (
    <small title="than the night before">
      {" "}
      {percent > 0 ? "+" : "−"}
      {formatCount(Math.abs(percent))} %
    </small>
  );
}

/** Campaigns that came again: a bar a night, each a way to its page. */
export function TrendList(props: {
  readonly trends: readonly Trend[];
  readonly chosen: string | undefined;
  readonly onChoose: (name: string) => void;
}): VNode | null {
  const repeated = props.trends.filter(({ nights }) => nights.length > 1);
  if (repeated.length === 0) return null;
  return (
    <section id="trends" aria-labelledby="trends-title">
      <h2 id="trends-title">
        Night by night <small>{plural(repeated.length, "campaign")}</small>
      </h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Campaign</th>
              <th class="number">Nights</th>
              <th>Runs by outcome, the latest at the right</th>
              <th>Last night</th>
              <th>Since the night before</th>
            </tr>
          </thead>
          <tbody>
            {repeated.map((trend) => (
              <TrendRow key={`${trend.folder}/${trend.name}`} {...props} trend={trend} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function TrendRow(props: {
  readonly trend: Trend;
  readonly chosen: string | undefined;
  readonly onChoose: (name: string) => void;
}): VNode {
  const { name, folder, nights } = props.trend;
  const shown = nights.slice(-barsMax);
  const most = Math.max(1, ...shown.map(({ campaign }) => total(campaign.counts)));
  const last = nights.at(-1) as TrendNight;
  const isChosen = props.chosen === name;
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          class="link"
          aria-pressed={isChosen}
          title="show this campaign only"
          onClick={() => props.onChoose(isChosen ? "" : name)}
        >
          {name} {folder !== "" && <small>{folder}</small>}
        </button>
      </th>
      <td class="number">{formatCount(nights.length)}</td>
      <td>
        <ol class="night-strip" aria-label={`nights of ${name}`}>
          {shown.map(({ campaign }) => (
            <NightBar key={campaign.path} campaign={campaign} most={most} />
          ))}
        </ol>
      </td>
      <td>
        <a href={last.campaign.href}>{formatDay(last.campaign.startedAt)}</a>{" "}
        <Counts counts={last.campaign.counts} />
      </td>
      <td>
        {changeInWords(last)}
        <DurationChange night={last} />
      </td>
    </tr>
  );
}

function NightBar(props: { readonly campaign: ListedCampaign; readonly most: number }): VNode {
  const { campaign, most } = props;
  const words = `${formatDay(campaign.startedAt)} UTC: ${countsInWords(campaign.counts)}`;
  return (
    <li>
      <a href={campaign.href} title={`${words}, ${formatDuration(campaign.durationMs)}`}>
        <span class="unseen">{words}</span>
        <span class="night-bar" style={{ height: `${(total(campaign.counts) / most) * 100}%` }}>
          {present(campaign.counts).map((outcome) => (
            <span
              key={outcome}
              class={`share ${outcome}`}
              style={{ flexGrow: campaign.counts[outcome] ?? 0 }}
            />
          ))}
        </span>
      </a>
    </li>
  );
}

function changeInWords(night: TrendNight): VNode {
  const { fresh, gone } = night;
  if (fresh.length + gone.length === 0) return <span class="hint">no new anomaly, none gone</span>;
  return (
    <>
      {fresh.length > 0 && (
        <b class="tone invalid">{plural(fresh.length, "new anomaly", "new anomalies")}</b>
      )}
      {fresh.length > 0 && gone.length > 0 && ", "}
      {goneInWords(night)}
    </>
  );
}

/** What was not run was not looked for. */
function goneInWords(night: TrendNight | undefined): string {
  const count = night?.gone.length ?? 0;
  if (night === undefined || count === 0) return "";
  const skipped = night.campaign.counts.skipped ?? 0;
  const why = skipped === 0 ? "" : ` (${plural(skipped, "run")} skipped)`;
  return `${formatCount(count)} not seen again${why}`;
}
