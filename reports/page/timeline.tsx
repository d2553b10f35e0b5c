import { Fragment, type VNode } from "preact";
import { useRef } from "preact/hooks";
import { FilterBar } from "./filter-bar.tsx";
import { useObserved } from "./observable.ts";
import { OperationDetails } from "./operation-details.tsx";
import { OperationsTable } from "./operations-table.tsx";
import { Overview } from "./overview.tsx";
import { StretchBar } from "./stretch-bar.tsx";
import { TimelineBar } from "./timeline-bar.tsx";
import { TimelineCanvas } from "./timeline-canvas.tsx";
import { keyHelp } from "./timeline-keys.ts";
import type { Timeline as Model } from "./timeline-model.ts";
import type { Moves } from "./timeline-moves.ts";

type Props = { readonly timeline: Model; readonly moves: Moves };

/** Every operation, node and fault on one time axis, what of it is looked for, and the same as a table. */
export function Timeline({ timeline, moves }: Props): VNode {
  const search = useRef<HTMLInputElement>(null);
  const selected = useObserved(timeline.state, (state) => state.selected);
  const operation = selected === null ? undefined : timeline.data.table.find(selected);
  return (
    <section id="timeline" aria-labelledby="timeline-title">
      <TimelineBar timeline={timeline} moves={moves} />
      <FilterBar timeline={timeline} moves={moves} search={search} />
      <Overview timeline={timeline} moves={moves} />
      <TimelineCanvas timeline={timeline} moves={moves} onSearch={() => search.current?.focus()} />
      <StretchBar timeline={timeline} moves={moves} />
      <Help />
      <OperationDetails
        operation={operation}
        missing={operation === undefined && timeline.data.isRead ? selected : null}
        moves={moves}
      />
      <OperationsTable timeline={timeline} moves={moves} />
    </section>
  );
}

function Help() {
  return (
    <p class="hint keys">
      Drag to move, Shift and drag to mark a stretch. Click it, then turn the wheel to zoom (or Ctrl
      and the wheel, or two fingers). Keys:{" "}
      {keyHelp.map(([keys, does]) => (
        <Fragment key={keys}>
          <span>
            <kbd>{keys}</kbd> {does}
          </span>{" "}
        </Fragment>
      ))}
    </p>
  );
}
