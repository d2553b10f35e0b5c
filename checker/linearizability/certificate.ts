import type { Anomaly, Budget, CoreOperation } from "../checker.ts";
import type { Explanation, Model, Operation } from "../model.ts";
import { type Operations, operationAt } from "../operations.ts";
import { type Core, minimalCore } from "./core.ts";
import { toList } from "./decide.ts";
import { ordersOf } from "./orders.ts";
import { reasonByOrders } from "./reason.ts";
import { cutShortText, unexplained } from "./unexplained.ts";

/** What is known of a partition that has no order. */
export type Refuted = {
  /** In the order of calls. */
  readonly rows: Int32Array;
  /** Rows that contain a core, from a fast path. */
  readonly core: Int32Array | null;
  /** So many returns leave an order for certain. */
  readonly passed: number;
};

/** Above that a core explains nothing: only its last operation is named then. */
const shownMax = 32;
const statesShownMax = 3;

const stopped = "a limit of the check was reached";
const notSmaller =
  "whether fewer operations have no order either was not settled within the limits";

/**
 * The anomaly of a partition that has no order: its core, and why that has none, in the model's words. Told to
 * stop it gives what was found by then, and the reason says so.
 */
export function explainInvalid(
  model: Model,
  operations: Operations,
  { rows, core: hint, passed }: Refuted,
  budget: Budget,
): Anomaly {
  if (budget.shouldStop()) return cutOff(model, operations, rows, null);
  const core = minimalCore(model, operations, rows, hint, passed, budget);
  // The model's own words take as long as they take.
  if (core === null || budget.shouldStop()) return cutOff(model, operations, rows, core);
  const relaxed = core.relaxed();
  const all = toList(
    relaxed,
    Int32Array.from({ length: relaxed.count }, (_, row) => row),
  );
  // The same objects: models ask whether another operation is the culprit.
  const indexes = new Set(Array.from(core.rows, (row) => operations.index[row]));
  const kept = all.filter(({ index }) => indexes.has(index)).sort((a, b) => a.return - b.return);
  const culprit = kept.at(-1);
  if (culprit === undefined) throw new Error("a partition without an order has a completed op");
  const explanation: Explanation = model.explain?.(all, culprit) ?? {
    kind: "unordered",
    related: [],
    expected: "an outcome that some order of the operations around it allows",
    observed: model.describeOperation(culprit),
  };
  const { kind, observed } = explanation;
  const [last = -1] = core.rows.filter((row) => operations.index[row] === culprit.index);
  const states = kind === "unordered" ? statesAt(model, core, last) : null;
  const expected = states ?? explanation.expected;
  const orders = ordersOf(model, kept, all, budget.shouldStop);
  const isStopped = budget.shouldStop();
  const isShown = kept.length <= shownMax;
  const isAsked = !isStopped && (isShown || core.isMinimal);
  const words = isAsked ? model.reason?.(kept, all) : undefined;
  const reason = words ?? reasonByOrders(model, kept, orders, core.isMinimal);
  const named = [...explanation.related, ...(isShown ? kept : [])];
  const related = new Set(named.map(({ index }) => index).filter((one) => one !== culprit.index));
  return {
    kind,
    ...(culprit.key === undefined ? {} : { key: culprit.key }),
    operation: culprit.index,
    related: [...related].sort((a, b) => a - b),
    expected,
    observed,
    reason: isStopped
      ? cutShortText(reason, stopped)
      : core.isMinimal
        ? reason
        : cutShortText(reason, notSmaller),
    ...(isShown
      ? { core: tell(model, operations, core, culprit, expected), isMinimal: core.isMinimal }
      : {}),
    ...(orders === null ? {} : { orders }),
  };
}

/** What is left when it was told to stop: the operations found by then, if they can be shown. */
function cutOff(
  model: Model,
  operations: Operations,
  rows: Int32Array,
  core: Core | null,
): Anomaly {
  const bare = unexplained(operations, rows);
  if (core === null || core.rows.length > shownMax) {
    return { ...bare, reason: cutShortText(bare.reason ?? "", stopped) };
  }
  const list = toList(operations, core.rows).toSorted((a, b) => a.return - b.return);
  const culprit = list.at(-1);
  if (culprit === undefined) throw new Error("a partition without an order has a completed op");
  const expected = "an outcome that some order of the operations around it allows";
  const { index } = culprit;
  return {
    ...bare,
    operation: index,
    related: list
      .map((one) => one.index)
      .filter((one) => one !== index)
      .sort((a, b) => a - b),
    expected,
    observed: model.describeOperation(culprit),
    reason: cutShortText(reasonByOrders(model, list, null, core.isMinimal), stopped),
    core: tell(model, operations, core, culprit, expected),
    isMinimal: core.isMinimal,
  };
}

function tell(
  model: Model,
  operations: Operations,
  core: Core,
  culprit: Operation,
  expected: string,
): CoreOperation[] {
  return Array.from(core.rows, (row) => {
    const operation = operationAt(operations, row);
    const { return: end, ...rest } = operation;
    const isCulprit = operation.index === culprit.index;
    return {
      ...rest,
      return: Number.isFinite(end) ? end : null,
      callTime: timeOrNull(operations.callTime[row]),
      returnTime: timeOrNull(operations.returnTime[row]),
      expected: isCulprit ? expected : (statesAt(model, core, row) ?? expected),
      observed: model.describeOperation(operation),
    };
  });
}

/** What one order of the others has there. */
function statesAt(model: Model, core: Core, row: number): string | null {
  const states = core.statesAt(row).map((state) => model.describeState(state));
  const passed = [...new Set(states)].slice(0, statesShownMax).join(", then ");
  return passed === "" ? null : `one order of the others has state ${passed} there`;
}

function timeOrNull(time: number | undefined): number | null {
  return time === undefined || Number.isNaN(time) ? null : time;
}
