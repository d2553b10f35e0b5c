import t from "tap";
import type { AnomalyClass } from "./anomaly/classes.ts";
import type { Finding } from "./anomaly/facts.ts";
import type { Copy } from "./copies.ts";
import { coreLabel } from "./core-labels.ts";
import type { PairedOperation } from "./operations.ts";

/** An operation that took a second, at `index` seconds. */
function op(index: number, f: string, rest: Partial<PairedOperation> = {}): PairedOperation {
  const who = { index, process: index, key: "k", node: "n1", input: undefined, output: undefined };
  const end = { outcome: "ok", error: null, call: index * 1e9, return: index * 1e9 + 1e9 } as const;
  return { ...who, ...end, f, ...rest };
}

const put = (index: number, version: number, rest: Partial<PairedOperation> = {}) =>
  op(index, "put", { input: { value: `v${index}`, version }, ...rest });
const get = (index: number, version: number) =>
  op(index, "get", { output: { value: version === 0 ? null : "a", version } });
const refused = (error: string) => ({ outcome: "fail", error }) as const;

function labels(
  kind: AnomalyClass,
  culprit: PairedOperation,
  rival: PairedOperation,
  copies: readonly Copy[] = [],
): string[] {
  const finding: Finding = { class: kind, text: "", culprit, rival };
  return [coreLabel(rival, "related", finding, []), coreLabel(culprit, "culprit", finding, copies)];
}

t.test("the two that contradict each other say what each did", async (t) => {
  const answer = {
    to: "n1",
    sent: 0,
    back: 1,
    answer: "409 ErrVersion",
    outcome: "refused",
  } as const;
  const list = op(9, "read", { output: ["a", "b", "a"] });
  const cases: readonly (readonly [string[], string[]])[] = [
    [
      labels("stale-read", get(5, 2), put(1, 2)),
      ["made version 3 before", "saw version 2, already replaced"],
    ],
    [
      labels("split-brain", put(5, 2), put(1, 2)),
      ["made version 3 before", "made version 3 as well"],
    ],
    [
      labels("duplicate-version", get(5, 3), put(1, 2)),
      ["made version 3 before", "read the other value"],
    ],
    [
      labels("lost-write", get(5, 2), put(1, 2)),
      ["made version 3, and is lost", "saw version 2, lacks the write"],
    ],
    [
      labels("phantom", op(5, "get", { output: { value: "v1", version: 0 } }), put(1, 0)),
      ["made version 1 before", "read it as version 0"],
    ],
    [
      labels("non-monotonic-read", get(5, 2), get(1, 3)),
      ["saw version 3 before", "saw version 2: went back in time"],
    ],
    [
      labels("duplicate", list, op(1, "append", { input: "a" })),
      ["the one request for it", "holds it twice"],
    ],
    [
      labels("broken-lock", op(5, "acquire"), op(1, "acquire")),
      ["was granted it before", "was granted it as well"],
    ],
    [
      labels("broken-lock", op(5, "acquire"), op(1, "acquire"), [{ ...answer, back: 6e9 }]),
      ["was granted it before", "took a refusal for a grant"],
    ],
    [
      labels("broken-lock", op(5, "acquire"), op(1, "acquire"), [answer]),
      ["was granted it before", "was granted it as well"],
    ],
    [
      labels("broken-lock", op(5, "release"), op(1, "acquire")),
      ["was granted it before", "gave up what it did not hold"],
    ],
    [
      labels("wrong-error", put(5, 2, refused("ErrVersion")), get(6, 3)),
      ["read what it had written", "its copies do not bear it out"],
    ],
    [
      labels("wrong-error", put(5, 2, refused("ErrVersion")), put(1, 1)),
      ["made version 2", "was refused a version that was there"],
    ],
    [
      labels("unordered", op(5, "write", { input: 7 }), op(5.5, "read", { output: 3 })),
      ["saw 3", "wrote 7, which fits in no order"],
    ],
  ];
  for (const [found, wanted] of cases) t.same(found, wanted);
});

t.test("the others of a core say what they did, or what their refusal shows", async (t) => {
  const finding: Finding = { class: "stale-read", text: "", culprit: get(9, 2), rival: get(8, 3) };
  const cases: readonly (readonly [PairedOperation, string])[] = [
    [put(1, 1), "wrote what was read"],
    [put(1, 4), "made version 5"],
    [put(1, 0, refused("ErrVersion")), "refused: it was there already"],
    [put(1, 3, refused("ErrVersion")), "refused: version 3 was gone"],
    [put(1, 3, refused("ErrNoKey")), "refused: there was nothing yet"],
    [put(1, 3, refused("not-leader")), "was refused, did nothing"],
    [put(1, 3, { outcome: "info" }), "may have made version 4"],
    [op(1, "write", { input: 3, outcome: "info" }), "may have written 3"],
    [op(1, "append", { input: "a", outcome: "info" }), "may have appended a"],
    [op(1, "cas", { input: [1, 2] }), "took effect"],
    [op(1, "cas", { input: [1, 2], outcome: "info" }), "may have taken effect"],
    [op(1, "release", { outcome: "info" }), "may have given it up"],
    [op(1, "acquire", { outcome: "fail" }), "was refused it"],
    [op(1, "read", { output: ["a"] }), "read 1 element"],
    [get(1, 0), "saw nothing there"],
  ];
  for (const [operation, label] of cases) {
    t.equal(coreLabel(operation, "related", finding, []), label);
  }
  t.equal(coreLabel(put(1, 1), "context", finding, []), "at the same time");
});
