import t from "tap";
import { lookOf, messageLines, visibleMessages } from "./message-kind.ts";
import { messagesIn } from "./messages.ts";

const windows = [{ from: 0, to: 1e9 }];

function messages(frames: readonly object[], received: readonly (number | null)[] = []) {
  const lines = (all: readonly object[]) => all.map((line) => `${JSON.stringify(line)}\n`).join("");
  const n1 = frames.map((frame, at) => ({
    ...{ mono: (at + 1) * 100, kind: "send", peer: "n2", id: `1.${at}` },
    ...frame,
  }));
  const n2 = received.flatMap((mono, at) =>
    mono === null ? [] : [{ mono, kind: "recv", peer: "n1", id: `1.${at}` }],
  );
  const around = [{ mono: 1, kind: "recv", peer: "n1", id: "0.0" }];
  const after = { mono: 9e8, kind: "recv", peer: "n1", id: "9.9" };
  return messagesIn({ n1: lines(n1), n2: lines([...around, ...n2, after]) }, [
    { ...windows[0], from: 50, to: 5e8 },
  ]);
}

t.test("what a message is about is told by its type and its entries", async (t) => {
  const frames = [
    { type: "preVote", term: 1 },
    { type: "requestVoteReply", term: 1 },
    { type: "appendEntries", entries: 0 },
    { type: "appendEntries", entries: 3 },
    { type: "appendEntriesReply" },
    { type: "installSnapshot" },
    { type: "</script>" },
  ];
  const all = messages(frames);
  const looks = frames.map((_, row) => {
    const { kind, isReply } = lookOf(all, row);
    return `${kind}${isReply ? " reply" : ""}`;
  });
  t.same(looks, [
    "vote",
    "vote reply",
    "heartbeat",
    "entries",
    "heartbeat reply",
    "snapshot",
    "other",
  ]);
});

t.test("a tooltip says who sent what, and that it was lost", async (t) => {
  const all = messages([{ type: "appendEntries", term: 4, entries: 2, round: 7 }, {}], [null, 250]);
  const moment = (ns: number) => `at ${ns}`;
  t.same(messageLines(all, 0, moment), [
    "n1 → n2 appendEntries, term 4",
    "entries 2, round 7",
    "sent at 100",
    "lost: n2 has no record of it",
  ]);
  t.equal(messageLines(all, 1, moment).at(-1), "arrived at 250, 0.00 ms on its way");
});

t.test("of more than can be drawn only the telling ones are", async (t) => {
  const frames = Array.from({ length: 50 }, (_, at) => ({
    type: at % 10 === 0 ? "requestVote" : "appendEntries",
  }));
  const all = messages(
    frames,
    frames.map((_, at) => (at === 7 ? null : (at + 1) * 100 + 10)),
  );
  const whole = visibleMessages(all, { from: 0, to: 1e6 }, 100);
  t.same([whole.rows.length, whole.inView], [50, 50]);
  const few = visibleMessages(all, { from: 0, to: 1e6 }, 20);
  t.same(few, { rows: [0, 7, 10, 20, 30, 40], inView: 50 });
  t.equal(visibleMessages(all, { from: 300, to: 505 }, 100).inView, 3, "by either of their ends");
});
