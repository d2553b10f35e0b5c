import type { VNode } from "preact";
import { isSeen, placeOn, type Stretch } from "../core-scale.ts";
import { formatMoment, formatTook } from "../describe.ts";
import { type FaultBand, heldFrom } from "../fault-bands.ts";
import type { NodeLane, StateSpan } from "../node-lanes.ts";
import { percent, stretch } from "./core-place.ts";
import { statesSeen } from "./core-states.ts";

/** Pixels of a node's row: its role, and each state below it. */
const roleHeight = 22;
const stateHeight = 18;

/** Width that the times of a fault need, as a share of the axis. */
const timesRoom = 0.24;

type BandProps = {
  readonly band: FaultBand;
  readonly scale: readonly Stretch[];
  readonly isBlamed: boolean;
};

/** A fault with its times above it; arrows where it goes on beyond what is drawn. */
export function BandRow({ band, scale, isBlamed }: BandProps): VNode {
  const { to, kind, label } = band;
  const from = heldFrom(band);
  const asked = from === band.from ? "" : ` (asked for at ${formatMoment(band.from)})`;
  const before = from < (scale[0]?.from ?? 0) ? "◂ " : "";
  const after = to > (scale.at(-1)?.to ?? 0) ? " ▸" : "";
  const left = Math.min(placeOn(scale, from), 1 - timesRoom);
  return (
    <div class={`core-band ${isBlamed ? "blamed" : "other"}`}>
      <span class="name" title={label}>
        {label}
      </span>
      <span class="track">
        <span class="times" style={{ left: percent(left) }}>
          {before}
          {formatMoment(from)}
          {asked} to {formatMoment(to)}
          {after}
        </span>
        <i class={`band solid ${kind}`} style={stretch(scale, from, to)} />
      </span>
    </div>
  );
}

type NodeProps = {
  readonly lane: NodeLane;
  readonly bands: readonly FaultBand[];
  readonly scale: readonly Stretch[];
};

/** What a node was, and below it what was done to it. */
export function NodeRow({ lane, bands, scale }: NodeProps): VNode {
  const spans = lane.roles.filter(({ from, to }) => isSeen(scale, from, to));
  const states = statesSeen(lane, scale, bands);
  const lanes = Math.max(
    0,
    ...states.map((span, place) => laneOf(span, states.slice(0, place)) + 1),
  );
  return (
    <div class="core-node">
      <span class="name">{lane.node}</span>
      <span class="track" style={{ height: `${roleHeight + stateHeight * lanes}px` }}>
        {spans.map(({ from, to, role, term }) => (
          <i
            key={from}
            class={`role ${role}`}
            style={stretch(scale, from, to)}
            title={`${role}, term ${term}`}
          >
            <b>{role === "single" ? "the only node" : `${role} · term ${term}`}</b>
          </i>
        ))}
        {states.map((span, place) => (
          <i
            key={span.fault + span.state}
            class={`state ${span.state}`}
            style={{
              ...stretch(scale, span.from, span.to),
              top: `${roleHeight + stateHeight * laneOf(span, states.slice(0, place))}px`,
            }}
            title={span.words}
          >
            <b>{span.words}</b>
          </i>
        ))}
      </span>
    </div>
  );
}

/** States at the same time are below each other. */
function laneOf(span: StateSpan, before: readonly StateSpan[]): number {
  return before.filter(({ from, to }) => from < span.to && to > span.from).length;
}

/** Moments where stretches meet; a gap says how long it is. */
export function Axis({ scale }: { readonly scale: readonly Stretch[] }): VNode {
  const parts = scale.filter(({ isGap }) => !isGap);
  return (
    <div class="core-axis" aria-hidden="true">
      <span class="name">{parts.length > 1 && "each part to its own scale"}</span>
      <span class="track">
        {parts.map(({ from, to, left, width }) => (
          <span key={left} class="moments" style={{ left: percent(left), width: percent(width) }}>
            <span>{formatMoment(from, 3)}</span>
            <span>{formatMoment(to, 3)}</span>
          </span>
        ))}
        {scale
          .filter(({ isGap }) => isGap)
          .map(({ from, to, left, width }) => (
            <span key={left} class="gap" style={{ left: percent(left), width: percent(width) }}>
              {formatTook(to - from)}
            </span>
          ))}
      </span>
    </div>
  );
}
