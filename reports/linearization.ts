import { certify, type Model, type Op, operationsOf, pairOperations } from "porcupine-ts";
import type { PairedOperation } from "./operations.ts";

/** Operations of one key that are looked at; a longer history is left out, and the page says so. */
export const linearizedMax = 3000;
/** Of each of the searches, in steps. */
const stepsMax = 200_000;

/** An operation of an order, with the moment at which it took effect in it. */
export type Point = {
  readonly operation: PairedOperation;
  /** Between call and return, never before the one before; nanoseconds. */
  readonly at: number;
  /** The state after it, in the model's words. */
  readonly state: string;
};

/** An order of the operations of one key. */
export type Linearization = {
  /** `invalid`: `order` goes as far as any order can. `unknown`: the search ended first. */
  readonly verdict: "valid" | "invalid" | "unknown";
  readonly order: readonly Point[];
  /** The first to return, of those that no such order holds; null when the whole history has an order. */
  readonly stuck: PairedOperation | null;
  readonly total: number;
};

/**
 * An order of all operations of a key, or of the longest beginning of its history that has one.
 *
 * A beginning ends with an answer: what was under way then may yet take effect or not. `operations` are those
 * of one key, in the order of calls.
 */
export function linearize(model: Model, operations: readonly PairedOperation[]): Linearization {
  const total = operations.length;
  const lines = linesOf(operations);
  const whole = tryOrder(model, lines);
  if (whole === "unknown") return { verdict: "unknown", order: [], stuck: null, total };
  if (whole !== "invalid") {
    return {
      verdict: "valid",
      order: pointsOf(model, operations, lines, whole),
      stuck: null,
      total,
    };
  }
  const ends = lines.flatMap(({ type }, place) => (type === "invoke" ? [] : [place]));
  let low = 0;
  let high = ends.length - 1;
  let best: readonly number[] = [];
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = tryOrder(model, lines.slice(0, (ends[middle] ?? 0) + 1));
    if (found === "unknown") return { verdict: "unknown", order: [], stuck: null, total };
    if (found === "invalid") high = middle;
    else {
      best = found;
      low = middle + 1;
    }
  }
  const end = lines[ends[high] ?? 0];
  const stuck = operations.find(({ index }) => index === end?.operation) ?? null;
  const known = lines.slice(0, high === 0 ? 0 : (ends[high - 1] ?? 0) + 1);
  return { verdict: "invalid", order: pointsOf(model, operations, known, best), stuck, total };
}

/** A part of a long order, to be drawn at once. */
export type OrderPage = {
  readonly points: readonly Point[];
  /** Places of the first and the last, from 1; 0 of an empty order. */
  readonly from: number;
  readonly to: number;
  readonly pages: number;
};

/** Page `page` of an order, from 0, counted from its beginning; a page beyond is the last one. */
export function pageOf(order: readonly Point[], page: number, size: number): OrderPage {
  const pages = Math.max(1, Math.ceil(order.length / size));
  const start = Math.min(page, pages - 1) * size;
  const points = order.slice(start, start + size);
  return { points, from: points.length === 0 ? 0 : start + 1, to: start + points.length, pages };
}

/** Operations that were under way when no order went further, and that none of the orders needs. */
export function underWay(
  { order, stuck }: Linearization,
  operations: readonly PairedOperation[],
): number {
  if (stuck === null) return 0;
  const end = stuck.return ?? Infinity;
  const inOrder = new Set(order.map(({ operation }) => operation.index));
  return operations.filter(
    ({ index, call, return: returned }) =>
      index !== stuck.index && !inOrder.has(index) && call < end && (returned ?? Infinity) >= end,
  ).length;
}

/** A line of the key's history; `operation` is the index of its invocation in the run. */
type Line = Op & { readonly operation: number };

/**
 * Calls before returns at one moment: then they overlap, and nothing is claimed that is not known. Only the
 * call of a client that had its answer at that very moment comes after.
 */
function linesOf(operations: readonly PairedOperation[]): Line[] {
  const lines = operations.flatMap((operation): Omit<Line, "index">[] => {
    const { index, process, f, key, input, output, error, outcome, call, return: end } = operation;
    const common = { process, f, operation: index, ...(key === null ? {} : { key }) };
    const value = input === undefined || input === null ? {} : { value: input };
    const invoke = { ...common, ...value, type: "invoke" as const, time: call };
    if (end === null) return [invoke];
    const told = output === undefined ? {} : { value: output };
    const why = error === null ? {} : { error };
    return [invoke, { ...common, ...told, ...why, type: outcome, time: end }];
  });
  const answered = new Set(
    lines.flatMap(({ type, time, process }) => (type === "invoke" ? [] : [`${time} ${process}`])),
  );
  const rank = ({ type, time, process }: Omit<Line, "index">): number =>
    type !== "invoke" ? 1 : answered.has(`${time} ${process}`) ? 2 : 0;
  return lines
    .sort((a, b) => a.time - b.time || rank(a) - rank(b))
    .map((line, index) => ({ ...line, index }));
}

/** Indexes of the run's invocations in an order. */
function tryOrder(model: Model, lines: readonly Line[]): readonly number[] | "invalid" | "unknown" {
  const operations = operationsOf(lines);
  const certificate = certify(model, operations, {
    stepsMax,
    configurationsMax: stepsMax,
    shouldStop: () => false,
  });
  if (certificate.verdict !== "valid") return certificate.verdict;
  return certificate.orders.flatMap((rows) =>
    Array.from(rows, (row) => lines[operations.index[row] ?? 0]?.operation ?? -1),
  );
}

function pointsOf(
  model: Model,
  operations: readonly PairedOperation[],
  lines: readonly Line[],
  order: readonly number[],
): Point[] {
  const byIndex = new Map(operations.map((operation) => [operation.index, operation]));
  const steps = new Map(pairOperations(lines).map((step) => [lines[step.index]?.operation, step]));
  let state = model.init();
  let at = 0;
  return order.flatMap((index) => {
    const operation = byIndex.get(index);
    const step = steps.get(index);
    if (operation === undefined || step === undefined) return [];
    at = Math.max(at, operation.call);
    state = model.step(state, step) ?? state;
    return [{ operation, at, state: model.describeState(state) }];
  });
}
