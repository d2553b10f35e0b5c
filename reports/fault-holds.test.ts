import type { Op } from "porcupine-ts";
import t from "tap";
import { duringBand } from "./anomaly/faults.ts";
import { faultBands, heldFrom } from "./fault-bands.ts";
import { asFelt, type Signs } from "./fault-holds.ts";
import type { FaultResult } from "./result.ts";
import { tableOf } from "./table-builder.ts";

const second = 1e9;
const pause: FaultResult = {
  id: "f-1",
  fault: "pause",
  targets: ["n1"],
  detail: {},
  effect: { paused: ["n1"] },
  injectedAt: 10 * second,
  healedAt: 14 * second,
  effective: true,
  evidence: "",
  skipped: null,
};
const crash: FaultResult = {
  ...pause,
  fault: "crash-point",
  detail: { point: "after-replace" },
  effect: { down: ["n1"] },
};

/** Gets of which `node` sent the answer, each after 10 ms. */
function answers(...seconds: readonly number[]): Signs["table"] {
  const ops = seconds.flatMap((at, index): Op[] => [
    {
      index: 2 * index,
      time: at * second - 1e7,
      process: index,
      type: "invoke",
      f: "get",
      key: "k",
    },
    {
      index: 2 * index + 1,
      time: at * second,
      process: index,
      type: "ok",
      f: "get",
      key: "k",
      node: "n1",
    },
  ]);
  return tableOf(ops);
}

function told(fault: FaultResult, signs: Partial<Signs>): string {
  const endNs = 30 * second;
  const known = { table: answers(), traces: {}, endNs, ...signs };
  const [band] = asFelt(faultBands([fault], endNs), known);
  const [effect] = band?.touched ?? [];
  return band === undefined || effect === undefined ? "nothing" : duringBand(band, effect);
}

t.test(
  "what a node answers after a pause was asked for shows that it had not taken hold",
  async (t) => {
    t.equal(told(pause, {}), "from 10.0 s to 14.0 s");
    t.equal(
      told(pause, { table: answers(9, 10.2, 10.5, 13.9, 15) }),
      "from 10.5 s (asked for at 10.0 s) to 14.0 s",
    );
    const [late] = asFelt(faultBands([pause], 1), { table: answers(10.2), traces: {}, endNs: 1 });
    t.equal(late === undefined ? 0 : heldFrom(late), 10.2 * second);
    const [free] = faultBands([{ ...pause, effect: {} }], 1);
    t.equal(free === undefined ? 0 : heldFrom(free), 10 * second, "it touched no node");
    const always = answers(10.3, 11, 11.5, 12, 12.5, 13, 13.5);
    t.equal(told(pause, { table: always }), "from 10.0 s to 14.0 s", "it was never silent");
  },
);

t.test("a crash point takes a node down when it is met, and not when it is armed", async (t) => {
  const ends = (...seconds: readonly number[]) => ({
    traces: { n1: { ends: seconds.map((at) => at * second) } },
  });
  t.equal(told(crash, ends(3, 12, 29.5)), "from 12.0 s (armed at 10.0 s) to 14.0 s");
  t.equal(told(crash, ends(12)), "from 12.0 s (armed at 10.0 s) to 14.0 s", "it never came back");
  const unknown = { ...crash, effective: null };
  t.equal(told(unknown, ends(3, 29.5)), "nothing", "it did not come there");
  t.equal(told(unknown, {}), "from 10.0 s to 14.0 s (asked for, not proven)", "nobody knows");
  t.equal(told({ ...crash, healedAt: 29.9 * second }, ends(3, 29.5)), "from 10.0 s to 29.9 s");
});
