import fc from "fast-check";
import t from "tap";
import type { Json, Request } from "../../env/env.ts";
import { createBareKvsrv } from "../testing/bare-kvsrv.ts";

const get = (path: string): Request => ({ method: "GET", path });
const put = (path: string, body: Json): Request => ({ method: "PUT", path, body });

t.test("get and conditional put, by the table of the lab", async (t) => {
  const { answer } = createBareKvsrv();
  const steps: readonly [string, Request, object][] = [
    ["absent", get("/kv/k"), { status: 404, body: { error: "ErrNoKey" } }],
    [
      "absent, version > 0",
      put("/kv/k", { value: "a", version: 1 }),
      { status: 404, body: { error: "ErrNoKey" } },
    ],
    [
      "absent, version 0: created",
      put("/kv/k", { value: "a", version: 0 }),
      { status: 200, body: { version: 1 } },
    ],
    ["present", get("/kv/k"), { status: 200, body: { value: "a", version: 1 } }],
    [
      "lower version",
      put("/kv/k", { value: "b", version: 0 }),
      { status: 409, body: { error: "ErrVersion", version: 1 } },
    ],
    [
      "higher version",
      put("/kv/k", { value: "b", version: 2 }),
      { status: 409, body: { error: "ErrVersion", version: 1 } },
    ],
    [
      "its own version",
      put("/kv/k", { value: "", version: 1 }),
      { status: 200, body: { version: 2 } },
    ],
    ["an empty value is a value", get("/kv/k"), { status: 200, body: { value: "", version: 2 } }],
    ["another key", get("/kv/k2"), { status: 404, body: { error: "ErrNoKey" } }],
  ];
  for (const [name, request, expected] of steps) t.same(answer(request), expected, name);
});

t.test("keys are any text, percent-encoded", async (t) => {
  const { answer } = createBareKvsrv();
  for (const key of ["a/b", "ü ?#%", "__proto__", "constructor", "..", "\u0000"]) {
    const path = `/kv/${encodeURIComponent(key)}`;
    t.equal(answer(get(path)).status, 404, "absent at first");
    t.equal(answer(put(path, { value: key, version: 0 })).status, 200);
    t.same(answer(get(path)).body, { value: key, version: 1 });
  }
});

t.test("malformed requests are told so and change nothing", async (t) => {
  const { answer, putCount } = createBareKvsrv();
  const requests: readonly Request[] = [
    get("/kv/"),
    get("/kv/a/b"),
    get("/kv/%"),
    get("/kv/%ff"),
    get("/"),
    get(""),
    { method: "POST", path: "/kv/k/append", body: { text: "t", client: "c", sequence: 1 } },
    { method: "POST", path: "/kv/k", body: { value: "v", version: 0 } },
    { method: "PUT", path: "/kv/k" },
    ...[null, 1, "text", [], {}, { value: "v" }, { version: 0 }, { value: 1, version: 0 }].map(
      (body) => put("/kv/k", body),
    ),
    ...[-1, 0.5, "0", null, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY].map((version) =>
      put("/kv/k", { value: "v", version }),
    ),
  ];
  for (const request of requests) {
    t.match(answer(request), { status: 400, body: { error: "bad-request" } }, request.path);
  }
  t.equal(putCount(), 0);
});

t.test("there is an answer to every request", async (t) => {
  const { answer } = createBareKvsrv();
  const path = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string().map((text) => `/kv/${text}`),
  );
  const method = fc.constantFrom("GET" as const, "PUT" as const, "POST" as const);
  fc.assert(
    fc.property(method, path, fc.jsonValue(), (method, path, body) => {
      const { status } = answer({ method, path, body: body as Json });
      return [200, 400, 404, 409].includes(status);
    }),
  );
  t.pass("for any method, path and body");
});
