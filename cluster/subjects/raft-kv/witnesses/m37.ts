import type { Call } from "../../../witness/stage.ts";
import type { Witness } from "../../../witness/witness.ts";

/** A holder is slow: it writes when its lease is over, and its successor has written. */
export const witness: Witness = {
  bug: "M37",
  shows: "anomaly",
  nodes: 3,
  model: "fenced-lock",
  play(stage) {
    const [a, b] = [stage.client(["n1"], 2000), stage.client(["n1"], 2000)];
    stage.favour("n1");
    stage.leads("n1");
    const first = a.begin("acquire");
    stage.ok(first);
    const second = b.begin("acquire");
    stage.ok(second);
    stage.ok(b.begin("write", { value: "b", ...tokenOf(second) }));
    stage.settle(a.begin("write", { value: "a", ...tokenOf(first) }));
  },
};

function tokenOf({ completion }: Call): object {
  return completion?.value as { readonly token: number };
}
