import { lost, script } from "../script.ts";
import { type Case, inTurn } from "./case.ts";

/** Of lists with elements that were appended more than once. */
export const ofLists: Readonly<Record<string, Case>> = {
  "one of two equal elements is lost": {
    model: "append-list",
    kind: "unordered",
    core: [0, 2, 4],
    ops: inTurn([0, "append", "a"], [1, "append", "a"], [2, "read", undefined, ["a"]]),
    reason:
      'read at index 4 saw "a" once, but 2 appends of it (indexes 0 and 2) had been ' +
      "acknowledged before it was called",
  },
  "an equal element is lost behind what was read": {
    model: "append-list",
    kind: "unordered",
    core: [4, 6, 8],
    ops: inTurn(
      [0, "append", "a"],
      [0, "append", "b"],
      [1, "read", undefined, ["a", "b"]],
      [0, "append", "a"],
      [1, "read", undefined, ["a", "b"]],
    ),
    reason:
      'read at index 8 saw "a" not at all behind the 2 elements that read at index 4 saw, but ' +
      "an append of it (index 6) had been acknowledged before it was called, and called after 4 " +
      "had returned",
  },
  "an element out of its turn": {
    model: "append-list",
    kind: "unordered",
    core: [2, 4, 6],
    ops: inTurn(
      [0, "append", "a"],
      [0, "append", "b"],
      [0, "append", "a"],
      [1, "read", undefined, ["a", "b"]],
    ),
    reason:
      'read at index 6 saw "a" only in front of the first "b", but an append of "a" was called ' +
      'when one of "b" had been acknowledged (2 returned before 4 was called), and had been ' +
      "acknowledged before the read",
  },
  "an element in front of what was there before": {
    model: "append-list",
    kind: "unordered",
    core: [0, 4],
    ops: script(
      [0, "invoke", "append", "b"],
      [0, "ok", "append"],
      [0, "invoke", "append", "a"],
      [0, "ok", "append"],
      [1, "invoke", "read"],
      [1, "ok", "read", ["a", "b"]],
      ...lost(2, "append", "a"),
    ),
    reason:
      'no append of "a" had been called when "b" had been appended (index 0), so that had to ' +
      'come before element 1, "a", of what read at index 4 saw, but did not',
  },
  "an element that was there and is not": {
    model: "append-list",
    kind: "unordered",
    core: [0, 2, 3],
    ops: script(
      [0, "invoke", "append", "a"],
      [0, "info", "append", "ErrMaybe"],
      [1, "invoke", "read"],
      [2, "invoke", "read"],
      [1, "ok", "read", ["a"]],
      [2, "ok", "read", []],
    ),
    reason:
      'read at index 3 did not see "a", but it was read by process 1 (index 2), and the only ' +
      "append of it had ended before (0 returned before 3 was called)",
  },
};
