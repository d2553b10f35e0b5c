import t from "tap";
import { isOverBefore } from "../anomaly/facts.ts";
import { coreScale } from "../core-scale.ts";
import type { FocusOperation } from "../focus.ts";
import { headHeight, layoutOf, lineHeight } from "./core-rows.ts";

function operation(
  index: number,
  call: number,
  returned: number | null,
  lines = 0,
): FocusOperation {
  const none = { text: "", isDecisive: false, marks: [] };
  return {
    index,
    call,
    return: returned,
    lines: Array(lines).fill(none),
  } as unknown as FocusOperation;
}

function rowsOf(...operations: readonly FocusOperation[]) {
  const spans = operations.map(({ call, return: to }) => ({ from: call, to: to ?? 1000 }));
  return layoutOf(operations, coreScale(spans));
}

t.test("rows stand below each other, as high as their lines need", async (t) => {
  const [first, second, third] = rowsOf(
    operation(1, 0, 400),
    operation(2, 100, 300, 3),
    operation(3, 500, 1000),
  );
  t.match(first, { top: 0, height: headHeight });
  t.ok((second?.height ?? 0) >= headHeight + 3 * lineHeight);
  t.equal(second?.top, headHeight + 1, "a pixel for the line between them");
  t.equal(third?.top, (second?.top ?? 0) + (second?.height ?? 0) + 1);
});

t.test(
  "a label is on the side with more room, and never on its bar or beneath an arrow",
  async (t) => {
    const rows = rowsOf(operation(1, 0, 200), operation(2, 700, 1000), operation(3, 100, null));
    t.same(
      rows.map(({ labelAt }) => labelAt),
      ["left", "right", "right"],
    );
    const [early, late, open] = rows;
    t.ok((early?.labelTop ?? 0) < (early?.barMiddle ?? 0), "above");
    t.ok((late?.labelTop ?? 0) > (late?.barMiddle ?? 0), "below: an arrow comes in from above");
    t.equal(open?.right, 1, "what never returned goes on to the end");
    for (const { labelTop, barMiddle, height } of rows) {
      t.ok(Math.abs(labelTop + 9 - barMiddle) >= 9 + 8, "19 pixels of text, 16 of bar");
      t.ok(labelTop + 19 <= height);
    }
  },
);

t.test("before is what had its answer first, in the history too", async (t) => {
  t.ok(isOverBefore(operation(1, 0, 5), operation(2, 5, 9)));
  t.notOk(isOverBefore(operation(2, 0, 5), operation(1, 5, 9)), "recorded the other way around");
  t.notOk(isOverBefore(operation(1, 0, 6), operation(2, 5, 9)));
  t.notOk(isOverBefore(operation(1, 0, null), operation(2, 5, 9)));
  const open = { ...operation(1, 0, 5), outcome: "info", error: "timeout" } as const;
  t.notOk(isOverBefore(open, operation(2, 6, 9)), "it may still take effect");
});
