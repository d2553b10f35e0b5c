import t from "tap";
import type { Operation } from "../../model.ts";
import { toColumns } from "../../operations-of.ts";
import { fastPath } from "./mutex.ts";

const base = { process: 0, input: undefined, outcome: "ok" } as const;

t.test(
  "a process that acts after an unknown outcome, or while it waits, is for the search",
  async (t) => {
    const open: Operation[] = [
      { ...base, f: "acquire", outcome: "open", index: 0, call: 0, return: Infinity },
      { ...base, f: "release", index: 1, call: 1, return: 2 },
    ];
    const overlapping: Operation[] = [
      { ...base, f: "acquire", index: 0, call: 0, return: 2 },
      { ...base, f: "release", index: 1, call: 1, return: 3 },
    ];
    for (const list of [open, overlapping]) {
      t.equal(fastPath.prepare(toColumns(list))(Int32Array.of(0, 1)), null);
    }
  },
);
