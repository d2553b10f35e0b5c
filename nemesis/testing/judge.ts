import t from "tap";
import type { Effect, Fault, Observation } from "../fault.ts";

/** Three looks at a fault on n1, and what they amount to. */
export type JudgeCase = {
  readonly name: string;
  readonly fault: Fault;
  readonly detail?: Observation;
  readonly effect?: Effect;
  readonly looks: readonly [before: Observation, during: Observation, after: Observation];
  readonly effective: boolean | null;
  readonly healed: boolean;
};

type Amount = Pick<JudgeCase, "effective" | "healed">;

export const nothingMet: Amount = { effective: null, healed: true };
export const yes: Amount = { effective: true, healed: true };
export const no: Amount = { effective: false, healed: true };
export const stuck: Amount = { effective: true, healed: false };

/** A test of each case. */
export function judgeAll(cases: readonly JudgeCase[]): void {
  for (const { name, fault, detail = {}, effect = {}, looks, effective, healed } of cases) {
    t.test(`${fault.name}: ${name}`, async (t) => {
      const instance = { targets: ["n1"], detail, effect };
      const [before, during, after] = looks;
      const judged = fault.judge(instance, { before, during, after });
      t.match(judged, { effective, healed }, judged.evidence());
    });
  }
}
