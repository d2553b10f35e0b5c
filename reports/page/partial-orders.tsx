import type { VNode } from "preact";
import { describeCall, describeResult, formatCount, plural } from "../describe.ts";
import type { PairedOperation } from "../operations.ts";
import type { PartialOrder, PartialOrders } from "../partial-orders.ts";

/** A line for each of the orders of a core that get furthest, and where it dies. */
export function PartialOrderList(props: {
  readonly found: PartialOrders;
  readonly onSelect: (index: number) => void;
}): VNode {
  const { partial, of, unlisted, all } = props.found;
  return (
    <>
      <h3>Why there is none: the {formatCount(of)} that contradict each other</h3>
      <p class="hint">
        Not the whole key: these alone, while every other write of the key may take effect in
        between or never. Real time allows {plural(all, "order")} of them
        {unlisted > 0 ? `; ${formatCount(unlisted)} are not listed` : ""}. The longest first, each
        up to where it dies:
      </p>
      <ol class="partial-orders">
        {partial.map((one) => (
          <li key={[...one.held, one.dies].map(({ index }) => index).join()}>
            <Line one={one} of={of} onSelect={props.onSelect} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Line(props: {
  readonly one: PartialOrder;
  readonly of: number;
  readonly onSelect: (index: number) => void;
}): VNode {
  const { one, of, onSelect } = props;
  const { held, dies, isTwice, states, moreStates, orders } = one;
  const link = (operation: PairedOperation, text: string) => (
    <button type="button" class="link" onClick={() => onSelect(operation.index)}>
      {text}
    </button>
  );
  const others = moreStates === 0 ? "" : ` or ${formatCount(moreStates)} more`;
  return (
    <>
      <b>
        {formatCount(held.length)} of {formatCount(of)}
      </b>
      {orders > 1 ? ` (${plural(orders, "order")})` : ""}:{" "}
      {held.map((operation) => (
        <>
          {link(operation, `client ${operation.process}: ${wordsOf(operation)}`)}
          {" › "}
        </>
      ))}
      <span class="dies">
        ✕ {link(dies, `client ${dies.process}: ${wordsOf(dies)}`)}
        {isTwice
          ? ", unless a write that was asked for once took effect twice; the state is "
          : ", in the state "}
        {states.join(" or ")}
        {others}
      </span>
    </>
  );
}

function wordsOf(operation: PairedOperation): string {
  return `${describeCall(operation)} → ${describeResult(operation)}`;
}
