import type { Lookup } from "../anomaly/facts.ts";
import type { PairedOperation } from "../operations.ts";

/** The lookup of a history that is written down operation by operation, in any order. */
export function lookupIn(operations: readonly PairedOperation[]): Lookup {
  const byCall = [...operations].sort((a, b) => a.call - b.call);
  return {
    at: (index) => operations.find((operation) => operation.index === index),
    onKey: (key) => byCall.filter((operation) => operation.key === key),
  };
}
