import { type Model, models } from "porcupine-ts";
import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { lookupOf } from "../anomaly/facts.ts";
import { describeCall, describeResult, formatCount, formatMoment, plural } from "../describe.ts";
import {
  type Linearization,
  linearize,
  linearizedMax,
  type Point,
  pageOf,
  underWay,
} from "../linearization.ts";
import type { PairedOperation } from "../operations.ts";
import { partialOrders } from "../partial-orders.ts";
import type { PageData } from "./data.ts";
import { PartialOrderList } from "./partial-orders.tsx";

/** How many operations of an order are drawn at once. */
const pageSize = 60;
const rowHeight = 18;

/**
 * One order of the operations of a key, computed here when it is asked for: nothing of it is stored, so that
 * it costs neither the run nor the page anything.
 */
export function LinearizationSection(props: {
  readonly data: PageData;
  readonly keyAtFirst: string | null;
  readonly onSelect: (index: number) => void;
}): VNode | null {
  const { data, keyAtFirst, onSelect } = props;
  const model = modelOf(data);
  const lookup = useMemo(() => lookupOf(data.table), [data.table]);
  const keys = useMemo(() => keysOf(data), [data.table]);
  const [key, setKey] = useState<string | null>(null);
  if (model === null || keys.length === 0) return null;
  const chosen = key ?? keyAtFirst ?? keys[0] ?? "";
  const partial = partialOrders(data.view.result.checks, chosen, lookup.onKey(chosen));
  return (
    <section id="linearization" aria-labelledby="linearization-title">
      <div class="bar">
        <h2 id="linearization-title">One order</h2>
        <label>
          key{" "}
          <select value={chosen} onChange={(event) => setKey(event.currentTarget.value)}>
            {keys.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {key === null && (
          <button type="button" onClick={() => setKey(chosen)}>
            Find an order
          </button>
        )}
      </div>
      {key === null ? (
        <p class="hint">
          An order in which each operation takes effect at one moment between its call and its
          answer; where there is none, up to the first answer that no order holds. It is looked for
          when you ask.
        </p>
      ) : (
        <Order model={model} operations={lookup.onKey(chosen)} onSelect={onSelect} />
      )}
      {key !== null && partial !== null && <PartialOrderList found={partial} onSelect={onSelect} />}
    </section>
  );
}

/** The model of the run's check for linearizability; null where there was none. */
function modelOf({ view }: PageData): Model | null {
  const check = view.result.checks.find(({ checker }) => checker === "linearizable");
  const name = check?.stats?.["model"];
  const model = typeof name === "string" ? models[name] : undefined;
  return model?.partitionByKey === true ? model : null;
}

function keysOf({ table }: PageData): string[] {
  const codes = new Set(table.key);
  return [...codes].flatMap((code) => table.word(code) ?? []).sort();
}

function Order(props: {
  readonly model: Model;
  readonly operations: readonly PairedOperation[];
  readonly onSelect: (index: number) => void;
}) {
  const { model, operations, onSelect } = props;
  const found = useMemo(() => findOrder(model, operations), [model, operations]);
  if (found === null) {
    return (
      <p class="hint">
        {formatCount(operations.length)} operations: more than the {formatCount(linearizedMax)} that
        are looked at here. `whitewater check` decides them.
      </p>
    );
  }
  if (found.verdict === "unknown") {
    return <p class="hint">No order was found within the steps that a page may take.</p>;
  }
  return (
    <>
      <p>{summaryOf(found, operations)}</p>
      <Pages key={operations[0]?.key} found={found} onSelect={onSelect} />
    </>
  );
}

/** An order page by page: where none goes further its end comes first, else its beginning. */
function Pages(props: {
  readonly found: Linearization;
  readonly onSelect: (index: number) => void;
}) {
  const { found, onSelect } = props;
  const [page, setPage] = useState(found.stuck === null ? 0 : Number.MAX_SAFE_INTEGER);
  const { points, from, to, pages } = pageOf(found.order, page, pageSize);
  const current = Math.floor(Math.max(0, from - 1) / pageSize);
  const isLast = current === pages - 1;
  const turn = (name: string, target: number, isOff: boolean) => (
    <button type="button" disabled={isOff} onClick={() => setPage(target)}>
      {name}
    </button>
  );
  return (
    <>
      {pages > 1 && (
        <p class="linear-pages">
          {turn("« First", 0, current === 0)}
          {turn("‹ Before", current - 1, current === 0)}
          <span aria-live="polite">
            {formatCount(from)} to {formatCount(to)} of {formatCount(found.order.length)}
          </span>
          {turn("After ›", current + 1, isLast)}
          {turn("Last »", pages - 1, isLast)}
        </p>
      )}
      <Drawing points={points} stuck={isLast ? found.stuck : null} onSelect={onSelect} />
    </>
  );
}

function findOrder(model: Model, operations: readonly PairedOperation[]): Linearization | null {
  if (operations.length > linearizedMax) return null;
  try {
    return linearize(model, operations);
  } catch {
    // A damaged history can be looked at, but not ordered.
    return { verdict: "unknown", order: [], stuck: null, total: operations.length };
  }
}

function summaryOf(found: Linearization, operations: readonly PairedOperation[]): string {
  const { verdict, order, stuck, total } = found;
  if (verdict === "valid" || stuck === null) {
    return `${formatCount(order.length)} of ${formatCount(total)} operations took effect in this order; the others did nothing.`;
  }
  const state = order.at(-1)?.state;
  const where = state === undefined ? "at the beginning" : `in the state ${state}`;
  const open = underWay(found, operations);
  const others =
    open === 0
      ? ""
      : ` Nor does it help that ${plural(open, "operation")} under way may have taken effect by then.`;
  const known =
    order.length === 0
      ? ""
      : `all that was answered before fits this order of ${plural(order.length, "operation")}, which ends ${where}; `;
  return (
    `The whole key, ${plural(total, "operation")}: no order holds all answers up to ${formatMoment(stuck.return ?? stuck.call, 3)}. ` +
    `${capitalized(`${known}client ${stuck.process}'s ${describeCall(stuck)} → ${describeResult(stuck)}, answered then, has no place in this or any other.`)}${others}`
  );
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A row each in the order found: the interval, and the moment at which it takes effect. */
function Drawing(props: {
  readonly points: readonly Point[];
  readonly stuck: PairedOperation | null;
  readonly onSelect: (index: number) => void;
}) {
  const { points, stuck, onSelect } = props;
  const all = [...points.map(({ operation }) => operation), ...(stuck === null ? [] : [stuck])];
  if (all.length === 0) return null;
  const from = Math.min(...all.map(({ call }) => call));
  const to = Math.max(
    ...points.map(({ at }) => at),
    ...all.map((one) => one.return ?? one.call),
    from + 1e6,
  );
  const percent = (at: number) =>
    `${((100 * (Math.min(at, to) - from)) / (to - from)).toFixed(3)}%`;
  const bar = ({ call, return: end }: PairedOperation) => {
    const width = (100 * ((end ?? to) - call)) / (to - from);
    return { left: percent(call), width: `${Math.max(0, width).toFixed(3)}%` };
  };
  return (
    <ol class="linear">
      {points.map(({ operation, at, state }) => (
        <li key={operation.index}>
          <button
            type="button"
            style={{ height: `${rowHeight}px` }}
            onClick={() => onSelect(operation.index)}
          >
            <span class="op-line">
              client {operation.process}: {describeCall(operation)}
            </span>
            <span class="track">
              <i class={`op ${operation.outcome}`} style={bar(operation)} />
              <i class="point" style={{ left: percent(at) }} title={formatMoment(at, 6)} />
            </span>
            <span class="op-line state">{state}</span>
          </button>
        </li>
      ))}
      {stuck !== null && (
        <li class="stuck">
          <button
            type="button"
            style={{ height: `${rowHeight}px` }}
            onClick={() => onSelect(stuck.index)}
          >
            <span class="op-line">
              client {stuck.process}: {describeCall(stuck)}
            </span>
            <span class="track">
              <i class={`op ${stuck.outcome}`} style={bar(stuck)} />
            </span>
            <span class="op-line state">✕ {describeResult(stuck)}</span>
          </button>
        </li>
      )}
    </ol>
  );
}
