import t from "tap";
import { holdingOf } from "./holding.ts";
import type { PairedOperation } from "./operations.ts";
import { lookupIn } from "./testing/lookup.ts";

/** An operation on the lock `k` that took a second, at `at` seconds. */
function op(f: string, at: number, rest: Partial<PairedOperation> = {}): PairedOperation {
  const who = { index: at, process: 1, f, key: "k", node: "n1" };
  const told = { input: null, output: null, outcome: "ok", error: null } as const;
  return { ...who, ...told, call: at * 1e9, return: (at + 1) * 1e9, ...rest };
}

const grant = op("acquire", 1);
const held = (...others: readonly PairedOperation[]) =>
  holdingOf(grant, lookupIn([grant, ...others]));

t.test(
  "a lock is held until its client asks to release it, whatever becomes of that",
  async (t) => {
    const open = { outcome: "info", error: "timeout" } as const;
    t.same(held(op("release", 4), op("release", 6)), { from: 2e9, to: 4e9, refusedAt: null });
    t.match(held(op("release", 4, open)), { to: 4e9 }, "it may have taken effect");
    t.match(held(op("release", 4, { process: 2 }), op("acquire", 5)), { to: null });
  },
);

t.test("a release that was refused gives up nothing, and is told", async (t) => {
  const refused = op("release", 4, { outcome: "fail", error: "not-held" });
  t.same(held(refused), { from: 2e9, to: null, refusedAt: 4e9 });
  t.same(held(refused, op("release", 6)), { from: 2e9, to: 6e9, refusedAt: 4e9 });
  t.match(held(op("release", 3), refused), { to: 3e9, refusedAt: null }, "it had let go by then");
});
