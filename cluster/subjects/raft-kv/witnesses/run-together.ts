import type { NodeName } from "../../../env/env.ts";
import type { Stage } from "../../../witness/stage.ts";

/**
 * Both run for leader in one term and do not hear each other; what the second sends to the third of
 * three nodes from then on is held back.
 */
export function runTogether(stage: Stage, first: NodeName, second: NodeName): void {
  stage.favour(first, second);
  stage.cut([first], [second]);
  stage.cut([second], [first]);
  stage.must(() => stage.role(second) === "candidate", `${second} runs`);
  stage.clog([second], stage.others(first, second));
  const isRival = (): boolean => stage.role(first) !== "follower";
  stage.must(isRival, `${first} runs`);
  stage.must(() => stage.term(first) === stage.term(second), "they run in one term");
}
