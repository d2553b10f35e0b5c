import type { Draws, ModelGenerator } from "./model-generator.ts";

type Held = { readonly key: string; readonly token: number; writesLeft: number };

/** Writes of a holder before it gives the lock back. */
const writesMax = 3;

/**
 * `acquire`, after an `ok` some `write`s with its token, then the `release`, by the same process;
 * `read` where it is drawn.
 *
 * Between two of these the process waits for its turn, longer than a lease at times: that is how a
 * late writer comes about. A process that was fenced has lost its lock, and asks for one again.
 */
export function createFencedLock({ rng, uniqueValue }: Draws): ModelGenerator {
  const held = new Map<number, Held>();
  return {
    owed: ({ process }) => {
      const lock = held.get(process);
      if (lock === undefined) return undefined;
      const { key, token } = lock;
      if (lock.writesLeft === 0) return { f: "release", key, value: { token } };
      lock.writesLeft -= 1;
      return { f: "write", key, value: { value: uniqueValue(), token } };
    },
    build: ({ f }, key) => ({ f: f === "read" ? "read" : "acquire", key }),
    observe: ({ process }, { f, key = "" }, { type, value, error }) => {
      if (f === "acquire" && type === "ok") {
        const { token } = value as { readonly token: number };
        held.set(process, { key, token, writesLeft: rng.int(1, writesMax) });
      }
      const isOver = f === "release" || type === "info" || error === "fenced";
      if (isOver) held.delete(process);
    },
    forgetKey: () => undefined,
  };
}
