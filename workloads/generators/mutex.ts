import type { ModelGenerator } from "./model-generator.ts";

/**
 * `acquire`, and after an `ok` the `release` of the same key by the same process.
 *
 * A process that is retired takes its lock with it: nobody else may release it. Keys of a workload
 * on locks should therefore rotate.
 */
export function createMutex(): ModelGenerator {
  const held = new Map<number, string>();
  return {
    owed: ({ process }) => {
      const key = held.get(process);
      return key === undefined ? undefined : { f: "release", key };
    },
    build: (_operation, key) => ({ f: "acquire", key }),
    observe: ({ process }, { f, key = "" }, { type, error }) => {
      if (type === "info") held.delete(process);
      else if (f === "acquire" && type === "ok") held.set(process, key);
      else if (f === "release" && (type === "ok" || error === "not-held")) held.delete(process);
    },
    forgetKey: () => undefined,
  };
}
