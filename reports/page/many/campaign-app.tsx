import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { cellsOf, gridOf } from "../../campaign/cells.ts";
import { coverageGrid } from "../../campaign/coverage-grid.ts";
import { facts, headline } from "../../campaign/headline.ts";
import { anomalyGroups, cellsOverNights, nightOf } from "../../campaign/night.ts";
import type { Now } from "../../campaign/now.ts";
import type { CampaignData } from "../../campaign/page-data.ts";
import { type CampaignResult, type CampaignRun, campaignVerdict } from "../../campaign.ts";
import { verdictMarks } from "../../verdict-mark.ts";
import { AnomaliesSection } from "./anomalies.tsx";
import { FlakySection, SlowSection } from "./cells.tsx";
import { ComparisonSection } from "./comparison.tsx";
import { CoverageSection } from "./coverage.tsx";
import { GridSection } from "./grid.tsx";
import { useHashState } from "./hash-state.ts";
import { type Connection, ConnectionMark, NowPanel } from "./live.tsx";
import { comparedRuns, RunsSection } from "./runs.tsx";
import { TrendSection } from "./trend.tsx";

/** The page of a campaign. */
export function CampaignApp({ data }: { data: CampaignData }): VNode {
  const { runs, now, connection } = useLive(data);
  const durationMs = useDuration(data.result.durationMs, now);
  const [state, change] = useHashState();
  const analysis = useMemo(() => {
    const nights = [...data.earlier, nightOf({ ...data.result, runs }, "")];
    return {
      nights,
      grid: gridOf(data.result.planned ?? [], runs),
      cells: cellsOf(runs),
      groups: anomalyGroups(nights),
      overNights: [...cellsOverNights(nights).values()],
      coverage: coverageGrid(runs),
    };
  }, [runs]);
  const chooseCell = (key: string | null) => {
    change({ cell: key ?? "" });
    if (key !== null) document.querySelector("#runs")?.scrollIntoView({ block: "nearest" });
  };
  useEffect(() => {
    const isAsWritten = runs === data.result.runs && durationMs === data.result.durationMs;
    if (!isAsWritten) tellHeader({ ...data.result, runs, durationMs });
  }, [runs, durationMs]);
  const [left, right] = comparedRuns(state).map((at) => runs[at]);
  return (
    <main>
      {data.server !== null && (
        <nav class="crumbs">
          <a href={data.server.home}>All runs</a>
          {now === null && <ConnectionMark connection={connection} />}
        </nav>
      )}
      {now !== null && <NowPanel now={now} connection={connection} />}
      <GridSection grid={analysis.grid} chosen={state["cell"] ?? null} onChoose={chooseCell} />
      <AnomaliesSection
        groups={analysis.groups}
        nights={analysis.nights.length}
        chosen={state["signature"] ?? null}
        onChoose={(text) => change({ signature: text ?? "" })}
      />
      <RunsSection runs={runs} state={state} onChange={change} />
      {left !== undefined && right !== undefined && (
        <ComparisonSection left={left} right={right} onClose={() => change({ compare: "" })} />
      )}
      <TrendSection nights={analysis.nights} />
      <div class="pair">
        <FlakySection cells={analysis.overNights} onChoose={chooseCell} />
        <SlowSection cells={analysis.cells} onChoose={chooseCell} />
      </div>
      <CoverageSection grid={analysis.coverage} />
    </main>
  );
}

/** The header stands in the markup, for the first paint: what changes of it is put there. */
function tellHeader(result: CampaignResult): void {
  const verdict = campaignVerdict(result);
  const put = (selector: string, text: string) => {
    const element = document.querySelector(`#head ${selector}`);
    if (element !== null) element.textContent = text;
  };
  document.querySelector("#head header")?.setAttribute("class", `verdict ${verdict}`);
  document.title = `${verdict}: campaign ${result.name}`;
  put(".mark", verdictMarks[verdict]);
  put(".word", verdict);
  put("h1", headline(result));
  const lines = facts(result).map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  });
  document.querySelector("#head .facts")?.replaceChildren(...lines);
}

/** How long the campaign has taken by now, milliseconds: what goes on says more than what was written last. */
function useDuration(writtenMs: number, now: Now | null): number {
  const longest = useRef(writtenMs);
  if (now !== null) {
    const elapsedMs = Date.parse(now.updatedAt) - Date.parse(now.startedAt);
    if (elapsedMs > longest.current) longest.current = elapsedMs;
  }
  return longest.current;
}

/** The runs so far, with those that end while the page is open. */
function useLive(data: CampaignData): {
  runs: readonly CampaignRun[];
  now: Now | null;
  connection: Connection;
} {
  const [runs, setRuns] = useState(data.result.runs);
  const [now, setNow] = useState(data.now);
  const [connection, setConnection] = useState<Connection>("off");
  useEffect(() => {
    if (data.server === null) return;
    const source = new EventSource(data.server.events);
    source.addEventListener("open", () => setConnection("live"));
    source.addEventListener("error", () => setConnection("lost"));
    source.addEventListener("now", ({ data: text }) => setNow(JSON.parse(text) as Now | null));
    source.addEventListener("run", ({ data: text, lastEventId }) => {
      const run = JSON.parse(text) as CampaignRun;
      // A line that comes again after a lost connection takes its own place.
      const at = Number(lastEventId) - 1;
      setRuns((before) => [...before.slice(0, at), run, ...before.slice(at + 1)]);
    });
    return () => source.close();
  }, []);
  return { runs, now, connection };
}
