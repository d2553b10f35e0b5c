import type { Anomaly, Budget, CoreOperation } from "../checker.ts";
import type { Explanation, Model, Operation } from "../model.ts";
import { type Operations, operationAt } from "../operations.ts";
import { type Core, minimalCore } from "./core.ts";
import { toList } from "./decide.ts";
import { ordersOf } from "./orders.ts";
import { reasonByOrders } from "./reason.ts";
import { relax } from "./relax.ts";

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

/** The anomaly of a partition that has no order: its core, and why that has none, in the model's words. */
export function explainInvalid(
  model: Model,
  operations: Operations,
  { rows, core: hint, passed }: Refuted,
  budget: Budget,
): Anomaly {
  const core = minimalCore(model, operations, rows, hint, passed, budget);
  const relaxed = relax(model, operations, rows, core.rows);
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
  const orders = ordersOf(model, kept, all);
  const isShown = kept.length <= shownMax;
  const reason = isShown || core.isMinimal ? model.reason?.(kept, all) : undefined;
  const named = [...explanation.related, ...(isShown ? kept : [])];
  const related = new Set(named.map(({ index }) => index).filter((one) => one !== culprit.index));
  return {
    kind,
    ...(culprit.key === undefined ? {} : { key: culprit.key }),
    operation: culprit.index,
    related: [...related].sort((a, b) => a - b),
    expected,
    observed,
    reason: reason ?? reasonByOrders(model, kept, orders, core.isMinimal),
    ...(isShown
      ? { core: tell(model, operations, core, culprit, expected), isMinimal: core.isMinimal }
      : {}),
    ...(orders === null ? {} : { orders }),
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
