import t from "tap";
import { scanTrace, windowLinesMax } from "./trace-scan.ts";

const second = 1e9;

function text(lines: readonly object[]): string {
  return lines
    .map((line, seq) => {
      const { mono, wall = 1000, ...fields } = line as { mono: number; wall?: number };
      return `${JSON.stringify({ mono, wall, node: "n1", inc: 1, seq, ...fields })}\n`;
    })
    .join("");
}

t.test("lines that lanes are drawn from are all kept, others only in the windows", async (t) => {
  const lines = [
    { mono: 0, kind: "start", lastLogIndex: 0 },
    { mono: 1 * second, kind: "vote", term: 1 },
    { mono: 2 * second, kind: "role", role: "leader", term: 1 },
    { mono: 5 * second, kind: "vote", term: 2 },
  ];
  const { lines: kept, window } = scanTrace(
    text(lines),
    [{ from: 4 * second, to: 6 * second }],
    9 * second,
  );

  t.match(kept, [{ kind: "start" }, { kind: "role", term: 1 }]);
  t.equal(kept.length, 2);
  t.match(window, [{ kind: "vote", term: 2 }]);
  t.equal(window.length, 1);
});

t.test("what changes all the time is sampled, in a window it is not", async (t) => {
  const lines = Array.from({ length: 20_000 }, (_, index) => ({
    mono: index * 1e6,
    kind: "commit",
    index,
  }));
  const windows = [{ from: 10 * second, to: 10.1 * second }];
  const { commitIndex, window } = scanTrace(text(lines), windows, 20 * second);

  t.ok(commitIndex.at.length > 2500 && commitIndex.at.length < 3300, `${commitIndex.at.length}`);
  t.equal(commitIndex.at.filter((ns) => ns >= 10 * second && ns <= 10.1 * second).length, 101);
  t.ok(
    commitIndex.value.every((value, at) => value * 1e6 === commitIndex.at[at]),
    "a sample is a true value",
  );
  t.equal(window.length, 101);
});

t.test("the end of the log follows appends, truncations and snapshots", async (t) => {
  const lines = [
    { mono: 0, kind: "start", lastLogIndex: 3 },
    { mono: 1 * second, kind: "append", index: 9, count: 6 },
    { mono: 1 * second + 1, kind: "truncate", index: 5 },
    { mono: 3 * second, kind: "snapshot", index: 30, lastLogIndex: 31 },
  ];
  const { lastLogIndex } = scanTrace(text(lines), [], 100 * second);

  t.same(lastLogIndex.value, [3, 9, 4, 31]);
});

t.test("a wall clock that jumps is seen at the line where it did", async (t) => {
  const wallOf = (ms: number) => 5000 + ms - (ms >= 500 ? 90_000 : 0);
  const lines = Array.from({ length: 1000 }, (_, ms) => ({
    mono: ms * 1e6,
    wall: wallOf(ms),
    kind: "status",
    commitIndex: 1,
  }));
  const { wall } = scanTrace(text(lines), [], 3600 * second);

  t.same(wall, { at: [0, 500e6], value: [5000, -85_000] });
});

t.test("torn, foreign and hostile lines are left out, the rest is read", async (t) => {
  const good = text([{ mono: 7, kind: "role", role: "</script>", term: 1 }]);
  const bad = [
    '{"mono":1,"wall":2,"kind":"ro',
    "",
    "null",
    "{}",
    '{"mono":"x","kind":"role"}',
    "]",
  ];
  const scan = scanTrace(`${bad.join("\n")}\n${good}{"mono":9,"wa`, [{ from: 0, to: 99 }], 99);

  t.match(scan.lines, [{ role: "</script>" }]);
  t.equal(scan.lines.length, 1);
  t.equal(scan.window.length, 1);
});

t.test("a window of very many lines keeps a part and counts the rest", async (t) => {
  const lines = Array.from({ length: windowLinesMax + 7 }, (_, mono) => ({ mono, kind: "apply" }));
  const { window, omitted } = scanTrace(text(lines), [{ from: 0, to: 1e9 }], 1e9);

  t.same([window.length, omitted], [windowLinesMax, 7]);
});

t.test("of a leader, the first commit that covers an entry of its own term is kept", async (t) => {
  const lines = [
    { mono: 1 * second, kind: "commit", term: 1, index: 3 },
    { mono: 2 * second, kind: "role", role: "leader", term: 2 },
    { mono: 2 * second + 1, kind: "append", term: 2, index: 9, count: 2 },
    { mono: 3 * second, kind: "commit", term: 2, index: 7 },
    { mono: 4 * second, kind: "commit", term: 2, index: 8 },
    { mono: 5 * second, kind: "commit", term: 2, index: 9 },
    { mono: 6 * second, kind: "role", role: "leader", term: 4 },
    { mono: 7 * second, kind: "role", role: "follower", term: 5 },
    { mono: 8 * second, kind: "append", term: 5, index: 10, count: 1 },
    { mono: 9 * second, kind: "commit", term: 5, index: 10 },
  ];
  const { lines: kept } = scanTrace(text(lines), [], 100 * second);
  const commits = kept.filter(({ kind }) => kind === "commit");
  t.match(commits, [{ mono: 4 * second, index: 8 }]);
  t.equal(commits.length, 1, "others, older terms and followers do not count");
});
