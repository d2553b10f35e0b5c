import t from "tap";
import { formatHeader, formatOp } from "../codec.ts";
import { HistoryError } from "../errors.ts";
import { detectFormat, formats } from "../formats.ts";
import { OperationsBuilder } from "../operations-builder.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";
import { readInChunks } from "../testing/read-in-chunks.ts";

const ops = generateHistory(
  {
    ...{ model: "register", operations: 30, clients: 3, keys: 2, rotateAfter: 99 },
    ...{ lost: 0.1, maybe: 0.1, values: null },
  },
  createRandom(3),
);
const header = { whitewater: 1, run: "r", seed: 1, subject: "s", model: "register" } as const;

/** A good file of each format. */
const samples: Readonly<Record<string, string>> = {
  jsonl: [formatHeader(header), ...ops.map(formatOp), ""].join("\n"),
  hist1: [
    '#{"format":"hist1","model":"cas","ops":5}',
    "0\t3\t0\t0\t0\t0\t0\t0\t0\t0",
    "1\t5\t1\t1\t0\t7\t0\t0\t0\t0",
    "2\t4\t2\t2\t1\t0\t8\t1\t0\t0",
    "6\t-1\t1\t2\t1\t7\t9\t2\t0\t0",
    "8\t9\t2\t0\t0\t0\t0\t0\t7\t0",
    "",
  ].join("\n"),
  edn: [
    "; recorded by hand",
    "[{:type :invoke, :f :read, :value nil, :process 0, :time 12, :index 0}",
    " {:process :nemesis, :type :info, :f :start, :value {:n1 #{:n2}}, :time 13, :index 1}",
    ' {:type :ok, :f :read, :value "a\\"}b", :process 0, :time 14, :index 2} #_ ; none',
    " {:type :invoke :f :cas :value [1 2] :process 1 :time 15 :index 3} ]",
  ]
    .join("\n")
    .replace(" #_ ; none", ""),
  kv: [
    '{:process 0, :type :invoke, :f :append, :key "0", :value "x 0 0 y"}',
    '{:process 0, :type :ok, :f :append, :key "0", :value "x 0 0 y"}',
    '{:process 1, :type :invoke, :f :get, :key "0", :value nil}',
    '{:process 1, :type :ok, :f :get, :key "0", :value "x 0 0 y"}',
    "",
  ].join("\n"),
  "jepsen-log": [
    "INFO  jepsen.core - Running test",
    "INFO  jepsen.util - 0\t:invoke\t:read\tnil",
    "INFO  jepsen.util - 0\t:ok\t:read\t3",
    "INFO  jepsen.util - 1\t:invoke\t:cas\t[3 0]",
    "INFO  jepsen.util - :nemesis\t:info\t:start\tnil",
    "INFO  jepsen.util - 1\t:info\t:cas\t:timed-out",
    "",
  ].join("\n"),
};

function read(name: string, content: string | Uint8Array, seed = 1): number {
  const builder = new OperationsBuilder();
  const format = formats[name];
  if (format === undefined) throw new Error(`no format ${name}`);
  readInChunks(format.open(builder), content, createRandom(seed));
  return builder.finish().count;
}

t.test("every format has a sample, is found by its first bytes, and reads it", async (t) => {
  t.same(Object.keys(samples).sort(), Object.keys(formats).sort());
  for (const [name, text] of Object.entries(samples)) {
    t.equal(detectFormat(new TextEncoder().encode(text)).name, name);
    const count = read(name, text);
    t.ok(count > 0, name);
    t.equal(read(name, text.replaceAll("\n", "\r\n"), 2), count, `${name} with CRLF`);
    t.equal(read(name, `\ufeff${text}`, 3), count, `${name} with a byte order mark`);
    t.equal(
      detectFormat(new TextEncoder().encode(`\ufeff${text}`)).name,
      name,
      "found with a mark",
    );
    t.equal(read(name, text.trimEnd(), 4), count, `${name} without the last line end`);
  }
});

t.test("every format counts the lines of its file", async (t) => {
  for (const [name, text] of Object.entries(samples)) {
    const ended = text.endsWith("\n") ? text : `${text}\n`;
    const count = ended.split("\n").length - 1;
    for (const content of [ended, ended.trimEnd(), ended.replaceAll("\n", "\r\n")]) {
      const reader = formats[name]?.open(new OperationsBuilder());
      for (const byte of new TextEncoder().encode(content)) reader?.push(Uint8Array.of(byte));
      t.equal(reader?.end().lines, count, name);
    }
  }
});

t.test("what is no history is refused with the list of formats", async (t) => {
  for (const bytes of ["", "hello\n", "\0\0\0\0", '"string"', "\u007fELF\n{:type"]) {
    t.throws(() => detectFormat(new TextEncoder().encode(bytes)), {
      name: "HistoryError",
      message: /line 1: expected one of these formats, got [\s\S]*jsonl[\s\S]*jepsen-log/,
    });
  }
});

t.test("readers of mutated files end, with operations or a HistoryError", async (t) => {
  const random = createRandom(9);
  const tally = { read: 0, refused: 0 };
  for (const [name, text] of Object.entries(samples)) {
    const good = new TextEncoder().encode(text);
    for (let round = 0; round < 1000; round++) {
      let bytes = good.slice();
      for (let changes = 1 + random.below(3); changes > 0; changes--) {
        const at = random.below(bytes.length);
        const kind = random.below(4);
        if (kind === 0) bytes[at] = random.below(256);
        // Characters that mean something are the likelier ones to break a reader.
        else if (kind === 1) bytes[at] = '"\\{}[]()#:;,-0 \n\t'.charCodeAt(random.below(18));
        else if (kind === 2) bytes = bytes.slice(0, Math.max(1, at));
        else bytes = Uint8Array.of(...bytes.slice(0, at), ...bytes.slice(Math.max(0, at - 9)));
      }
      try {
        read(name, bytes, round);
        tally.read++;
      } catch (error) {
        const isLine = error instanceof HistoryError && /^line \d+: |is not/.test(error.message);
        if (!isLine) t.fail(`${name}: ${error}\n${new TextDecoder().decode(bytes)}`);
        tally.refused++;
      }
    }
  }
  t.ok(tally.read > 500, `${tally.read} were read`);
  t.ok(tally.refused > 1000, `${tally.refused} were refused`);
});

t.test("no line is longer than 64 MiB, and nothing is nested without end", async (t) => {
  const chunk = new Uint8Array(2 ** 20).fill(0x61);
  for (const [name, start] of Object.entries({
    jsonl: "",
    hist1: "",
    "jepsen-log": "",
    edn: '{"',
  })) {
    const reader = formats[name]?.open(new OperationsBuilder());
    reader?.push(new TextEncoder().encode(start));
    const pushAll = (): void => {
      for (let count = 0; count < 65; count++) reader?.push(chunk);
    };
    t.throws(pushAll, { name: "HistoryError", message: /line 1.*67108864 bytes/ }, name);
  }
  const deep = `{:type :invoke, :f :x, :process 0, :value ${"[".repeat(9999)}${"]".repeat(9999)}}`;
  t.throws(() => read("edn", deep), { message: /line 1: .*at most 200 levels/ });
  const value = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const line = `{"index":0,"time":0,"process":0,"type":"invoke","f":"write","value":${value}}`;
  const nested = [formatHeader(header), line, ""].join("\n");
  t.throws(() => read("jsonl", nested), { message: /line 2: .*at most 200 levels/ });
  t.throws(() => read("jepsen-log", `0 :invoke :x ${"[".repeat(9999)}`), { message: /line 1: / });
});

t.test("what EDN discards is no operation", async (t) => {
  const call = "{:type :invoke, :f :write, :value 1, :process 0}";
  const end = "{:type :ok, :f :write, :value 1, :process 0}";
  const other = "{:type :invoke, :f :write, :value 2, :process 1}";
  for (const text of [
    `#_${other} ${call} ${end}`,
    `#_#_ ${other} ${other} ${call}\n${end}`,
    `#_word ${call} #_ ${other} ${end}`,
    `[${call} #_${other} ${end} #_ignored]`,
  ]) {
    t.equal(read("edn", text), 1, text);
  }
});

t.test("bytes that are no UTF-8 are refused with the line, a torn character is torn", async (t) => {
  const line =
    '{"index":0,"time":0,"process":0,"type":"invoke","f":"write","key":"k@","value":"v"}';
  const edn = '{:type :invoke, :f :write, :value "@", :process 0}';
  const read = (format: string, bytes: Uint8Array) => {
    const reader = formats[format]?.open(new OperationsBuilder());
    reader?.push(bytes);
    return reader?.end();
  };
  const broken = (text: string): Uint8Array =>
    Buffer.from(text).map((byte) => (byte === 64 ? 255 : byte));
  const refusal = {
    code: "E_HISTORY",
    message: /^line \d: expected UTF-8, got bytes that are none$/,
  };
  t.throws(() => read("jsonl", broken(`${formatHeader(header)}\n${line}\n`)), refusal);
  t.throws(
    () => read("jsonl", broken(`${formatHeader(header)}\n${line.replace("v", "@")}\n`)),
    refusal,
  );
  t.throws(() => read("edn", broken(`${edn}\n`)), refusal);
  const torn = Buffer.from(`${formatHeader(header)}\n${line.replace("@", "\u00fc")}`);
  t.match(read("jsonl", torn.subarray(0, torn.indexOf(0xc3) + 1)), { truncatedAtLine: 2 });
});
