import type { Stage } from "../../../witness/stage.ts";

/** n1 leads; n2, whose disk is slow, is killed again and again while it takes a snapshot. */
export function killAmidSnapshots(stage: Stage): void {
  stage.favour("n1");
  stage.leads("n1");
  stage.disk("n2", { slowMs: 30 });
  for (let count = 0; count < 5; count++) {
    for (let more = 0; more < 6; more++) stage.append("n1");
    stage.run(70);
    stage.kill("n2");
    stage.start("n2");
    stage.run(300);
  }
}
