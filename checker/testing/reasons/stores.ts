import type { Op } from "../../history.ts";
import { script } from "../script.ts";
import { type Case, inTurn, type Step } from "./case.ts";

const at = (value: string | null, version: number) => ({ value, version });

/** The same while writes of "a" and "b" are under way for ever. */
function besideWriters(...steps: readonly Step[]): Op[] {
  const writers = ["a", "b", "a", "b"].map((value, place): Op => {
    return {
      index: place,
      time: place,
      process: 8 + place,
      type: "invoke",
      f: "write",
      key: "k",
      value,
    };
  });
  return [...writers, ...inTurn(...steps)].map((op, index) => ({ ...op, index }));
}

/** The same while puts are under way for ever. */
function beside(puts: readonly unknown[], ...steps: readonly Step[]): Op[] {
  const lost = puts.map((value, place): Op => {
    const common = { index: place, time: 0, process: 7 + place, key: "k" } as const;
    return { ...common, type: "invoke", f: "put", value };
  });
  return [...lost, ...inTurn(...steps)].map((op, index) => ({ ...op, index }));
}

/** A put that is refused at the version that the key has, while another one at that version is under way. */
function refusedBesideAnother(): Op[] {
  return script(
    [0, "invoke", "put", at("a", 0)],
    [0, "ok", "put"],
    [0, "invoke", "put", at("b", 1)],
    [0, "ok", "put"],
    [3, "invoke", "put", at("c", 2)],
    [1, "invoke", "put", at("d", 2)],
    [1, "fail", "put", "ErrVersion"],
    [2, "invoke", "get"],
    [2, "ok", "get", at("b", 2)],
    [3, "ok", "put"],
  );
}

/** Two puts at version 1 side by side, the second of which ends so, and then a read. */
function rivals(end: "ok" | "info"): Op[] {
  return script(
    [0, "invoke", "put", at("a", 0)],
    [0, "ok", "put"],
    [1, "invoke", "put", at("b", 1)],
    [2, "invoke", "put", at("c", 1)],
    [1, "ok", "put"],
    [2, end, "put"],
    [3, "invoke", "get"],
    [3, "ok", "get", at("c", 2)],
  );
}

/** Of registers, stores of keys and lists. */
export const ofStores: Readonly<Record<string, Case>> = {
  "stale read of a version": {
    model: "versioned-kv",
    kind: "stale-read",
    core: [2, 4],
    ops: inTurn([0, "put", at("a", 0)], [3, "put", at("b", 1)], [1, "get", undefined, at("a", 1)]),
    reason:
      "get at index 4 saw version 1, but version 2 had been acknowledged to process 3 (index 2) " +
      "before the get was called (2 returned before 4 was called)",
  },
  "lost update": {
    model: "versioned-kv",
    kind: "duplicate-version",
    core: [0, 2],
    ops: inTurn([0, "put", at("a", 0)], [1, "put", at("b", 0)]),
    reason:
      'version 1 was given twice: put at index 0 ("a", process 0) and put at index 2 ("b", process 1) were both ' +
      "acknowledged at version 0, but only one put can have made version 1",
  },
  "two puts at one version, of which one is read": {
    model: "versioned-kv",
    kind: "duplicate-version",
    core: [2, 3],
    ops: rivals("ok"),
    reason:
      'version 2 was given twice: put at index 2 ("b", process 1) and put at index 3 ("c", process 2) were both ' +
      "acknowledged at version 1, but only one put can have made version 2",
  },
  "a put that nobody knows the end of, in place of one that was acknowledged": {
    model: "versioned-kv",
    kind: "duplicate-version",
    core: [2, 6],
    ops: rivals("info"),
    reason:
      'version 2 has one value only, but put at index 2 made it with "b" and get at index 6 saw it with "c" ' +
      "(of the put at index 3, process 2)",
  },
  "value that nobody put": {
    model: "versioned-kv",
    kind: "phantom",
    core: [2],
    ops: inTurn([0, "put", at("a", 0)], [1, "get", undefined, at("z", 1)]),
    reason:
      'get at index 2 saw "z" at version 1, but nothing that puts "z" at version 0 had been called by then',
  },
  "value at the version of an absent key": {
    model: "versioned-kv",
    kind: "phantom",
    core: [2],
    ops: inTurn([0, "put", at("a", 0)], [1, "get", undefined, at("a", 0)]),
    reason: 'get at index 2 saw "a" at version 0, which has no value',
  },
  "wrong refusal": {
    model: "versioned-kv",
    kind: "unordered",
    core: [2, 5, 7],
    ops: refusedBesideAnother(),
    reason:
      "put at index 5 was refused at version 2, but that was the version all the time, from index 2 " +
      "until after it (get at index 7 saw version 2)",
  },
  "refused at the version that was made": {
    model: "versioned-kv",
    kind: "unordered",
    core: [2, 4],
    ops: inTurn(
      [0, "put", at("a", 0)],
      [0, "put", at("b", 1)],
      [1, "put", at("c", 2), { error: "ErrVersion" }],
    ),
    reason:
      "put at index 4 was refused at version 2, but version 2 had been acknowledged to process 0 (index 2) before " +
      "(2 returned before 4 was called), and no other put at version 2 had been called by then",
  },
  "no key for a put that makes one": {
    model: "versioned-kv",
    kind: "unordered",
    core: [2],
    ops: inTurn([0, "put", at("a", 0)], [1, "put", at("b", 0), { error: "ErrNoKey" }]),
    reason:
      "put at index 2 was refused with ErrNoKey at version 0, but such a put makes a key that is not there",
  },
  "stale read of a register": {
    model: "register",
    kind: "stale-read",
    core: [0, 2, 4],
    ops: inTurn([0, "write", "a"], [3, "write", "b"], [1, "read", undefined, "a"]),
    reason:
      'read at index 4 saw "a", but "b" had been set by process 3 (index 2) before the read was called ' +
      '(2 returned before 4 was called), and "a" was there earlier (0 returned before 2 was called), ' +
      'and nothing sets "a" again',
  },
  "lost first write": {
    model: "register",
    kind: "stale-read",
    core: [0, 2],
    ops: inTurn([0, "write", "a"], [1, "read", undefined, null]),
    reason:
      'read at index 2 saw null, but "a" had been set by process 0 (index 0) before the read was called ' +
      "(0 returned before 2 was called), and nothing sets null again",
  },
  "two cas from one value": {
    model: "cas-register",
    kind: "stale-read",
    core: [0, 2],
    ops: inTurn([0, "cas", [null, 1]], [1, "cas", [null, 2]]),
    reason:
      "cas at index 2 found null, but 1 had been set by process 0 (index 0) before the cas was called " +
      "(0 returned before 2 was called), in place of null, and nothing sets null again",
  },
  "value that comes back once too often": {
    model: "cas-register",
    kind: "stale-read",
    core: [4, 6, 8, 10, 12],
    ops: besideWriters(
      [0, "read", undefined, "a"],
      [0, "read", undefined, "b"],
      [0, "read", undefined, "a"],
      [0, "read", undefined, "b"],
      [0, "read", undefined, "a"],
    ),
    reason:
      'one after the other, the operations at indexes 4, 6, 8, 10, 12 show "a", "b", "a", "b", "a", so "a" must ' +
      "have been set 3 times, but only 2 operations that set it had been called by then",
  },
  "refusal that is none": {
    model: "cas-register",
    kind: "unordered",
    core: [0, 2],
    ops: inTurn([0, "write", 1], [1, "cas", [1, 2], { error: "ErrVersion" }]),
    reason:
      "cas at index 2 found another value than 1, but 1 had been set by process 0 (index 0) before the cas was " +
      "called (0 returned before 2 was called), and nothing else that sets a value had been called by then",
  },
  "lost append": {
    model: "append-list",
    kind: "lost-write",
    core: [0, 2],
    ops: inTurn([0, "append", "a"], [1, "read", undefined, []]),
    reason:
      'read at index 2 did not see "a", but its append had been acknowledged to process 0 (index 0) ' +
      "before the read was called (0 returned before 2 was called)",
  },
  "element twice": {
    model: "append-list",
    kind: "duplicate",
    core: [2],
    ops: inTurn([0, "append", "a"], [1, "read", undefined, ["a", "a"]]),
    reason: 'read at index 2 saw "a" 2 times, but it had been appended once at most',
  },
  "reads that fork": {
    model: "append-list",
    kind: "unordered",
    core: [4, 6],
    ops: inTurn(
      [0, "append", "a"],
      [1, "append", "b"],
      [2, "read", undefined, ["a", "b"]],
      [3, "read", undefined, ["b", "a"]],
    ),
    reason:
      'a list only grows at its end, but element 1 is "a" for read at index 4 and "b" for read at index 6',
  },
  "append of a text that is lost": {
    model: "kv",
    kind: "lost-write",
    core: [0, 2],
    ops: inTurn([0, "append", "x"], [1, "get", undefined, ""]),
    reason:
      'get at index 2 saw "", but "x" had been appended and acknowledged to process 0 (index 0) before ' +
      "the get was called (0 returned before 2 was called), and no put can have replaced it",
  },
  "puts that are refused one after the other": {
    model: "versioned-kv",
    kind: "unordered",
    core: [4, 6, 8, 10],
    ops: beside(
      [at("x", 2), at("y", 3)],
      [0, "put", at("a", 0)],
      [0, "put", at("b", 1)],
      [1, "put", at("c", 2), { error: "ErrVersion" }],
      [2, "put", at("d", 3), { error: "ErrVersion" }],
      [3, "get", undefined, at("x", 3)],
    ),
    reason:
      "get at index 10 saw version 3, but version 4 was there before the get was called: version 2 had been " +
      "acknowledged to process 0 (index 4), and 2 puts at versions 2 to 3 were refused one after the other after " +
      "that (indexes 6 to 8), each because the key had moved on",
  },
};
