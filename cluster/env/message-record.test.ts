import t from "tap";
import type { Json, Network } from "./env.ts";
import { type MessageRecord, messageLine, recordMessages, summaryOf } from "./message-record.ts";

type Sent = { readonly to: string; readonly envelope: Json };

/** One recorded end, and what it put on the wire. */
function end(inc: number): {
  readonly network: Network;
  readonly wire: readonly Sent[];
  readonly records: readonly MessageRecord[];
  readonly heard: readonly Json[];
  readonly deliver: (from: string, envelope: Json) => void;
} {
  const wire: Sent[] = [];
  const records: MessageRecord[] = [];
  const heard: Json[] = [];
  let deliver: (from: string, envelope: Json) => void = () => undefined;
  const bare: Network = {
    send: (to, envelope) => wire.push({ to, envelope }),
    onFrame: (handler) => {
      deliver = handler;
    },
  };
  const network = recordMessages(bare, inc, (record) => records.push(record));
  network.onFrame((_, frame) => heard.push(frame));
  return { network, wire, records, heard, deliver: (from, envelope) => deliver(from, envelope) };
}

t.test("what is sent arrives as it was, and both ends know it by one id", async (t) => {
  const [n1, n2] = [end(1), end(4)];
  const frame = { type: "appendEntries", term: 3, entries: [{ term: 3 }], round: 9 };

  n1.network.send("n2", frame);
  n2.deliver("n1", n1.wire[0]?.envelope ?? null);

  t.same(n2.heard, [frame]);
  t.same(n1.records, [
    {
      kind: "send",
      peer: "n2",
      id: "1.1",
      frame: { type: "appendEntries", term: 3, entries: 1, round: 9 },
    },
  ]);
  t.same(n2.records, [
    { kind: "recv", peer: "n1", id: "1.1", frame: { type: "appendEntries", term: 3 } },
  ]);
});

t.test("frames of equal content have ids of their own, in every start of the node", async (t) => {
  const [first, second] = [end(1), end(2)];
  for (const one of [first, second]) {
    one.network.send("n2", { type: "preVote" });
    one.network.send("n3", { type: "preVote" });
  }

  const ids = [...first.records, ...second.records].map(({ id }) => id);
  t.same(ids, ["1.1", "1.2", "2.1", "2.2"]);
});

t.test("a doubled frame arrives twice under its id", async (t) => {
  const n2 = end(1);
  n2.deliver("n1", ["1.7", { type: "preVote", term: 2 }]);
  n2.deliver("n1", ["1.7", { type: "preVote", term: 2 }]);

  t.same(
    n2.records.map(({ kind, id }) => [kind, id]),
    [
      ["recv", "1.7"],
      ["recv", "1.7"],
    ],
  );
  t.equal(n2.heard.length, 2);
});

t.test("what is no envelope goes nowhere", async (t) => {
  const n2 = end(1);
  for (const alien of [null, 7, "text", {}, [], [7, {}], ["1.1"]]) n2.deliver("n1", alien);

  t.same([n2.heard, n2.records], [[], []]);
});

t.test("a summary is flat and short, whatever the frame holds", async (t) => {
  const reply = { type: "appendEntriesReply", result: { success: false, conflictTerm: null } };
  t.same(summaryOf(reply), { type: "appendEntriesReply", success: false });
  t.same(summaryOf({ data: "x".repeat(5000), members: { voters: ["n1", "n2"] } }), {
    data: 5000,
    voters: 2,
  });
  t.same(summaryOf("text"), {});
});

t.test(
  "a line is JSON, also of a frame without fields and a peer with a strange name",
  async (t) => {
    const record = { kind: "send", peer: 'n"1', id: "1.1", frame: {} } as const;

    t.same(JSON.parse(messageLine(12, record)), { mono: 12, kind: "send", peer: 'n"1', id: "1.1" });
    t.match(JSON.parse(messageLine(12, { ...record, frame: { term: 2 } })), { id: "1.1", term: 2 });
  },
);
