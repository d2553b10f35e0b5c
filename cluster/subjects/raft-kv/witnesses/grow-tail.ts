import type { Stage } from "../../../witness/stage.ts";

/** n1 leads, then is cut off with a tail of its own; n2 leads the others and commits. */
export function growTail(
  stage: Stage,
  { uncommitted, committed }: { readonly uncommitted: number; readonly committed: number },
): void {
  stage.favour("n1");
  stage.leads("n1");
  stage.ok(stage.append("n1"));
  stage.favour("n2");
  stage.run(200);
  stage.split(["n2", "n3"]);
  for (let count = 0; count < uncommitted; count++) stage.append("n1");
  stage.leads("n2");
  for (let count = 0; count < committed; count++) stage.ok(stage.append("n2"));
}
