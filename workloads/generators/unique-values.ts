import type { Draws, ModelGenerator } from "./model-generator.ts";

const reads: readonly string[] = ["get", "read"];

/** `register`, `kv`, `append-list`: whatever writes, writes a value never written before. */
export function createUniqueValues({ uniqueValue }: Draws): ModelGenerator {
  return {
    build: ({ f }, key) => (reads.includes(f) ? { f, key } : { f, key, value: uniqueValue() }),
    observe: () => undefined,
    forgetKey: () => undefined,
  };
}
