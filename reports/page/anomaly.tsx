import type { VNode } from "preact";
import type { Side } from "../comparison.ts";
import type { StruckOrders } from "../core-orders.ts";
import { formatKey, formatMoment, plural } from "../describe.ts";
import type { FaultBand } from "../fault-bands.ts";
import type { Focus } from "../focus.ts";
import type { NodeLane } from "../node-lanes.ts";
import { CoreDrawing } from "./core.tsx";
import { Pager } from "./pager.tsx";

type Props = {
  readonly focuses: readonly Focus[];
  readonly position: number;
  readonly bands: readonly FaultBand[];
  readonly nodes: readonly NodeLane[];
  readonly selected: number | null;
  readonly onPosition: (position: number) => void;
  readonly onSelect: (index: number) => void;
};

/** One anomaly, large: the rule, what was due and what was seen, the core, and why it has no order. */
export function AnomalySection(props: Props): VNode | null {
  const { focuses, position, bands, nodes, selected, onPosition, onSelect } = props;
  const focus = focuses[position];
  if (focus === undefined) return null;
  return (
    <section id="anomaly" aria-labelledby="anomaly-title">
      <div class="bar">
        <h2 id="anomaly-title">
          {focus.title}
          {focus.key !== null && (
            <>
              {" "}
              on <code>{formatKey(focus.key)}</code>
            </>
          )}
        </h2>
        {focuses.length > 1 && (
          <Pager focuses={focuses} position={position} onPosition={onPosition} />
        )}
      </div>
      <p class="meaning">{focus.meaning}</p>
      {position > 0 && <p>{focus.sentence}</p>}
      <RuleLine rule={focus.rule} />
      {focus.gap !== null && (
        <p class="rule gap">
          <b>Not known:</b>
          {focus.gap}
        </p>
      )}
      {!isToldByRule(focus) && <Against focus={focus} />}
      <CoreDrawing
        focus={focus}
        bands={bands}
        nodes={nodes}
        selected={selected}
        onSelect={onSelect}
      />
      <Writer focus={focus} onSelect={onSelect} />
      {focus.orders !== null && <Struck orders={focus.orders} />}
      <Beside focus={focus} onSelect={onSelect} />
      {focus.records.length > 0 && <Records focus={focus} />}
    </section>
  );
}

/** The promise that was broken is the rule, and how is the sentence: neither is told twice. */
function isToldByRule({ rule, records }: Focus): boolean {
  return records.length > 0 && rule !== null;
}

function RuleLine({ rule }: Pick<Focus, "rule">) {
  if (rule === null) return null;
  return (
    <p class="rule">
      <b>{rule.certainty === "proven" ? "Rule broken:" : "Points to this rule:"}</b>
      {rule.text}
      <small>Because {rule.because}.</small>
    </p>
  );
}

/** The two answers with their difference marked; else the checker's words. */
function Against({ focus: { comparison, expected, observed } }: { readonly focus: Focus }) {
  if (comparison === null && expected === null && observed === null) return null;
  const said = (title: string, text: string | null): Side => ({
    title,
    pieces: [{ text: text ?? "not stated", isDifferent: false }],
    by: "",
  });
  const sides = comparison ?? {
    expected: said("Expected", expected),
    observed: said("Observed", observed),
  };
  return (
    <div class="against">
      <Box name="expected" {...sides.expected} />
      <Box name="observed" {...sides.observed} />
    </div>
  );
}

function Box({ name, title, pieces, by }: Side & { readonly name: string }) {
  return (
    <div class={name}>
      <h3>{title}</h3>
      <p>
        {pieces.map(({ text, isDifferent }, place) => (
          <>
            {place > 0 && " "}
            {isDifferent ? <Marked key={place} text={text} /> : text}
          </>
        ))}{" "}
        <small>{by}</small>
      </p>
    </div>
  );
}

/** Without the bracket that closes one outside of it. */
function Marked({ text }: { readonly text: string }) {
  const isClosing = text.endsWith(")") && !text.includes("(");
  return (
    <>
      <mark>{isClosing ? text.slice(0, -1) : text}</mark>
      {isClosing && ")"}
    </>
  );
}

/** The orders that real time allows, each with the place where it dies. */
function Struck({ orders: { orders, realTime, struck, more } }: { readonly orders: StruckOrders }) {
  if (struck.length === 0) {
    return (
      <p class="hint struck">
        The orders that real time allows are not drawn: the history does not hold the operations
        they are made of.
      </p>
    );
  }
  const all = ["", "The only order", "Both orders"][orders] ?? `All ${orders} orders`;
  return (
    <div class="struck">
      <h3>{all} that real time allows, struck out</h3>
      <p class="hint">
        {realTime} Other writes may have taken effect in between, or not at all: each order fails
        all the same.
      </p>
      <ol>
        {struck.map(({ letters, rest, why, orders: count }, place) => (
          <li key={place}>
            <span class="sequence">
              {letters.map((letter, at) => (
                <span key={at} class={`letter ${at === letters.length - 1 ? "dead" : ""}`}>
                  {letter}
                </span>
              ))}
              {rest.map((letter) => (
                <span key={letter} class="letter rest" title="not come to">
                  {letter}
                </span>
              ))}
            </span>
            <span>
              {why}
              {count > 1 && <small> ({count} orders)</small>}
            </span>
          </li>
        ))}
      </ol>
      {more > 0 && <p class="hint">and {plural(more, "more dead end")}.</p>}
    </div>
  );
}

type OfFocus = { readonly focus: Focus; readonly onSelect: (index: number) => void };

/** Where what was read came from. */
function Writer({ focus: { writer }, onSelect }: OfFocus) {
  if (writer === null) return null;
  return (
    <p class="writer">
      {writer.text}{" "}
      <button type="button" title="Show on the timeline" onClick={() => onSelect(writer.index)}>
        #{writer.index}
      </button>
    </p>
  );
}

/** What else ran on the key, a click away. */
function Beside({ focus, onSelect }: OfFocus) {
  const others = focus.operations.filter(({ part }) => part === "context");
  if (others.length === 0) return null;
  return (
    <details class="beside">
      <summary>
        {plural(others.length + focus.omitted, "other operation")} on this key at that time, not
        needed for it
      </summary>
      <ul>
        {others.map(({ index, process, node, asked, answered, call }) => (
          <li key={index}>
            <button type="button" onClick={() => onSelect(index)}>
              {formatMoment(call, 3)} client {process} {node !== null && `· ${node}`}: {asked} →{" "}
              {answered}
            </button>
          </li>
        ))}
      </ul>
      {focus.omitted > 0 && (
        <p class="hint">{plural(focus.omitted, "more operation")}: see the timeline.</p>
      )}
    </details>
  );
}

function endOfRecords({ class: kind, records }: Focus): string {
  if (kind === "gave-up") return "the last line ended it";
  return records.some(({ isAgainst }) => isAgainst)
    ? "the two marked lines contradict each other"
    : "the last line broke the promise";
}

/** What the nodes traced, up to the record that broke the invariant. */
function Records({ focus }: { readonly focus: Focus }) {
  return (
    <div class="scroll">
      <table class="records">
        <caption>
          What nodes recorded before it, and what was done to them; {endOfRecords(focus)}
        </caption>
        <thead>
          <tr>
            <th class="number">At</th>
            <th>Node</th>
            <th>Record</th>
            <th>Says</th>
          </tr>
        </thead>
        <tbody>
          {focus.records.map(({ at, node, kind, pieces, isAgainst }, position) => (
            <tr
              key={position}
              class={isAgainst || position === focus.records.length - 1 ? "culprit" : kind}
            >
              <td class="number">{formatMoment(at, 3)}</td>
              <td>{node}</td>
              <td>{kind}</td>
              <td>
                {pieces.map(({ text, isDifferent }, place) => (
                  <>
                    {place > 0 && ", "}
                    {isDifferent ? <mark key={place}>{text}</mark> : text}
                  </>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
