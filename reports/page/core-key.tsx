import type { VNode } from "preact";
import { isOverBefore } from "../anomaly/facts.ts";
import type { Stretch } from "../core-scale.ts";
import type { NodeLane } from "../node-lanes.ts";
import type { CoreRowPlaces } from "./core-rows.ts";
import { statesSeen } from "./core-states.ts";

type Props = {
  readonly rows: readonly CoreRowPlaces[];
  readonly lanes: readonly NodeLane[];
  readonly scale: readonly Stretch[];
  /** Kind of the fault that is drawn behind the operations. */
  readonly tint: string | undefined;
};

/** What the signs of the drawing mean: only those that are in it. */
export function CoreKey({ rows, lanes, scale, tint }: Props): VNode {
  const parts = new Set(rows.map(({ operation }) => operation.part));
  const kinds = new Set(
    rows
      .flatMap(({ operation }) => operation.lines.flatMap(({ marks }) => marks))
      .map(({ kind }) => kind),
  );
  const states = new Set(
    lanes.flatMap((lane) => statesSeen(lane, scale, [])).map(({ state }) => state),
  );
  const hasArrow = rows.some((one) =>
    rows.some((two) => isOverBefore(one.operation, two.operation)),
  );
  const entries: readonly (readonly [boolean, string, string])[] = [
    [parts.has("culprit"), "frame", "◆ the operation in question"],
    [parts.has("related"), "frame dashed", "◇ what contradicts it"],
    [hasArrow, "arrow", "ended before the other began"],
    [kinds.has("held"), "copy held", "holds the lock"],
    [kinds.has("done"), "copy done", "copy acknowledged"],
    [kinds.has("refused"), "copy refused", "copy refused"],
    [kinds.has("unknown"), "copy unknown", "copy without a sure answer"],
    [tint !== undefined, `tint ${tint}`, "fault in the sentence"],
    [
      states.has("cut") || states.has("partly-cut"),
      "",
      "cut off, isolated: from other nodes, clients still reach it",
    ],
    [states.has("retired"), "", "retired: lost its data, out of the cluster"],
  ];
  return (
    <ul class="core-key" aria-label="What the signs mean">
      {entries.map(
        ([isShown, sign, text]) =>
          isShown && (
            <li key={text}>
              {sign !== "" && <i class={sign} />}
              {text}
            </li>
          ),
      )}
    </ul>
  );
}
