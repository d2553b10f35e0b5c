import type { Stage } from "../../../witness/stage.ts";

/** n1 has led and written, and is cut off; n2 is the next to lead the others. */
export function cutOffLeader(stage: Stage): void {
  stage.favour("n1");
  stage.leads("n1");
  stage.ok(stage.append("n1"));
  stage.favour("n2");
  stage.run(200);
  stage.split(["n2", "n3"]);
}

/** n1 leads, then is cut off with a tail of its own; n2 leads the others and commits. */
export function growTail(
  stage: Stage,
  { uncommitted, committed }: { readonly uncommitted: number; readonly committed: number },
): void {
  cutOffLeader(stage);
  for (let count = 0; count < uncommitted; count++) stage.append("n1");
  stage.leads("n2");
  for (let count = 0; count < committed; count++) stage.ok(stage.append("n2"));
}
