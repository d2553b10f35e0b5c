import { model } from "../models/versioned-kv.ts";
import { invalid, type StreamFinding } from "./key-machine.ts";
import { type StreamOperation, toOperation } from "./stream-operation.ts";
import type { Version } from "./version.ts";

/**
 * Why the constraints on a version have no solution. `order`: it came too late. `writer`: nobody can have made
 * it, or two did. `value`: two values of it are known.
 */
export type VersionFailure = {
  readonly version: Version;
  readonly kind: "order" | "writer" | "value";
};

/** What the operation that showed the failure is told. */
export function explain(
  operation: StreamOperation,
  { version, kind }: VersionFailure,
): StreamFinding {
  const { number, lowFrom, boundFrom } = version;
  const writer = version.writers[0];
  const related = [lowFrom?.index, boundFrom?.index, writer?.index];
  const observed = model.describeOperation(toOperation(operation));
  if (kind === "value") {
    const expected = `the value that was put or read at version ${number} before`;
    return invalid(operation, writer === undefined ? "phantom" : "lost-write", related, {
      expected,
      observed,
    });
  }
  if (kind === "writer") {
    const rival = version.isWritten ? "another put that succeeded at it" : "nobody had put it";
    const expected = `version ${number} made once: ${rival}`;
    const anomaly = version.isWritten ? "duplicate-version" : "phantom";
    return invalid(operation, anomaly, related, { expected, observed });
  }
  const expected = `an answer that fits version ${number}, known before`;
  const isGet = operation.f === "get";
  const anomaly = isGet ? "stale-read" : operation.outcome === "ok" ? "lost-write" : "unordered";
  return invalid(operation, anomaly, related, { expected, observed });
}
