import type { VNode } from "preact";
import type { Focus } from "../focus.ts";

type Props = {
  readonly focuses: readonly Focus[];
  readonly position: number;
  readonly onPosition: (position: number) => void;
};

/** From one anomaly to the next, or to any out of a list. */
export function Pager({ focuses, position, onPosition }: Props): VNode {
  const last = focuses.length - 1;
  return (
    <span class="tools">
      <button type="button" disabled={position === 0} onClick={() => onPosition(position - 1)}>
        ‹ Previous
      </button>
      <select
        class="pages"
        aria-label="Anomaly"
        value={String(position)}
        onChange={(event) => onPosition(Number(event.currentTarget.value))}
      >
        {focuses.map((focus, place) => (
          <option key={place} value={String(place)}>
            {place + 1} of {focuses.length} · {nameOf(focus)}
          </option>
        ))}
      </select>
      <button type="button" disabled={position === last} onClick={() => onPosition(position + 1)}>
        Next ›
      </button>
    </span>
  );
}

/** `Stale read on k3, client 7`: enough to tell those of one run apart. */
function nameOf({ title, key, operation, operations }: Focus): string {
  const culprit = operations.find(({ index }) => index === operation);
  const client = culprit === undefined ? "" : `, client ${culprit.process}`;
  return `${title}${key === null ? "" : ` on ${key}`}${client}`;
}
