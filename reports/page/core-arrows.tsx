import type { VNode } from "preact";
import { isOverBefore } from "../anomaly/facts.ts";
import { placeOn, type Stretch } from "../core-scale.ts";
import { percent } from "./core-place.ts";
import type { CoreRowPlaces } from "./core-rows.ts";

type Props = {
  readonly rows: readonly CoreRowPlaces[];
  readonly scale: readonly Stretch[];
};

/** From each return to the calls that it came before, unless another operation lies between. */
export function Arrows({ rows, scale }: Props): VNode {
  const last = rows.at(-1);
  const lines = rows.flatMap((from) =>
    rows.flatMap((to) => {
      const [first, second] = [from.operation, to.operation];
      if (!isOverBefore(first, second)) return [];
      const isCovered = rows.some(
        ({ operation }) => isOverBefore(first, operation) && isOverBefore(operation, second),
      );
      if (isCovered) return [];
      return [
        {
          x1: percent(placeOn(scale, first.return ?? first.call)),
          x2: percent(placeOn(scale, second.call)),
          y1: from.top + from.barMiddle + 9,
          y2: to.top + to.barMiddle - 5,
        },
      ];
    }),
  );
  return (
    <svg height={last === undefined ? 0 : last.top + last.height} role="presentation">
      <defs>
        <marker
          id="arrow"
          viewBox="0 0 8 8"
          refX="8"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto-start-reverse"
        >
          <path d="M0 0 8 4 0 8z" />
        </marker>
      </defs>
      {lines.map((line, place) => (
        <line key={place} {...line} marker-end="url(#arrow)" />
      ))}
    </svg>
  );
}
