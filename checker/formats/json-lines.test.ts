import t from "tap";
import { formatHeader, formatOp, parseHeader, parseOp } from "../codec.ts";
import { HistoryError } from "../errors.ts";
import type { HistoryHeader, Op } from "../history.ts";
import { models } from "../models.ts";
import { forms, type Operations, operationAt } from "../operations.ts";
import { OperationsBuilder } from "../operations-builder.ts";
import { toColumns } from "../operations-of.ts";
import { pairOperations } from "../pairing.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom, type Random } from "../testing/random.ts";
import { readInChunks } from "../testing/read-in-chunks.ts";
import { JsonLinesReader } from "./json-lines.ts";

const header: HistoryHeader = { whitewater: 1, run: "r", seed: 1, subject: "s", model: "register" };

function read(text: string, random?: Random): { operations: Operations; cut: number | null } {
  const builder = new OperationsBuilder();
  const { truncatedAtLine } = readInChunks(new JsonLinesReader(builder), text, random);
  return { operations: builder.finish(), cut: truncatedAtLine };
}

/** The same by JSON.parse of each line. */
function readSlowly(text: string): Operations {
  const [first = "", ...rest] = text.split(/\r?\n/);
  parseHeader(first);
  const lines = rest.flatMap((line, place) =>
    line.trim() === "" ? [] : [parseOp(line, place + 2)],
  );
  return toColumns(pairOperations(lines), lines);
}

function rowsOf(operations: Operations): unknown[] {
  return Array.from({ length: operations.count }, (_, row) => {
    const { callTime, returnTime, nodes, node, input, output } = operations;
    // Ids are as good as any, all else is the same in all columns.
    const seconds = [input, output].map(({ form, b }) => (form[row] === forms.pair ? 0 : b[row]));
    const times = [callTime[row], returnTime[row]].map(String);
    return JSON.stringify([operationAt(operations, row), seconds, times, nodes[node[row] ?? -1]]);
  });
}

const textOf = (lines: readonly unknown[]): string =>
  [formatHeader(header), ...lines.map((line) => formatOp(line as Op)), ""].join("\n");

for (const model of Object.keys(models)) {
  t.test(`${model}: what is scanned is what JSON.parse reads, in chunks of any size`, async (t) => {
    const random = createRandom(5);
    const shape = { model, operations: 60, clients: 4, keys: 3, rotateAfter: 20, lost: 0.2 };
    for (let round = 0; round < 20; round++) {
      const values = round % 2 === 0 ? null : ['"', "ü", "a\\b", "\u2028", "\ud800", "x y"];
      const text = textOf(generateHistory({ ...shape, maybe: 0.2, values }, random));
      t.same(rowsOf(read(text, random).operations), rowsOf(readSlowly(text)));
    }
  });
}

const values = [
  ...[undefined, null, 0, -0, 1.5, 2 ** 53 - 1, -7, 12345678901234, true, "", "a", "\n", "\u007f"],
  ...[
    [],
    [1],
    ["a", null],
    [1, 2, 3],
    [[]],
    {},
    { version: 1, value: 2 },
    { value: 1, version: 2 },
  ],
  ...[
    { value: "v", version: -1 },
    { value: "v", version: 2 ** 31 },
    { value: {}, version: 1 },
  ],
];

t.test("every kind of value and field is read as JSON.parse reads it", async (t) => {
  const base = { process: 0, f: "x", key: "k" };
  const lines = values.flatMap((value, place) => [
    { index: place * 2, time: place, ...base, type: "invoke", value },
    { index: place * 2 + 1, time: place, ...base, type: "ok", value, node: "n1", more: 1 },
  ]);
  const text = textOf(lines);
  t.same(rowsOf(read(text).operations), rowsOf(readSlowly(text)));

  const odd = [
    '{"index":0,"time":1,"process":0,"type":"invoke","f":"x","value":{"value":1,"version":3},"value":2}',
    '{"index":1,"time":2,"process":0,"type":"ok","f":"y","f":"x","key":null,"key":"k"}',
    ' {"time":3, "index":2,"process":1,"type":"invoke","f":"\\u0078","value":1.0}',
    '{"index":3,"time":3.25,"process":1,"type":"info","f":"x","error":"a","wire":[{"lost":1}]}',
    '{"index":4,"time":4,"process":"nemesis","type":"info","f":"x","value":{"id":"p1"}}',
    '{"index":5,"time":5,"process":2,"type":"invoke","f":"x","key":"k","intended":4,"node":"n"}',
    '{"index":6,"time":6,"process":2,"type":"fail","f":"x","error":"ErrVersion","index":6}',
    '{"index":7,"time":7,"process":3,"type":"invoke","f":"x","value":["a","b"]}',
    '{"index":8,"time":8,"process":3,"type":"info","f":"x","error":"ErrMaybe","node":"n2"}',
  ];
  odd[1] = odd[1]?.replace('"key":null,"key":"k"', '"more":null') ?? "";
  for (const end of ["\n", "\r\n", "\n\n"]) {
    const oddText = [formatHeader(header), ...odd, ""].join(end);
    t.same(rowsOf(read(oddText).operations), rowsOf(readSlowly(oddText)), JSON.stringify(end));
  }
});

t.test(
  "a torn last line is reported and dropped, a whole one without line end counts",
  async (t) => {
    const lines = [
      { index: 0, time: 0, process: 0, type: "invoke", f: "x" },
      { index: 1, time: 1, process: 0, type: "ok", f: "x" },
    ];
    const text = textOf(lines).slice(0, -1);
    t.match(read(text), { operations: { count: 1 }, cut: null });
    const torn = read(text.slice(0, -3));
    t.equal(torn.cut, 3);
    t.equal(operationAt(torn.operations, 0).outcome, "open");
    t.match(read(`\ufeff${text}`), { operations: { count: 1 }, cut: null }, "a byte order mark");
  },
);

t.test("errors name the line, what was expected and what came", async (t) => {
  const op = (index: number, type: string, more = ""): string =>
    `{"index":${index},"time":${index},"process":0,"type":"${type}","f":"x"${more}}`;
  const cases: { lines: string[]; says: RegExp; line: number }[] = [
    { lines: ["nonsense"], says: /line 2 is not JSON/, line: 2 },
    { lines: [op(0, "invoke"), op(1, "invoke")], says: /line 3: .*invokes while/, line: 3 },
    { lines: [op(0, "ok")], says: /line 2: process 0 completes what it never invoked/, line: 2 },
    { lines: [op(0, "invoke"), op(2, "ok")], says: /line 3: expected index 1, got 2/, line: 3 },
    { lines: [op(0, "invoke"), op(1, "gone")], says: /line 3: .*"type", got "gone"/, line: 3 },
    {
      lines: [op(0, "invoke"), op(1, "ok").replace('"time":1', '"time":-1')],
      says: /line 3: time goes backwards: expected 0 or later, got -1/,
      line: 3,
    },
    {
      lines: [op(0, "invoke"), op(1, "info"), op(2, "invoke")],
      says: /line 4: process 0 acts after its info/,
      line: 4,
    },
    {
      lines: [op(0, "invoke", ',"key":"a"'), op(1, "ok", ',"key":"b"')],
      says: /line 3: expected process 0 to complete key a .*got b/,
      line: 3,
    },
    {
      lines: [op(0, "invoke"), op(1, "ok").replace('"x"', '"y"')],
      says: /line 3: expected process 0 to complete "x" .*got "y"/,
      line: 3,
    },
    { lines: [op(0, "invoke", ',"value":07')], says: /line 2 is not JSON/, line: 2 },
    { lines: [op(0, "invoke", ',"value":[1,]')], says: /line 2 is not JSON/, line: 2 },
    { lines: [op(0, "invoke", ',"key":7')], says: /line 2: expected a string as "key"/, line: 2 },
    {
      lines: [op(0, "invoke").replace('"process":0', '"process":3000000000')],
      says: /line 2: expected "process" up to/,
      line: 2,
    },
    {
      lines: [op(0, "invoke", `,"value":${"[".repeat(50_000)}${"]".repeat(50_000)}`)],
      says: /line 2: /,
      line: 2,
    },
  ];
  for (const { lines, says, line } of cases) {
    const text = [formatHeader(header), ...lines, ""].join("\n");
    t.throws(() => read(text), { name: "HistoryError", message: says, details: { line } });
  }
  t.throws(() => read(""), { name: "HistoryError", message: /line 1: expected a header/ });
  t.throws(() => read('{"whitewater":1'), { name: "HistoryError" }, "a torn header is no history");
});

const refused = "refused";

t.test("of mutated lines both make the same, or both refuse", async (t) => {
  const random = createRandom(11);
  const shape = { operations: 4, clients: 2, keys: 1, rotateAfter: 9, lost: 0.2, maybe: 0.1 };
  const letters = ' "\\,:{}[]01234567890123456789 -+.eEnul\n\u0000ü';
  const tally = { read: 0, refused: 0, different: 0 };
  for (let round = 0; round < 3000; round++) {
    const model = random.pick(["versioned-kv", "cas-register", "append-list"]);
    let text = textOf(generateHistory({ ...shape, model, values: null }, random));
    const start = text.indexOf("\n") + 1;
    for (let changes = 1 + random.below(2); changes > 0; changes--) {
      const at = start + random.below(text.length - start - 1);
      const letter = letters[random.below(letters.length)] ?? "";
      // Within a value, or within a number, a change may make another good line.
      const isDigit = /\d/.test(text[at] ?? "") && random.chance(0.5);
      text = text.slice(0, at) + (isDigit ? random.below(10) : letter) + text.slice(at + 1);
    }
    const fast = outcomeOf(() => read(text, random).operations);
    const slow = outcomeOf(() => readStrictly(text));
    if (fast !== slow && tally.different++ < 3) t.comment(`${text}\n${fast}\n${slow}`);
    tally[fast === refused ? "refused" : "read"]++;
  }
  t.equal(tally.different, 0);
  t.ok(tally.read > 200 && tally.refused > 500, JSON.stringify(tally));
});

function outcomeOf(make: () => Operations): string {
  try {
    return JSON.stringify(rowsOf(make()));
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    return refused;
  }
}

/** With what `pairOperations` lets pass: time that goes backwards, and numbers that no column holds. */
function readStrictly(text: string): Operations {
  const lines = text.split("\n").slice(1);
  const ops = lines.flatMap((line, place) =>
    line.trim() === "" ? [] : [parseOp(line, place + 2)],
  );
  const isBackwards = ops.some(({ time }, place) => time < (ops[place - 1]?.time ?? -Infinity));
  const isLarge = ops.some(({ process }) => typeof process === "number" && process >= 2 ** 31);
  if (isBackwards || isLarge) throw new HistoryError("out of bounds");
  return toColumns(pairOperations(ops), ops);
}

t.test(
  "numbers that are rounded to others are refused, of the nemesis they do not matter",
  async (t) => {
    const line = (process: string, value: string): string =>
      `{"index":0,"time":1,"process":${process},"type":"invoke","f":"write","value":${value}}\n`;
    for (const value of ["9007199254740993", "1e999", '[1,{"a":-1e999}]']) {
      const readOf = (process: string) => () =>
        read(`${formatHeader(header)}\n${line(process, value)}`);
      t.throws(readOf("0"), { code: "E_HISTORY", message: /line 2.*rounded/ }, value);
      t.doesNotThrow(readOf('"nemesis"'), value);
    }
  },
);
