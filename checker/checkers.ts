import type { Checker } from "./checker.ts";
import { checker as answers } from "./checkers/answers.ts";
import { checker as counter } from "./checkers/counter.ts";
import { checker as linearizable } from "./checkers/linearizable.ts";
import { checker as liveness } from "./checkers/liveness.ts";
import { checker as queue } from "./checkers/queue.ts";
import { checker as recovery } from "./checkers/recovery.ts";
import { checker as sessionGuarantees } from "./checkers/session-guarantees.ts";
import { checker as set } from "./checkers/set.ts";
import { checker as setFull } from "./checkers/set-full.ts";
import { checker as staleness } from "./checkers/staleness.ts";
import { checker as stats } from "./checkers/stats.ts";
import { checker as uniqueIds } from "./checkers/unique-ids.ts";

// One line a checker: a test asserts that these are the files of checkers/.
const list: readonly Checker[] = [
  answers,
  counter,
  linearizable,
  liveness,
  queue,
  recovery,
  sessionGuarantees,
  set,
  setFull,
  staleness,
  stats,
  uniqueIds,
];

/** Every checker by its name. */
export const checkers: Readonly<Record<string, Checker>> = Object.fromEntries(
  list.map((checker) => [checker.name, checker]),
);
