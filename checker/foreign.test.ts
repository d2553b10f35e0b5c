import t from "tap";
import { refuseForeign, refuseForeignRows } from "./foreign.ts";
import type { Operation } from "./model.ts";
import { models } from "./models.ts";
import { toColumns } from "./operations-of.ts";

const values = [undefined, null, "a", [], [1, 2], ["a", "b", "c"], { version: 1 }, { token: 1 }];
const versioned = [0, 1, -1, 0.5, 2 ** 31, "1"].map((version) => ({ value: "v", version }));

t.test("columns tell of the same foreign operations as objects do", async (t) => {
  for (const model of Object.values(models)) {
    let refused = 0;
    for (const f of [...model.functions, "dance"]) {
      for (const value of [...values, ...versioned]) {
        for (const outcome of ["ok", "refused", "open"] as const) {
          const output = outcome === "ok" ? { output: value } : {};
          const at = { index: 7, process: 0, call: 0, return: outcome === "open" ? Infinity : 1 };
          const operation: Operation = { ...at, f, outcome, input: value, ...output };
          const expected = messageOf(() => refuseForeign(model, operation));
          const got = messageOf(() => refuseForeignRows(model, toColumns([operation])));
          t.equal(got, expected, { diagnostic: false });
          if (expected !== "") refused++;
        }
      }
    }
    t.ok(refused > 0, `${model.name} refused ${refused}`);
  }
});

t.test("a cas without its two values is refused, it would be one of null to null", async (t) => {
  const model = models["cas-register"];
  if (model === undefined) throw new Error("cas-register is a model");
  const at = { index: 7, process: 0, call: 0, return: 1, f: "cas", outcome: "ok" } as const;
  const sentence = "op 7: expected [from, to] as the value of a cas, got";
  for (const input of [undefined, 3, [1], [1, 2, 3], { from: 1, to: 2 }]) {
    const message = `${sentence} ${JSON.stringify(input) ?? "none"}`;
    t.throws(() => refuseForeign(model, { ...at, input }), { message });
  }
  t.doesNotThrow(() => refuseForeign(model, { ...at, input: [null, 2] }));
});

function messageOf(check: () => void): string {
  try {
    check();
    return "";
  } catch (error) {
    return String(error);
  }
}
