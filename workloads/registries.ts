import type { Checker, Model } from "porcupine-ts";
import type { Subject } from "../cluster/subject.ts";
import type { Fault } from "../nemesis/fault.ts";

/** What a workload file needs to know of a subject. */
export type RegisteredSubject = Pick<
  Subject,
  "name" | "nodeCounts" | "nodesDefault" | "models" | "options" | "findOptionProblem"
>;

/** What there is, by name: everything a workload file may refer to. */
export type Registries = {
  readonly subjects: ReadonlyMap<string, RegisteredSubject>;
  readonly faults: ReadonlyMap<string, Fault>;
  readonly checkers: ReadonlyMap<string, Pick<Checker, "name" | "options" | "required">>;
  readonly models: ReadonlyMap<string, Pick<Model, "name" | "functions">>;
  /** YAML text of the named schedules in `nemesis/schedules`. */
  readonly schedules: ReadonlyMap<string, string>;
};
