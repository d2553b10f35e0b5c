import { createLastSeen } from "./last-seen.ts";
import type { Draws, ModelGenerator } from "./model-generator.ts";

/** How far a `random` version may be from the last one seen. */
const driftMax = 2;

/**
 * `get`, and `put` of a unique value if the version is the one the thread (or any thread) saw last, or
 * one near it.
 *
 * A thread whose put was refused reads that key next: else it would be refused for ever on a key
 * that others write.
 */
export function createVersionedKv({ rng, uniqueValue }: Draws): ModelGenerator {
  const versions = createLastSeen<number>();
  /** By thread: the key of a put that was refused. */
  const outdated: (string | undefined)[] = [];
  return {
    owed: ({ thread }) => {
      const key = outdated[thread];
      outdated[thread] = undefined;
      return key === undefined ? undefined : { f: "get", key, value: undefined };
    },
    build: ({ f, version: choice }, key, { thread }) => {
      if (f === "get") return { f, key, value: undefined };
      const seen = (choice === "latest" ? versions.latest(key) : versions.get(thread, key)) ?? 0;
      const drift = choice === "random" ? rng.int(-driftMax, driftMax) : 0;
      return { f, key, value: { value: uniqueValue(), version: Math.max(0, seen + drift) } };
    },
    observe: ({ thread }, { f, key = "", value }, completion) => {
      if (completion.error === "ErrVersion") outdated[thread] = key;
      if (completion.type !== "ok") return;
      // A put at version v leaves the key at v + 1.
      const version =
        f === "get" ? versionOf(completion.value) : (versionOf(value) ?? Number.NaN) + 1;
      if (Number.isSafeInteger(version)) versions.set(thread, key, version as number);
    },
    forgetKey: versions.forgetKey,
  };
}

function versionOf(value: unknown): number | undefined {
  const version = (value as { version?: unknown } | null | undefined)?.version;
  return typeof version === "number" ? version : undefined;
}
