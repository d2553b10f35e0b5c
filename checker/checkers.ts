import type { Checker } from "./checker.ts";
import { checker as answers } from "./checkers/answers.ts";
import { checker as linearizable } from "./checkers/linearizable.ts";
import { checker as liveness } from "./checkers/liveness.ts";
import { checker as recovery } from "./checkers/recovery.ts";
import { checker as stats } from "./checkers/stats.ts";

// One line a checker: a test asserts that these are the files of checkers/.
const list: readonly Checker[] = [answers, linearizable, liveness, recovery, stats];

/** Every checker by its name. */
export const checkers: Readonly<Record<string, Checker>> = Object.fromEntries(
  list.map((checker) => [checker.name, checker]),
);
