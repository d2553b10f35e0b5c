import type { VNode } from "preact";
import type { StateSpan } from "../node-lanes.ts";
import { useObserved } from "./observable.ts";
import { keyZoom } from "./timeline-keys.ts";
import { marksOf, type Timeline } from "./timeline-model.ts";
import type { Moves } from "./timeline-moves.ts";

/** Title, legend and tools above the timeline. */
export function TimelineBar({ timeline, moves }: { timeline: Timeline; moves: Moves }): VNode {
  const { focuses, nodes } = timeline.data.view;
  const anomaly = useObserved(timeline.state, (state) => state.anomaly);
  const hasAnomaly = marksOf(focuses[anomaly]).length > 0 || focuses[anomaly]?.at != null;
  return (
    <div class="bar">
      <h2 id="timeline-title">Timeline</h2>
      <Legend
        hasLeaders={timeline.leaders.length > 0}
        states={new Set(nodes.flatMap((lane) => lane.states.map(({ state }) => state)))}
      />
      <span class="tools">
        {hasAnomaly && (
          <button type="button" class="jump" onClick={moves.jump}>
            Jump to anomaly
          </button>
        )}
        <button type="button" aria-label="Zoom in" onClick={() => moves.scale(keyZoom)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => moves.scale(1 / keyZoom)}>
          −
        </button>
        <button type="button" onClick={moves.fit}>
          Whole run
        </button>
      </span>
    </div>
  );
}

/** Words and signs on the lanes of nodes that do not explain themselves. */
const stateWords = [
  ["partly-cut", "dotted upper edge: cut off from fewer than half"],
  ["retired", "retired: lost its data, out of the cluster"],
  ["exited", "exited: ended by itself"],
] as const;

type LegendProps = {
  readonly hasLeaders: boolean;
  readonly states: ReadonlySet<StateSpan["state"]>;
};

function Legend({ hasLeaders, states }: LegendProps) {
  return (
    <ul class="legend" aria-label="Legend">
      <li>
        <i class="swatch ok" /> ok
      </li>
      <li>
        <i class="swatch fail" /> failed
      </li>
      <li>
        <i class="swatch info" /> outcome unknown
      </li>
      <li>
        <i class="swatch culprit" /> anomaly
      </li>
      {hasLeaders && (
        <li>
          <i class="swatch flag" /> new leader
        </li>
      )}
      {stateWords.map(([state, words]) => states.has(state) && <li key={state}>{words}</li>)}
    </ul>
  );
}
