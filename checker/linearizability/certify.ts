import type { Anomaly, Budget, Progress } from "../checker.ts";
import { refuseForeignRows } from "../foreign.ts";
import type { Model } from "../model.ts";
import type { Operations } from "../operations.ts";
import { explainInvalid } from "./certificate.ts";
import { decide } from "./decide.ts";
import { progressOf } from "./progress.ts";

/** The verdict on a history, with what proves it. */
export type Certificate =
  | {
      readonly verdict: "valid";
      /** Rows of each partition in an order that the model allows, for `verifyWitness`. */
      readonly orders: readonly Int32Array[];
    }
  | { readonly verdict: "invalid"; readonly anomaly: Anomaly }
  /** The budget ended first. */
  | {
      readonly verdict: "unknown";
      readonly reason: "time" | "steps" | "memory";
      readonly progress: Progress;
    };

/** Decides a history and proves it. Throws `HistoryError` for operations that the model cannot read. */
export function certify(model: Model, operations: Operations, budget: Budget): Certificate {
  refuseForeignRows(model, operations);
  const decision = decide(model, operations, budget);
  switch (decision.verdict) {
    case "valid":
      return { verdict: "valid", orders: [...decision.witnesses()] };
    case "invalid":
      return {
        verdict: "invalid",
        anomaly: explainInvalid(model, operations, decision, budget),
      };
    case "unknown":
      return {
        verdict: "unknown",
        reason: decision.reason,
        progress: progressOf(model, operations, decision),
      };
  }
}
