import type { Workload } from "./workload.ts";

/** The sequential specification that the clients speak: `model` of the first check that has one. */
export function modelOf({ check }: Pick<Workload, "check">): string {
  for (const { options } of check) {
    if (typeof options["model"] === "string") return options["model"];
  }
  throw new RangeError("a loaded workload has a check with a model");
}

/** The function that reads a key without changing it; absent where nothing can be read. */
export function readFunctionOf(model: string): string | undefined {
  return readFunctions.get(model);
}

const readFunctions: ReadonlyMap<string, string> = new Map([
  ["versioned-kv", "get"],
  ["kv", "get"],
  ["register", "read"],
  ["cas-register", "read"],
  ["append-list", "read"],
  ["fenced-lock", "read"],
]);

const reads: ReadonlySet<string> = new Set(readFunctions.values());

/** Whether a function only looks; every other one is a mutation. */
export function isRead(f: string): boolean {
  return reads.has(f);
}

/** A number among the options of a check; `otherwise` where the workload does not say. */
export function checkOption(
  { check }: Pick<Workload, "check">,
  checker: string,
  name: string,
  otherwise: number,
): number {
  const value = check.find((candidate) => candidate.checker === checker)?.options[name];
  return typeof value === "number" ? value : otherwise;
}
