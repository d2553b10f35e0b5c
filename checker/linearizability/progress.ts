import type { OpenOperation, Progress } from "../checker.ts";
import type { Model, Operation } from "../model.ts";
import { never, type Operations, operationAt } from "../operations.ts";
import { plural } from "../plural.ts";
import type { Decision } from "./decision.ts";
import type { SearchProgress } from "./search.ts";

type Undecided = Extract<Decision, { verdict: "unknown" }>;

/** So many open operations are listed. */
export const listedMax = 16;
/** So many of them are told in a sentence, and so much of each. */
const namedMax = 3;
const textMax = 100;

/** What is known of a partition that no search was begun on. */
export function notBegun(model: Model, operations: Operations, rows: Int32Array): SearchProgress {
  let of = 0;
  let due = -1;
  let end: number = never;
  for (let place = 0; place < rows.length; place++) {
    const returned = operations.return[rows[place] ?? 0] ?? never;
    if (returned === never) continue;
    of++;
    if (returned > end) continue;
    end = returned;
    due = place;
  }
  const open: number[] = [];
  for (let place = 0; place < rows.length && due !== -1; place++) {
    if ((operations.call[rows[place] ?? 0] ?? never) > end) break;
    if (place !== due) open.push(place);
  }
  const state = model.describeState(model.init());
  return { ordered: 0, of, state, due, open: Int32Array.from(open) };
}

/** How far a decision got that its budget ended, in the model's words. */
export function progressOf(
  model: Model,
  operations: Operations,
  { rows, progress, undecided }: Undecided,
): Progress {
  const { ordered, of, state, due, open } = progress;
  const rowOf = (place: number): number => rows[place] ?? 0;
  const tell = (place: number): OpenOperation =>
    openOperation(model, operationAt(operations, rowOf(place)));
  const key = model.partitionByKey ? operations.keys[operations.key[rowOf(0)] ?? -1] : undefined;
  return {
    ...(key === undefined ? {} : { key }),
    ...{ ordered, of, state, undecidedKeys: undecided, openCount: open.length },
    due: due === -1 ? null : tell(due),
    open: Array.from(open.subarray(0, listedMax), tell),
  };
}

export function openOperation(model: Model, operation: Operation): OpenOperation {
  return { index: operation.index, text: model.describeOperation(operation) };
}

/** The same in a few words: how many operations of the key were ordered, and which were open. */
export function tellProgress({
  key,
  ordered,
  of,
  state,
  due,
  open,
  openCount,
  undecidedKeys,
}: Progress): string {
  const where = key === undefined ? "" : ` of key ${key}`;
  const far = `${ordered} of ${plural(of, "completed operation")}${where} ordered, state ${clip(state)}`;
  const beside =
    openCount === 0 ? "nothing else open" : `open beside it: ${tellOpen(open, openCount)}`;
  const next = due === null ? "" : `; next by return: ${tellOne(due)}, ${beside}`;
  return `${far}${next}; ${plural(undecidedKeys, "key")} undecided`;
}

/** The first few of `count` operations. */
export function tellOpen(open: readonly OpenOperation[], count: number): string {
  const named = open.slice(0, namedMax).map(tellOne);
  const others = count - named.length;
  return others > 0 ? `${named.join(", ")} and ${others} more` : named.join(", ");
}

export function tellOne({ index, text }: OpenOperation): string {
  return `op ${index} (${clip(text)})`;
}

function clip(text: string): string {
  return text.length > textMax ? `${text.slice(0, textMax)}...` : text;
}
