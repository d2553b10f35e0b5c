import type { VNode } from "preact";
import { keyZoom, type Moves } from "./timeline-input.ts";

/** Title, legend and tools above the timeline. */
export function TimelineBar(props: {
  readonly moves: Moves;
  readonly hasAnomaly: boolean;
  readonly highlightedKey: string;
  readonly onKey: (key: string) => void;
}): VNode {
  const { moves, hasAnomaly, highlightedKey, onKey } = props;
  return (
    <div class="bar">
      <h2 id="timeline-title">Timeline</h2>
      <Legend />
      <span class="tools">
        <label>
          key{" "}
          <input
            type="text"
            size={8}
            value={highlightedKey}
            onInput={(event) => onKey(event.currentTarget.value)}
          />
        </label>
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

function Legend() {
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
    </ul>
  );
}
