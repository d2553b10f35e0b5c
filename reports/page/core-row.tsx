import type { VNode } from "preact";
import type { Stretch } from "../core-scale.ts";
import { decimalsFor, formatMoment, formatTook } from "../describe.ts";
import { type FaultBand, heldFrom } from "../fault-bands.ts";
import { percent, stretch } from "./core-place.ts";
import { type CoreRowPlaces, headHeight, lineHeight } from "./core-rows.ts";

type Props = {
  readonly row: CoreRowPlaces;
  readonly letter: string;
  readonly scale: readonly Stretch[];
  readonly bands: readonly FaultBand[];
  readonly isSelected: boolean;
  readonly onSelect: (index: number) => void;
};

/** One operation: who asked what beside its bar, and a line each for what stands below. */
export function CoreRow({ row, letter, scale, bands, isSelected, onSelect }: Props): VNode {
  const { operation, height } = row;
  const { index, part } = operation;
  return (
    <li class={part}>
      <button
        type="button"
        style={{ height: `${height}px` }}
        aria-pressed={isSelected}
        title="Show on the timeline"
        onClick={() => onSelect(index)}
      >
        <Who row={row} letter={letter} />
        <span class="track">
          {bands.map((band) => (
            <i
              key={band.id}
              class={`band ${band.kind}`}
              style={stretch(scale, heldFrom(band), band.to)}
            />
          ))}
          <Bar row={row} scale={scale} />
          <Marks row={row} scale={scale} />
          <Answer row={row} />
        </span>
      </button>
    </li>
  );
}

function Who({ row, letter }: Pick<Props, "row" | "letter">) {
  const { index, process, node, asked, label, copies } = row.operation;
  return (
    <span class="who">
      <span class="head" style={{ height: `${headHeight}px` }}>
        <b class="letter">{letter}</b>
        <span>
          <b>client {process}</b>
          {node !== null && ` · ${node}`} <small>#{index}</small>
          {copies.length > 0 && <small>, sent {copies.length} times</small>}
          <span class="op-line">{asked}</span>
          <span class="part">{label}</span>
        </span>
      </span>
      {row.operation.lines.map(({ text, isDecisive }, place) => (
        <span
          key={place}
          class={`core-line ${isDecisive ? "decisive" : ""}`}
          style={{ height: `${lineHeight}px` }}
          title={text}
        >
          {text}
        </span>
      ))}
    </span>
  );
}

function Bar({ row, scale }: Pick<Props, "row" | "scale">) {
  const { call, return: returned, outcome } = row.operation;
  return (
    <i
      class={`op ${outcome}`}
      style={{
        ...stretch(scale, call, returned ?? Number.POSITIVE_INFINITY),
        top: `${row.barMiddle}px`,
      }}
    />
  );
}

function Marks({ row, scale }: Pick<Props, "row" | "scale">) {
  return row.operation.lines.flatMap(({ marks }, line) =>
    marks.map(({ from, to, kind, title }, place) => (
      <i
        key={`${line} ${place}`}
        class={`copy ${kind}`}
        style={{
          ...stretch(scale, from, to ?? Number.POSITIVE_INFINITY),
          top: `${headHeight + line * lineHeight + lineHeight / 2}px`,
        }}
        title={title}
      />
    )),
  );
}

/** What came back and when, beside the bar. */
function Answer({ row }: Pick<Props, "row">) {
  const { labelAt, labelTop, left, right } = row;
  const { answered, call, return: returned } = row.operation;
  const took = returned === null ? "never answered" : formatTook(returned - call);
  const decimals = returned === null ? 3 : decimalsFor(returned - call);
  const until = returned === null ? "?" : formatMoment(returned, decimals);
  const place =
    labelAt === "left"
      ? { left: percent(left), maxWidth: percent(1 - left) }
      : { right: percent(1 - right), maxWidth: percent(right) };
  return (
    <span class={`answer ${labelAt}`} style={{ ...place, top: `${labelTop}px` }}>
      <span class="answered" title={answered}>
        {answered}
      </span>
      <small>
        {formatMoment(call, decimals)} to {until}, {took}
      </small>
    </span>
  );
}
