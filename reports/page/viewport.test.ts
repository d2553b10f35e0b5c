import t from "tap";
import { between, frame, moveEnd, pan, zoom } from "./viewport.ts";

const endNs = 60e9;
const whole = { from: 0, to: endNs };

t.test("zooming keeps the moment under the pointer where it is", async (t) => {
  t.same(zoom(whole, 0.5, 30e9, endNs), { from: 15e9, to: 45e9 });
  t.same(zoom(whole, 0.5, 0, endNs), { from: 0, to: 30e9 });
});

t.test("no move leaves the run", async (t) => {
  t.same(zoom({ from: 10e9, to: 20e9 }, 100, 12e9, endNs), whole);
  t.same(pan({ from: 10e9, to: 20e9 }, -50e9, endNs), { from: 0, to: 10e9 });
  t.same(pan({ from: 10e9, to: 20e9 }, 90e9, endNs), { from: 50e9, to: 60e9 });
});

t.test("a single moment is framed by a stretch that can be seen", async (t) => {
  const { from, to } = frame(30e9, 30e9, endNs);
  t.ok(to - from > 0 && from < 30e9 && 30e9 < to);
});

t.test(
  "a stretch is shown whichever way it was drawn, and never closer than can be seen",
  async (t) => {
    t.same(between(20e9, 10e9, endNs), { from: 10e9, to: 20e9 });
    const { from, to } = between(60e9, 60e9, endNs);
    t.ok(to - from > 0 && to === endNs);
  },
);

t.test("one end moves alone, and never past the other", async (t) => {
  const view = { from: 10e9, to: 20e9 };
  t.same(moveEnd(view, "from", 5e9, endNs), { from: 5e9, to: 20e9 });
  t.same(moveEnd(view, "to", 99e9, endNs), { from: 10e9, to: endNs });
  t.ok(moveEnd(view, "from", 30e9, endNs).from < 20e9);
  t.ok(moveEnd(view, "to", 0, endNs).to > 10e9);
});
