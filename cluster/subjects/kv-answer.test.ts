import t from "tap";
import type { Json, Outcome } from "../env/env.ts";
import { type Call, conclude, formatRequest, judgeCopy } from "./kv-answer.ts";

const get: Call = { f: "get", key: "k" };
const put: Call = { f: "put", key: "k", value: "v", version: 3 };
const append: Call = { f: "append", key: "k", text: "t", client: "p0", sequence: 1, epoch: 0 };

function answer(status: number, body: Json): Outcome {
  return { kind: "response", status, body };
}

t.test("a request names its key percent-encoded", async (t) => {
  t.same(formatRequest({ f: "get", key: "a/b ü%" }), {
    method: "GET",
    path: "/kv/a%2Fb%20%C3%BC%25",
  });
  t.same(formatRequest(put), { method: "PUT", path: "/kv/k", body: { value: "v", version: 3 } });
  t.same(formatRequest(append), {
    method: "POST",
    path: "/kv/k/append",
    body: { text: "t", client: "p0", sequence: 1, epoch: 0 },
  });
});

t.test(
  "one copy proves what its answer says, and nothing when the answer is not the API's",
  async (t) => {
    const nothing = { kind: "nothing", error: "not-leader", leader: null };
    const cases: readonly [string, Call, Outcome, object][] = [
      [
        "get found",
        get,
        answer(200, { value: "v", version: 2 }),
        { kind: "done", value: "v", version: 2 },
      ],
      [
        "get absent",
        get,
        answer(404, { error: "ErrNoKey" }),
        { kind: "done", value: null, version: 0 },
      ],
      ["put stored", put, answer(200, { version: 4 }), { kind: "done", value: null, version: 4 }],
      ["appended", append, answer(200, { version: 9 }), { kind: "done", value: null, version: 9 }],
      [
        "version differs",
        put,
        answer(409, { error: "ErrVersion", version: 7 }),
        { kind: "refused", error: "ErrVersion", version: 7 },
      ],
      [
        "version differs, not told which",
        put,
        answer(409, { error: "ErrVersion" }),
        { kind: "refused", error: "ErrVersion", version: null },
      ],
      [
        "no key",
        put,
        answer(404, { error: "ErrNoKey" }),
        { kind: "refused", error: "ErrNoKey", version: null },
      ],
      [
        "redirect",
        put,
        answer(421, { error: "not-leader", leader: "n2" }),
        { kind: "nothing", error: "not-leader", leader: "n2" },
      ],
      ["no leader known", put, answer(421, { error: "not-leader", leader: null }), nothing],
      [
        "malformed",
        put,
        answer(400, { error: "bad-request" }),
        { kind: "malformed", error: "bad-request" },
      ],
      [
        "refused connection",
        put,
        { kind: "not-sent", error: "ECONNREFUSED" },
        { kind: "nothing", error: "refused", leader: null },
      ],
      ["lost", put, { kind: "lost", error: "reset" }, { kind: "unknown", error: "reset" }],
      [
        "leadership lost",
        put,
        answer(503, { error: "outcome-unknown" }),
        { kind: "unknown", error: "outcome-unknown" },
      ],
      ["503 of a proxy", put, answer(503, null), { kind: "unknown", error: "http-503" }],
      ["500", put, answer(500, {}), { kind: "unknown", error: "http-500" }],
      ["400 of an HTTP parser", put, answer(400, null), { kind: "unknown", error: "http-400" }],
      ["404 of a proxy", get, answer(404, "gone"), { kind: "unknown", error: "http-404" }],
      ["409 without a reason", put, answer(409, []), { kind: "unknown", error: "http-409" }],
      ["421 without a reason", put, answer(421, {}), { kind: "unknown", error: "http-421" }],
      [
        "an append has no version to differ",
        append,
        answer(409, { error: "ErrVersion", version: 1 }),
        { kind: "unknown", error: "http-409" },
      ],
      [
        "an append of an expired session",
        append,
        answer(409, { error: "ErrSession", epoch: 12 }),
        { kind: "expired", error: "ErrSession", epoch: 12 },
      ],
      [
        "an expired session, but not since when",
        append,
        answer(409, { error: "ErrSession" }),
        { kind: "unknown", error: "http-409" },
      ],
      [
        "a put has no session",
        put,
        answer(409, { error: "ErrSession", epoch: 12 }),
        { kind: "unknown", error: "http-409" },
      ],
      [
        "a get has none either",
        get,
        answer(409, { error: "ErrVersion", version: 1 }),
        { kind: "unknown", error: "http-409" },
      ],
      [
        "an append creates its key",
        append,
        answer(404, { error: "ErrNoKey" }),
        { kind: "unknown", error: "http-404" },
      ],
      [
        "200 without a version",
        put,
        answer(200, { value: "v" }),
        { kind: "unknown", error: "http-200" },
      ],
      [
        "version 0, which no correct server says",
        put,
        answer(200, { version: 0 }),
        { kind: "done", value: null, version: 0 },
      ],
      [
        "half a version",
        put,
        answer(200, { version: 1.5 }),
        { kind: "unknown", error: "http-200" },
      ],
      ["get without a value", get, answer(200, { version: 1 }), { kind: "unknown" }],
      ["redirect of HTTP", get, answer(302, {}), { kind: "unknown", error: "http-302" }],
    ];
    for (const [name, call, outcome, expected] of cases) {
      t.match(judgeCopy(call, outcome), expected, name);
    }
  },
);

t.test(
  "an append whose session expired is sent again only while nothing is in doubt",
  async (t) => {
    const expired = { kind: "expired", error: "ErrSession", epoch: 12 } as const;

    t.same(conclude(append, expired, null), { ...append, epoch: 12 });
    t.same(conclude(append, expired, "timeout"), { type: "info", error: "timeout" });
  },
);

t.test("ErrMaybe is a resend's ErrVersion at a higher version, and only that", async (t) => {
  const refused = (version: number | null) =>
    conclude(put, { kind: "refused", error: "ErrVersion", version }, "timeout");

  t.same(refused(4), { type: "info", error: "ErrMaybe" });
  t.same(refused(2), { type: "info", error: "timeout" }, "an earlier copy may still match");
  t.same(refused(3), { type: "info", error: "timeout" }, "a contradiction proves nothing");
  t.same(refused(null), { type: "info", error: "timeout" }, "not told: not proved");
  t.same(conclude(put, { kind: "refused", error: "ErrNoKey", version: null }, "reset"), {
    type: "info",
    error: "reset",
  });
});
