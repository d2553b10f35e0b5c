import type { VNode } from "preact";
import { letterOf } from "../core-orders.ts";
import { coreScale, placeOn, type Stretch } from "../core-scale.ts";
import { formatMoment, formatTook } from "../describe.ts";
import type { FaultBand } from "../fault-bands.ts";
import type { Focus, FocusOperation } from "../focus.ts";
import type { NodeLane, StateSpan } from "../node-lanes.ts";

/** Heights of a row of an operation, pixels: arrows are drawn from the middle of one to that of another. */
const plainHeight = 62;
/** With the copies of its request below it. */
const copiesHeight = 84;
const bandsMax = 3;
const nodesMax = 3;
const statesDrawn: ReadonlySet<string> = new Set([
  "cut",
  "partly-cut",
  "paused",
  "down",
  "retired",
]);

export type CoreProps = {
  readonly focus: Focus;
  readonly bands: readonly FaultBand[];
  readonly nodes: readonly NodeLane[];
  readonly selected: number | null;
  readonly onSelect: (index: number) => void;
};

/** The operations of the core on real time, one row each; behind them the faults, below the nodes' roles. */
export function CoreDrawing(props: CoreProps): VNode | null {
  const { focus, selected, onSelect } = props;
  const core = coreOf(focus);
  if (core.length === 0) return null;
  const end = Math.max(...core.map((operation) => operation.return ?? operation.call));
  const scale = coreScale(
    core.map(({ call, return: returned }) => ({ from: call, to: returned ?? end })),
  );
  const height = core.some(({ copies }) => copies.length > 0) ? copiesHeight : plainHeight;
  const names = nodesOf(focus, core);
  const bands = bandsNear(props.bands, scale, names, focus.fault);
  const blamed = bands.filter(({ id }) => id === focus.fault);
  return (
    <div class="core">
      {bands.map((band) => (
        <BandRow key={band.id} band={band} scale={scale} isBlamed={band.id === focus.fault} />
      ))}
      <ol class="core-operations">
        <li class="arrows" aria-hidden="true">
          <span />
          <Arrows core={core} scale={scale} rowHeight={height} />
        </li>
        {core.map((operation, place) => (
          <CoreRow
            key={operation.index}
            operation={operation}
            letter={letterOf(place)}
            height={height}
            scale={scale}
            bands={blamed}
            isSelected={operation.index === selected}
            onSelect={onSelect}
          />
        ))}
      </ol>
      {props.nodes
        .filter(({ node, roles }) => names.includes(node) && roles.length > 0)
        .map((lane) => (
          <NodeRow key={lane.node} lane={lane} scale={scale} />
        ))}
      <Axis scale={scale} />
    </div>
  );
}

/** Without the operations that only ran at the same time. */
export function coreOf(focus: Focus): FocusOperation[] {
  return focus.operations.filter(({ part }) => part !== "context");
}

/** Those that answered, the ones named in the sentence first. */
function nodesOf(focus: Focus, core: readonly FocusOperation[]): string[] {
  const first = [focus.operation, focus.rival];
  const sorted = [...core].sort(
    (a, b) => Number(first.includes(b.index)) - Number(first.includes(a.index)),
  );
  const names = sorted.flatMap(({ node }) => node ?? []);
  return [
    ...new Set([
      ...names,
      ...(focus.serving?.successor == null ? [] : [focus.serving.successor.node]),
    ]),
  ].slice(0, nodesMax);
}

/** The one that the sentence names first, then those on nodes that answered. */
function bandsNear(
  bands: readonly FaultBand[],
  scale: readonly Stretch[],
  nodes: readonly string[],
  blamed: string | null,
): FaultBand[] {
  const near = bands.filter(
    ({ id, from, to, effective }) =>
      id === blamed || (isSeen(scale, from, to) && effective !== false),
  );
  const weight = ({ id, touched }: FaultBand) => {
    if (id === blamed) return 0;
    return touched.some(({ node }) => nodes.includes(node)) ? 1 : 2;
  };
  return near.sort((a, b) => weight(a) - weight(b) || b.from - a.from).slice(0, bandsMax);
}

function CoreRow(props: {
  readonly operation: FocusOperation;
  readonly letter: string;
  readonly height: number;
  readonly scale: readonly Stretch[];
  readonly bands: readonly FaultBand[];
  readonly isSelected: boolean;
  readonly onSelect: (index: number) => void;
}) {
  const { operation, letter, height, scale, bands, isSelected, onSelect } = props;
  const { index, part, process, node, call, return: returned, outcome, label } = operation;
  const left = placeOn(scale, call);
  const right = returned === null ? 1 : placeOn(scale, returned);
  const took = returned === null ? "never answered" : formatTook(returned - call);
  return (
    <li class={part}>
      <button
        type="button"
        style={{ height: `${height}px` }}
        aria-pressed={isSelected}
        title="Show on the timeline"
        onClick={() => onSelect(index)}
      >
        <span class="who">
          <b class="letter">{letter}</b>
          <span>
            <b>client {process}</b>
            {node !== null && ` · ${node}`} <small>#{index}</small>
            <span class="op-line">{operation.asked}</span>
            <span class="part">{label}</span>
            <CopiesLine operation={operation} />
          </span>
        </span>
        <span class="track">
          {bands.map((band) => (
            <i
              key={band.id}
              class={`band ${band.kind}`}
              style={stretch(scale, band.from, band.to)}
            />
          ))}
          <i
            class={`op ${outcome}`}
            style={stretch(scale, call, returned ?? Number.POSITIVE_INFINITY)}
          />
          {operation.copies.map(({ to, sent, back, answer, outcome: became }, copy) => (
            <i
              key={copy}
              class={`copy ${became}`}
              style={stretch(scale, sent, back)}
              title={`copy ${copy + 1} to ${to}, ${formatMoment(sent, 3)} to ${formatMoment(back, 3)}: ${answer}`}
            />
          ))}
          <span class={`answer ${side(left, right)}`} style={answerPlace(left, right)}>
            {operation.answered}
            <small>
              {formatMoment(call, 3)} to {returned === null ? "?" : formatMoment(returned, 3)},{" "}
              {took}
            </small>
          </span>
        </span>
      </button>
    </li>
  );
}

const copiesShown = 4;

/** `sent 2 times: n3 no answer (timeout), n5 200`. */
function CopiesLine({ operation: { copies } }: { readonly operation: FocusOperation }) {
  if (copies.length === 0) return null;
  const told = copies.map(({ to, answer }) => `${to} ${answer}`);
  const left = told.length - copiesShown;
  const shown = left > 0 ? ["…", ...told.slice(-copiesShown)] : told;
  return (
    <span class="copies" title={told.join(", ")}>
      sent {copies.length} times: {shown.join(", ")}
    </span>
  );
}

const roomMin = 0.32;

/** Where there is more room beside the bar; on it where there is not enough. */
function side(left: number, right: number): "before" | "after" | "on" {
  if (Math.max(left, 1 - right) < roomMin) return "on";
  return left > 1 - right ? "before" : "after";
}

function answerPlace(left: number, right: number) {
  if (side(left, right) === "on") return { left: `calc(${percent(left)} + 10px)` };
  return side(left, right) === "after"
    ? { left: `calc(${percent(right)} + 8px)` }
    : { right: `calc(${percent(1 - left)} + 8px)` };
}

/** From each return to the calls that it came before, unless another operation lies between. */
function Arrows({
  core,
  scale,
  rowHeight,
}: {
  readonly core: readonly FocusOperation[];
  readonly scale: readonly Stretch[];
  readonly rowHeight: number;
}) {
  const middle = (place: number) => rowHeight * (place + 0.5);
  const lines = core.flatMap((first, from) =>
    core.flatMap((second, to) => {
      if (!isBefore(first, second)) return [];
      const isCovered = core.some((third) => isBefore(first, third) && isBefore(third, second));
      if (isCovered) return [];
      return [
        {
          x1: percent(placeOn(scale, first.return ?? first.call)),
          x2: percent(placeOn(scale, second.call)),
          y1: middle(from) + 8,
          y2: middle(to) - (to > from ? 9 : -9),
        },
      ];
    }),
  );
  return (
    <svg height={rowHeight * core.length} role="presentation">
      <defs>
        <marker
          id="arrow"
          viewBox="0 0 8 8"
          refX="7"
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

function isBefore(first: FocusOperation, second: FocusOperation): boolean {
  return first.return !== null && first.return <= second.call && first.index < second.index;
}

/** A fault with its times; arrows where it goes on beyond what is drawn. */
function BandRow(props: {
  readonly band: FaultBand;
  readonly scale: readonly Stretch[];
  readonly isBlamed: boolean;
}) {
  const { band, scale, isBlamed } = props;
  const { from, to, kind, label } = band;
  const first = scale[0]?.from ?? 0;
  const last = scale.at(-1)?.to ?? 0;
  const before = from < first ? "◂ " : "";
  const after = to > last ? " ▸" : "";
  const times = `${before}${formatMoment(from)} to ${formatMoment(to)}${after}`;
  const left = Math.min(placeOn(scale, from), 1 - timesRoom);
  return (
    <div class={`core-band ${isBlamed ? "blamed" : "other"}`}>
      <span class="name" title={label}>
        {isBlamed && "◆ "}
        {label}
      </span>
      <span class="track">
        <i class={`band solid ${kind}`} style={stretch(scale, from, to)} />
        <span class="times" style={{ left: percent(left) }}>
          {times}
        </span>
      </span>
    </div>
  );
}

/** Width that the times of a fault need, as a share of the axis. */
const timesRoom = 0.22;

function NodeRow({ lane, scale }: { readonly lane: NodeLane; readonly scale: readonly Stretch[] }) {
  const spans = lane.roles.filter(({ from, to }) => isSeen(scale, from, to));
  // The others are among the faults above.
  const states = united(
    lane.states.filter(({ from, to, state }) => statesDrawn.has(state) && isSeen(scale, from, to)),
  );
  return (
    <div class="core-node">
      <span class="name">{lane.node}</span>
      <span class="track">
        {spans.map(({ from, to, role, term }) => (
          <i
            key={from}
            class={`role ${role}`}
            style={stretch(scale, from, to)}
            title={`${role}, term ${term}`}
          >
            <b>
              {role} {term}
            </b>
          </i>
        ))}
        {states.map(({ from, to, state, fault }) => (
          <i key={fault + state} class={`state ${state}`} style={stretch(scale, from, to)}>
            <b>{state}</b>
          </i>
        ))}
      </span>
    </div>
  );
}

/** Two faults that do the same to a node are one span where they meet. */
function united(states: readonly StateSpan[]): StateSpan[] {
  const spans: StateSpan[] = [];
  for (const span of states.toSorted((a, b) => a.from - b.from)) {
    const at = spans.findIndex(({ state, to }) => state === span.state && to >= span.from);
    const met = spans[at];
    if (met === undefined) spans.push(span);
    else spans[at] = { ...met, to: Math.max(met.to, span.to) };
  }
  const cuts = spans.filter(({ state }) => state === "cut");
  return spans.map((span) => {
    // From where a node is cut off altogether, that it was so in part is no news.
    const cut = cuts.find(({ from, to }) => from < span.to && to > span.from);
    return span.state === "partly-cut" && cut !== undefined
      ? { ...span, to: Math.max(span.from, cut.from) }
      : span;
  });
}

/** Outside of the gaps, that is. */
function isSeen(scale: readonly Stretch[], from: number, to: number): boolean {
  return scale.some((part) => !part.isGap && from <= part.to && to >= part.from);
}

/** Moments where stretches meet; a gap says how long it is. */
function Axis({ scale }: { readonly scale: readonly Stretch[] }) {
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

function stretch(scale: readonly Stretch[], from: number, to: number) {
  const left = placeOn(scale, from);
  return { left: percent(left), width: percent(placeOn(scale, to) - left) };
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(3)}%`;
}
