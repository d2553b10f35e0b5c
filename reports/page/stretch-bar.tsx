import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { formatCount, formatMoment, formatTook, plural } from "../describe.ts";
import { outcomes } from "../operations.ts";
import { CopyButton } from "./copy-button.tsx";
import { useObserved } from "./observable.ts";
import { copiedMax, operationLines, rowsDuring } from "./operation-json.ts";
import type { Timeline } from "./timeline-model.ts";
import type { Moves } from "./timeline-moves.ts";

/** What is in the stretch that was marked, and what can be done with it. Keeps its place without one. */
export function StretchBar({ timeline, moves }: { timeline: Timeline; moves: Moves }): VNode {
  const { table } = timeline.data;
  const stretch = useObserved(timeline.state, (state) => state.stretch);
  const { mask } = useObserved(timeline.matches, (found) => found);
  const rows = useMemo(
    () => (stretch === null ? new Int32Array(0) : rowsDuring(table, stretch, mask)),
    [table, stretch, mask],
  );
  if (stretch === null) {
    return (
      <p class="stretch hint">
        <span>
          No stretch is marked: hold Shift and drag, or press <kbd>m</kbd>.
        </span>
      </p>
    );
  }
  const counts = [0, 0, 0];
  for (const row of rows) {
    const outcome = table.outcome[row] as number;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  const isTooMuch = rows.length > copiedMax;
  return (
    <p class="stretch" aria-live="polite">
      <span>
        <b>{formatTook(stretch.to - stretch.from)}</b> from {formatMoment(stretch.from, 4)} to{" "}
        {formatMoment(stretch.to, 4)}: {plural(rows.length, "operation")}
        {mask === null ? "" : " that match"}
        {outcomes.map((name, code) => ` · ${formatCount(counts[code] ?? 0)} ${name}`)}
      </span>
      <span class="tools">
        <button type="button" onClick={moves.zoomToStretch}>
          Zoom to it
        </button>
        <CopyButton
          text={() => operationLines(table, rows)}
          disabled={isTooMuch || rows.length === 0}
          {...(isTooMuch ? { title: `At most ${formatCount(copiedMax)} operations` } : {})}
        >
          Copy as JSON lines
        </CopyButton>
        <button type="button" onClick={() => moves.mark(null)}>
          Drop
        </button>
      </span>
    </p>
  );
}
