import t from "tap";
import { logLines } from "./log-lines.ts";

const second = 1e9;
const startedMs = Date.UTC(2026, 10, 23, 10, 0, 0);
const noWall = { wall: { at: [], value: [] }, startedMs };
const windows = [{ from: 2 * second, to: 5 * second }];

t.test("our own nodes' stamps are seconds of the run", async (t) => {
  const log = logLines("1.900000 before\n2.500000 inside\n5.100000 after\n", windows, noWall);
  t.same(log, { lines: [{ at: 2.5 * second, text: "inside" }], alignment: "run", omitted: 0 });
});

t.test("a line without a stamp belongs to the one before, in the window and out", async (t) => {
  const text = "1.500 before\n  at before\n3.000 Error\n  at inside\n  at more\n6.000 x\n  at x\n";
  t.same(logLines(text, windows, noWall).lines, [
    { at: 3 * second, text: "Error\n  at inside\n  at more" },
  ]);
});

t.test("dates of other subjects are read, plain and inside of JSON", async (t) => {
  const cases = [
    "2026-11-23T10:00:03.250Z etcd leads",
    "2026-11-23 10:00:03.250000 I | raft: leads",
    "2026-11-23 10:00:03,250 [myid:1] INFO",
    '{"level":"info","ts":"2026-11-23T11:00:03.250+0100","msg":"leads"}',
  ];
  for (const line of cases) {
    const log = logLines(`${line}\n`, windows, noWall);
    t.same(log.lines, [{ at: 3.25 * second, text: line }], line);
    t.equal(log.alignment, "start");
  }
});

t.test("the node's own pairs of wall and run time tie a lying clock to the run's", async (t) => {
  // 90 s behind from 3 s of the run on.
  const wall = { at: [0, 3 * second], value: [startedMs, startedMs - 90_000] };
  const text = "2026-11-23T10:00:02.500Z true\n2026-11-23T09:58:34.000Z lying\n";
  const log = logLines(text, windows, { wall, startedMs });
  t.same(
    log.lines.map(({ at }) => at),
    [2.5 * second, 4 * second],
  );
  t.equal(log.alignment, "wall");
});

t.test("a log without times is not put on the clock, and says so", async (t) => {
  const log = logLines("hello\n<script>alert(1)</script>\n", windows, noWall);
  t.same(log, { lines: [], alignment: "none", omitted: 0 });
});
