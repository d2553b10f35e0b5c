import fc from "fast-check";
import t from "tap";
import { formatHeader, formatOp, parseHeader, parseOp } from "./codec.ts";
import type { Op } from "./history.ts";

t.test("every op survives a round trip, unknown fields included", async (t) => {
  const op = fc.record(
    {
      index: fc.nat(),
      time: fc.nat(),
      process: fc.oneof(fc.nat(), fc.constant("nemesis" as const)),
      type: fc.constantFrom("invoke", "ok", "fail", "info"),
      f: fc.string(),
      key: fc.string(),
      value: fc.jsonValue({ noUnicodeString: false }).filter((value) => !Object.is(value, -0)),
      error: fc.string(),
      node: fc.string(),
      latency: fc.nat(),
    },
    { requiredKeys: ["index", "time", "process", "type", "f"] },
  );
  const property = fc.property(op, (original) => {
    const line = formatOp(original as Op);
    return !line.includes("\n") && formatOp(parseOp(line, 2)) === line;
  });
  fc.assert(property);
  t.same(parseOp(`{"index":0,"time":1,"process":0,"type":"ok","f":"get","new":[1]}`, 2), {
    index: 0,
    time: 1,
    process: 0,
    type: "ok",
    f: "get",
    new: [1],
  });
});

t.test("the header survives a round trip", async (t) => {
  const header = { whitewater: 1, run: "r1", seed: 7, subject: "kvsrv", model: "m" } as const;
  t.same(parseHeader(formatHeader({ ...header })), header);
});

t.test("an error names the line, what was expected and what came", async (t) => {
  const good = { index: 0, time: 1, process: 0, type: "ok", f: "get" };
  const cases = [
    { text: "{", message: /line 9 is not JSON: expected one JSON object a line, got .*position 1/ },
    { text: "[]", message: /line 9 is not a JSON object: expected one a line, got \[\]$/ },
    { text: `["${"x".repeat(99)}"]`, message: /expected one a line, got \["x{78}$/ },
    { text: JSON.stringify({ ...good, index: -1 }), message: /line 9: expected .*"index", got -1/ },
    { text: JSON.stringify({ ...good, process: "x" }), message: /"process", got "x"/ },
    { text: JSON.stringify({ ...good, type: "done" }), message: /"type", got "done"/ },
    { text: JSON.stringify({ ...good, f: undefined }), message: /"f", got nothing/ },
    { text: JSON.stringify({ ...good, key: 3 }), message: /"key", got 3/ },
  ];
  for (const { text, message } of cases) {
    t.throws(() => parseOp(text, 9), { code: "E_HISTORY", message, details: { line: 9 } });
  }
  t.throws(() => parseHeader(`{"whitewater":2}`), { code: "E_HISTORY", details: { line: 1 } });
});
