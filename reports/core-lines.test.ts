import t from "tap";
import type { Copy } from "./copies.ts";
import { coreLines } from "./core-lines.ts";

function copy(to: string, seconds: number, answer: string): Copy {
  const status = Number.parseInt(answer, 10);
  const outcome = status === 200 ? "done" : status >= 400 && status < 500 ? "refused" : "unknown";
  return { to, sent: seconds * 1e9, back: seconds * 1e9 + 1e6, answer, outcome };
}

const refused = { f: "put", outcome: "fail", part: "culprit", held: null } as const;

t.test("every copy is told, those sent elsewhere by their count", async (t) => {
  const copies = [
    copy("n1", 1, "421 not-leader"),
    copy("n5", 2, "503 outcome-unknown"),
    copy("n2", 3, "421 not-leader"),
    copy("n1", 4, "409 ErrVersion"),
  ];
  const lines = coreLines({ ...refused, copies });
  t.same(
    lines.map(({ text }) => text),
    [
      "2.000 s n5: 503 outcome-unknown",
      "4.000 s n1: 409 ErrVersion",
      "2 × 421 not-leader (n1, n2)",
    ],
  );
  t.same(
    lines.map(({ isDecisive }) => isDecisive),
    [true, false, false],
    "the one that the refusal does not fit",
  );
  t.equal(lines.flatMap(({ marks }) => marks).length, copies.length);
});

t.test("the middle of a long list is counted, never the decisive copy", async (t) => {
  const times = Array.from({ length: 30 }, (_, place) => place);
  const copies = times.map((at) => copy("n1", at, at === 15 ? "503 lost" : "409 ErrVersion"));
  const lines = coreLines({ ...refused, copies });
  t.match(lines[4], { text: "15.000 s n1: 503 lost", isDecisive: true });
  t.equal(lines.at(-1)?.text, "21 × 409 ErrVersion (n1)");
  t.equal(lines.flatMap(({ marks }) => marks).length, copies.length);
});

t.test("a lock is held from its grant to the release, or on and on", async (t) => {
  const granted = { f: "acquire", outcome: "ok", part: "related", copies: [] } as const;
  const [line] = coreLines({ ...granted, held: { from: 2e9, to: 3e9, refusedAt: null } });
  t.match(line, { text: "holds it from 2.000 s to 3.000 s", marks: [{ kind: "held", to: 3e9 }] });
  const [open] = coreLines({ ...granted, held: { from: 2e9, to: null, refusedAt: null } });
  t.equal(open?.text, "holds it from 2.000 s on");
  const [, denied] = coreLines({ ...granted, held: { from: 2e9, to: null, refusedAt: 3e9 } });
  t.equal(denied?.text, "its release at 3.000 s was refused");
  const sent = coreLines({ ...granted, copies: [copy("n1", 1, "409 ErrVersion")], held: null });
  t.match(
    sent.at(-1),
    { text: /gets\): not recorded$/, marks: [] },
    "that nobody saw them is said",
  );
});
