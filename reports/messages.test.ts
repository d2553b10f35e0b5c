import t from "tap";
import { messageFates, messagesIn, messagesMax } from "./messages.ts";

const everything = [{ from: 0, to: 1e12 }];

function lines(all: readonly object[]): string {
  return all.map((line) => `${JSON.stringify(line)}\n`).join("");
}

const send = (mono: number, peer: string, id: string, fields: object = {}) => ({
  mono,
  kind: "send",
  peer,
  id,
  type: "appendEntries",
  ...fields,
});
const recv = (mono: number, peer: string, id: string) => ({ mono, kind: "recv", peer, id });

/** `from>to sent received fate` of each, in the order of the rows. */
function rows(files: Readonly<Record<string, readonly object[]>>, windows = everything): string[] {
  const texts = Object.fromEntries(Object.entries(files).map(([node, all]) => [node, lines(all)]));
  const { dictionary, from, to, sent, received, fate } = messagesIn(texts, windows);
  return sent.map((ns, row) => {
    const ends = `${dictionary[from[row] ?? 0]}>${dictionary[to[row] ?? 0]}`;
    return `${ends} ${ns} ${received[row]} ${messageFates[fate[row] ?? 0]}`;
  });
}

t.test("a send and its arrival are one message, whatever overtook it", async (t) => {
  const n1 = [send(10, "n2", "1.1"), send(20, "n2", "1.2"), send(30, "n3", "1.3")];
  const n2 = [recv(25, "n1", "1.2"), recv(28, "n1", "1.1")];
  const n3 = [recv(35, "n1", "1.3")];
  t.same(rows({ n1, n2, n3 }), [
    "n1>n2 10 28 arrived",
    "n1>n2 20 25 arrived",
    "n1>n3 30 35 arrived",
  ]);
});

t.test("one that the receiver never recorded is lost, if it recorded on", async (t) => {
  const n1 = [send(10, "n2", "1.1"), send(20, "n2", "1.2"), send(30, "n2", "1.3")];
  const n2 = [recv(5, "n1", "1.0"), recv(25, "n1", "1.2")];
  t.same(rows({ n1, n2 }), [
    "n1>n2 -1 5 arrived",
    "n1>n2 10 -1 lost",
    "n1>n2 20 25 arrived",
    "n1>n2 30 -1 unknown",
  ]);
});

t.test("what the receiver's ring has forgotten is not called lost", async (t) => {
  const n1 = [send(10, "n2", "1.1"), send(100, "n2", "1.2")];
  const n2 = [send(50, "n1", "1.1"), recv(101, "n1", "1.2")];
  t.match(rows({ n1, n2 })[0], "n1>n2 10 -1 unknown");
  t.match(rows({ n1 })[0], "n1>n2 10 -1 unknown", "nor what went to a node without a file");
});

t.test("a doubled one arrives, and arrives again as a copy", async (t) => {
  const n1 = [send(10, "n2", "1.1")];
  const n2 = [recv(15, "n1", "1.1"), recv(19, "n1", "1.1")];
  t.same(rows({ n1, n2 }), ["n1>n2 10 15 arrived", "n1>n2 10 19 copy"]);
});

t.test("ids of one sender mean nothing on the link of another", async (t) => {
  const n1 = [send(10, "n3", "1.1")];
  const n2 = [send(11, "n3", "1.1"), recv(90, "n3", "9.9")];
  const n3 = [recv(1, "n2", "0.0"), recv(15, "n2", "1.1"), recv(50, "n2", "9.8")];
  const found = rows({ n1, n2, n3 });
  t.ok(found.includes("n1>n3 10 -1 lost"));
  t.ok(found.includes("n2>n3 11 15 arrived"));
});

t.test("only windows count, by the time of sending; an arrival may lie outside", async (t) => {
  const n1 = [send(10, "n2", "1.1"), send(100, "n2", "1.2"), send(200, "n2", "1.3")];
  const n2 = [recv(12, "n1", "1.1"), recv(150, "n1", "1.2"), recv(201, "n1", "1.3")];
  t.same(rows({ n1, n2 }, [{ from: 90, to: 110 }]), ["n1>n2 100 150 arrived"]);
  t.same(rows({ n1, n2 }, []), []);
});

t.test("of too many those closest to the middle stay, and the others are counted", async (t) => {
  const n1 = Array.from({ length: messagesMax + 1000 }, (_, at) => send(at, "n2", `1.${at}`));
  const windows = [{ from: 0, to: messagesMax + 1000 }];
  const { sent, omitted } = messagesIn({ n1: lines(n1) }, windows);

  t.ok(sent.length <= messagesMax && sent.length > messagesMax - 10, `${sent.length}`);
  t.equal(sent.length + omitted, messagesMax + 1000);
  t.ok(Math.abs(((sent[0] ?? 0) + (sent.at(-1) ?? 0)) / 2 - 10_500) < 5, "around the middle");
});

t.test("torn and hostile lines do no harm", async (t) => {
  const hostile = "</script><b>";
  const n1 = `${lines([send(5, hostile, "1.1", { type: hostile, text: hostile })])}{"mono":6,"ki`;
  const { dictionary, sent } = messagesIn({ n1, n2: 'null\n[]\n{"mono":7}\n' }, everything);

  t.same(sent, [5]);
  t.ok(dictionary.includes(hostile));
});
