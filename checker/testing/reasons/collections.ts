import type { Op } from "../../history.ts";
import { script } from "../script.ts";
import { type Case, inTurn, type Step } from "./case.ts";

/** The same after an add of 1 that ended with ErrMaybe. */
function afterErrMaybe(...steps: readonly Step[]): Op[] {
  const common = { time: 0, process: 7, f: "add", key: "k" } as const;
  const add: readonly Op[] = [
    { ...common, index: 0, type: "invoke", value: 1 },
    { ...common, index: 1, type: "info", error: "ErrMaybe" },
  ];
  return [...add, ...inTurn(...steps)].map((op, index) => ({ ...op, index }));
}

function readsSideBySide(): Op[] {
  return script(
    [7, "invoke", "add", 1],
    [7, "info", "add", "ErrMaybe"],
    [0, "invoke", "read"],
    [1, "invoke", "read"],
    [0, "ok", "read", 0],
    [1, "ok", "read", 1],
  );
}

/** Of sets, counters and queues. */
export const ofCollections: Readonly<Record<string, Case>> = {
  "element that nobody added": {
    model: "set",
    kind: "phantom",
    core: [2],
    ops: inTurn([0, "add", 1], [1, "read", undefined, [1, 2]]),
    reason: "read at index 2 saw 2, but nobody had called an add of it by then",
  },
  "lost member": {
    model: "set",
    kind: "lost-write",
    core: [0, 2],
    ops: inTurn([0, "add", 1], [1, "read", undefined, []]),
    reason:
      "read at index 2 did not see 1, but its add had been acknowledged to process 0 (index 0) before the read " +
      "was called (0 returned before 2 was called), and nothing is ever removed",
  },
  "sum that no adds make": {
    model: "counter",
    kind: "unordered",
    core: [4],
    ops: inTurn([0, "add", 2], [0, "add", 4], [1, "read", undefined, 3]),
    reason: "read at index 4 saw 3, but all adds called by then are multiples of 2",
  },
  "sum that is not to be had": {
    model: "counter",
    kind: "unordered",
    core: [4],
    ops: inTurn([0, "add", 2], [0, "add", 5], [1, "read", undefined, 6]),
    reason: "read at index 4 saw 6, but no choice of the adds called by then has that sum",
  },
  "more than was added": {
    model: "counter",
    kind: "unordered",
    core: [4],
    ops: inTurn([0, "add", 1], [0, "add", 1], [1, "read", undefined, 3]),
    reason: "read at index 4 saw 3, but all adds called by then come to 2 at most",
  },
  "less than was added since a read": {
    model: "counter",
    kind: "unordered",
    core: [8, 10, 12],
    ops: inTurn(
      [0, "add", 1],
      [0, "add", 1],
      [0, "add", 1],
      [0, "add", 1],
      [1, "read", undefined, 4],
      [0, "add", 1],
      [1, "read", undefined, 4],
    ),
    reason:
      "read at index 12 saw 4, but 4 had been read at index 8 before, and an add of 1 (index 10) came in between, " +
      "called after 8 had returned and acknowledged before 12 was called: that makes 5, and no add takes " +
      "anything away",
  },
  "sum that comes late": {
    model: "counter",
    kind: "unordered",
    core: [0, 2, 4],
    ops: afterErrMaybe([1, "read", undefined, 0], [1, "read", undefined, 1]),
    reason:
      "read at index 4 saw 1, but 0 had been read at index 2 before (2 returned before 4 was called), and no " +
      "choice of the adds called by then makes the difference of 1; an add of 1 (index 0) had ended before 2 " +
      "was called",
  },
  "sum that comes late beside the first read": {
    model: "counter",
    kind: "unordered",
    core: [0, 2, 3],
    ops: readsSideBySide(),
    reason:
      "read at index 3 saw 1 and read at index 2 saw 0, but an add of 1 (index 0) had ended before 2 was called, " +
      "and nothing had been added besides when 3 returned",
  },
  "lost add": {
    model: "counter",
    kind: "unordered",
    core: [0, 4],
    ops: inTurn([0, "add", 2], [0, "add", 4], [1, "read", undefined, 4]),
    reason:
      "read at index 4 saw 4, but an add of 2 (index 0) had been acknowledged before it, and no choice of the other " +
      "adds called by then makes up for that",
  },
  "lost adds": {
    model: "counter",
    kind: "unordered",
    core: [0, 2, 4],
    ops: inTurn([0, "add", 2], [0, "add", 2], [1, "read", undefined, 2]),
    reason:
      "read at index 4 saw 2, but 2 adds with the sum of 4 (indexes 0 and 2) had been acknowledged before it, and " +
      "no add takes anything away",
  },
  "counter that falls": {
    model: "counter",
    kind: "unordered",
    core: [4, 6],
    ops: inTurn([0, "add", 2], [0, "add", 4], [1, "read", undefined, 6], [1, "read", undefined, 2]),
    reason:
      "read at index 6 saw 2, but 6 had been read at index 4 before (4 returned before 6 was called), and no add " +
      "takes anything away",
  },
  "element taken twice": {
    model: "queue",
    kind: "duplicate",
    core: [2, 4],
    ops: inTurn([0, "enqueue", 1], [1, "dequeue", undefined, 1], [1, "dequeue", undefined, 1]),
    reason: "1 was taken 2 times (indexes 2, 4), but it had been enqueued once at most",
  },
  "queue that is not empty": {
    model: "queue",
    kind: "lost-write",
    core: [0, 2],
    ops: inTurn([0, "enqueue", 1], [1, "dequeue", undefined, { error: "empty" }]),
    reason:
      "dequeue at index 2 found the queue empty, but 1 had been enqueued by process 0 (index 0) before " +
      "(0 returned before 2 was called), and no dequeue that takes it had been called by then",
  },
  "younger one first": {
    model: "queue",
    kind: "unordered",
    core: [0, 4],
    ops: inTurn([0, "enqueue", 1], [0, "enqueue", 2], [1, "dequeue", undefined, 2]),
    reason:
      "dequeue at index 4 took 2, but 1 had been enqueued before it (0 returned before 2 was called), and no " +
      "dequeue that takes 1 had been called by then",
  },
};
