import type { Op } from "../../history.ts";
import { done, failed, lost, script } from "../script.ts";
import { type Case, inTurn } from "./case.ts";

/** Nobody knows what became of the first acquire. */
function heldBeforeGranted(): Op[] {
  return script(
    [7, "invoke", "acquire"],
    [7, "info", "acquire", "timeout"],
    [0, "invoke", "acquire"],
    [0, "fail", "acquire", "held"],
    [1, "invoke", "acquire"],
    [1, "ok", "acquire"],
  );
}

/** Of locks. */
export const ofLocks: Readonly<Record<string, Case>> = {
  "two holders": {
    model: "mutex",
    kind: "broken-lock",
    core: [0, 2],
    ops: inTurn([0, "acquire", undefined], [1, "acquire", undefined]),
    reason:
      "acquire at index 2 was granted to process 1, but process 0 (index 0) had the lock " +
      "(0 returned before 2 was called), and no release since can have taken effect",
  },
  "two holders, of which one had released it earlier": {
    model: "mutex",
    kind: "broken-lock",
    core: [2, 4, 6],
    ops: inTurn(
      [0, "acquire", undefined],
      [0, "release", undefined],
      [0, "acquire", undefined],
      [1, "acquire", undefined],
    ),
    reason:
      "acquire at index 6 was granted to process 1, but process 0 (index 4) had the lock " +
      "(4 returned before 6 was called), and no release since can have taken effect",
  },
  "one holder twice": {
    model: "mutex",
    kind: "broken-lock",
    core: [0, 2],
    ops: inTurn([0, "acquire", undefined], [0, "acquire", undefined]),
    reason:
      "process 0 was granted the lock twice (indexes 0 and 2), and had called no release in between",
  },
  "held by nobody": {
    model: "mutex",
    kind: "broken-lock",
    core: [2, 4],
    ops: inTurn(
      [0, "acquire", undefined],
      [0, "release", undefined],
      [1, "acquire", undefined, { error: "held" }],
    ),
    reason:
      "acquire at index 4 was refused as held, but whoever had asked for the lock by then had released it " +
      "before 4 was called (releases at index 2)",
  },
  "granted while it must be held": {
    model: "mutex",
    kind: "broken-lock",
    core: [2, 4],
    ops: heldBeforeGranted(),
    reason:
      "acquire at index 4 was granted to process 1, but the lock had been found held before (index 2: 2 returned " +
      "before 4 was called), and no release since of who can have held it then can have taken effect (acquired at index 0)",
  },
  "release without the lock": {
    model: "mutex",
    kind: "broken-lock",
    core: [0],
    ops: inTurn([0, "release", undefined]),
    reason: "release at index 0 was acknowledged, but process 0 had never asked for the lock",
  },
  "released more often than acquired": {
    model: "mutex",
    kind: "broken-lock",
    core: [2, 4],
    ops: inTurn([0, "acquire", undefined], [0, "release", undefined], [0, "release", undefined]),
    reason:
      "process 0 released the lock 2 times (indexes 2, 4), but had asked for it only once by then",
  },
  "token that falls": {
    model: "fenced-lock",
    kind: "broken-lock",
    core: [0, 2],
    ops: inTurn([0, "acquire", undefined, { token: 5 }], [1, "acquire", undefined, { token: 4 }]),
    reason:
      "acquire at index 2 was granted token 4, but token 5 had been granted to process 0 (index 0) before " +
      "(0 returned before 2 was called)",
  },
  "write with a token that another one has overtaken": {
    model: "fenced-lock",
    kind: "broken-lock",
    core: [2, 6],
    ops: inTurn(
      [0, "acquire", undefined, { token: 4 }],
      [1, "write", { value: "b", token: 5 }],
      [1, "read", undefined, { value: "b", token: 5 }],
      [0, "write", { value: "a", token: 4 }],
      [2, "read", undefined, { value: "a", token: 4 }],
    ),
    reason:
      "write at index 6 with token 4 was accepted, but a write with the newer token 5 had been acknowledged to " +
      "process 1 (index 2) before (2 returned before 6 was called)",
  },
  "a read of the beginning after a write with the first token": {
    model: "fenced-lock",
    kind: "unordered",
    core: [0, 2],
    ops: inTurn(
      [0, "write", { value: "a", token: 0 }],
      [1, "read", undefined, { value: null, token: 0 }],
    ),
    reason:
      'read at index 2 saw null with token 0, as it is before any write, but "a" with token 0 ' +
      "had been acknowledged to process 0 (index 0) before (0 returned before 2 was called)",
  },
  "a write that came before what replaced it, of unknown outcome": {
    model: "fenced-lock",
    kind: "unordered",
    core: [0, 2, 4],
    ops: script(
      [0, "invoke", "write", { value: "a", token: 0 }],
      [0, "info", "write", "ErrMaybe"],
      [1, "invoke", "write", { value: "b", token: 0 }],
      [1, "ok", "write"],
      [2, "invoke", "read"],
      [2, "ok", "read", { value: "a", token: 0 }],
    ),
    reason:
      'read at index 4 saw "a" with token 0, but "b" with token 0 had been acknowledged to ' +
      'process 1 (index 2) before (2 returned before 4 was called), the only write of "a" with ' +
      "token 0 ended earlier (0 returned before 2 was called), and nobody wrote it again",
  },
  "a token that was fenced is read": {
    model: "fenced-lock",
    kind: "unordered",
    core: [4, 6],
    ops: script(
      ...done(0, "write", { value: "a", token: 3 }),
      ...lost(3, "write", { value: "c", token: 4 }),
      ...failed(1, "write", { value: "b", token: 3 }, "fenced"),
      ...done(2, "read", undefined, { value: "a", token: 3 }),
    ),
    reason:
      "read at index 6 saw token 3, but a write with token 3 had been fenced for process 1 " +
      "(index 4) before (4 returned before 6 was called), so a newer one had been written by " +
      "then",
  },
  "a write that was fenced by nothing": {
    model: "fenced-lock",
    kind: "unordered",
    core: [2],
    ops: inTurn(
      [0, "write", { value: "a", token: 3 }],
      [1, "write", { value: "b", token: 3 }, { error: "fenced" }],
    ),
    reason:
      "write at index 2 with token 3 was fenced, but nobody had called a write with a newer " +
      "token by then",
  },
};
