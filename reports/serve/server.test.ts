import { once } from "node:events";
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import t from "tap";
import { isAllowedHost } from "./host.ts";
import { serveStore } from "./server.ts";

// Over real sockets: no client that would tidy up a hostile path on the way.

const result = {
  ...{ whitewater: 1, verdict: "valid", sentence: "fine", workload: "kv", subject: "kvsrv" },
  ...{ bug: null, driver: "sim", seed: 3, environment: [], checks: [], faults: [] },
  ...{
    startedAt: "2026-11-22T01:00:00.000Z",
    durationMs: 5,
    repeat: "npx whitewater run kv",
  },
  ...{ operations: { ok: 1, fail: 0, info: 0 }, nodes: ["n1"], options: {}, provenance: {} },
  ...{ skippedFaults: [], vacuous: [], interrupted: false, droppedArrivals: 0, run: "r" },
};
const folder = t.testdir({
  "secret.json": '"outside"',
  store: {
    "run-1": {
      "result.json": JSON.stringify(result),
      "report.html": "<!doctype html><script>window.harmed=1</script>",
      "history.jsonl": '{"whitewater":1}\n',
      ".hidden.json": '"hidden"',
      "tool.sh": "echo",
      "odd name #1.log": "odd",
      logs: { "n1.log": "<script>window.harmed=1</script>" },
      ".git": { "config.json": '"hidden"' },
    },
    plain: { "result.json": JSON.stringify(result), "history.jsonl": '{"whitewater":1}\n' },
    night: {
      "campaign.json": JSON.stringify({
        ...{ whitewater: 1, name: "nightly", startedAt: "2026-11-22T01:00:00.000Z" },
        ...{ durationMs: 5, runs: [] },
      }),
    },
  },
});
const store = join(folder, "store");
symlinkSync(join(folder, "secret.json"), join(store, "run-1", "link.json"));
symlinkSync(folder, join(store, "up"));
symlinkSync(join(store, "run-1", ".hidden.json"), join(store, "shown.json"));
const errors: unknown[] = [];
const server = await serveStore({
  store,
  host: "127.0.0.1",
  port: 0,
  onError: (error) => errors.push(error),
});
const port = Number(new URL(server.url).port);
t.teardown(() => server.close());

/** One request as it is written; the whole answer. */
async function raw(
  target: string,
  options: { method?: string; host?: string } = {},
): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(port, "127.0.0.1");
  const { method = "GET", host = `127.0.0.1:${port}` } = options;
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  await once(socket, "close");
  const end = text.indexOf("\r\n\r\n");
  const status = Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]);
  return { status, head: text.slice(0, end), body: text.slice(end + 4) };
}

t.test("files of a run are given away, with headers that keep them quiet", async (t) => {
  const log = await raw("/store/run-1/logs/n1.log");
  t.equal(log.status, 200);
  t.match(log.head, "Content-Type: text/plain");
  t.match(log.head, "X-Content-Type-Options: nosniff");
  t.match(log.head, "Referrer-Policy: no-referrer");
  t.match(log.head, "Cache-Control: no-store");
  const report = await raw("/store/run-1/report.html");
  t.match(report.body, "window.harmed");
  t.match(report.head, /Content-Security-Policy: default-src 'none';.*; sandbox allow-scripts/);
  t.notMatch(report.head, "allow-same-origin", "no page of the store reads another one");
  t.equal((await raw("/store/run-1/odd%20name%20%231.log")).body, "odd");
});

t.test("nothing outside of the store, hidden or of another type is given away", async (t) => {
  const targets = [
    "/store/../secret.json",
    "/store/run-1/../../secret.json",
    "/store/%2e%2e/secret.json",
    "/store/%2E%2E%2Fsecret.json",
    "/store/..%2fsecret.json",
    "/store/%252e%252e/secret.json",
    "/store/..%5csecret.json",
    "/store/run-1\\..\\..\\secret.json",
    `/store/${encodeURIComponent(join(folder, "secret.json"))}`,
    "/store//etc/hosts.json",
    "/store/run-1/result.json%00.html",
    "/store/run-1/%00",
    "/store/%ff.json",
    "/store/run-1/link.json",
    "/store/up/secret.json",
    "/store/up/store/run-1/result.json/../../../secret.json",
    "/store/run-1/.hidden.json",
    "/store/run-1/.git/config.json",
    "/store/shown.json",
    "/store/run-1/tool.sh",
    "/store/run-1",
    "/store/run-1/",
    "/store/",
    "/etc/passwd",
    "//etc/passwd",
    "http://127.0.0.1/store/../secret.json",
    "/events/campaign?path=../",
    "/events/campaign?path=up",
    "/compare?a=../&b=run-1",
  ];
  for (const target of targets) {
    const { status, body } = await raw(target);
    t.ok([400, 403, 404].includes(status), `${target}: ${status}`);
    t.notMatch(body, /outside|hidden"|root:/, target);
  }
});

t.test("the store is read, never changed", async (t) => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
    const { status, head } = await raw("/store/run-1/result.json", { method });
    t.equal(status, 405, method);
    t.match(head, "Allow: GET, HEAD");
  }
  const { status, head, body } = await raw("/store/run-1/logs/n1.log", { method: "HEAD" });
  t.same([status, body], [200, ""]);
  t.match(head, "Content-Length: 32");
});

t.test("a name that was made to point here is not answered", async (t) => {
  for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1.evil.example", ""]) {
    t.notOk((await raw("/", { host })).status === 200, host);
  }
  for (const host of ["localhost", `LOCALHOST:${port}`, "127.0.0.1", `[::1]:${port}`]) {
    t.equal((await raw("/listing.json", { host })).status, 200, host);
  }
  t.ok(isAllowedHost("192.0.2.7:80", "0.0.0.0"), "an address cannot be rebound");
  t.notOk(isAllowedHost("evil.example", "0.0.0.0"));
  t.notOk(isAllowedHost("192.0.2.7", "127.0.0.1"));
  t.notOk(isAllowedHost(undefined, "127.0.0.1"));
});

t.test("the pages of the server run their own script only", async (t) => {
  for (const target of ["/", "/store/night/index.html", "/compare?a=plain&b=plain"]) {
    const { status, head } = await raw(target);
    t.equal(status, 200, target);
    t.match(head, /script-src 'sha256-[^']+'; connect-src 'self'/);
    t.notMatch(head, "script-src 'unsafe-inline'");
  }
  const listing = JSON.parse((await raw("/listing.json")).body);
  t.match(listing, { campaigns: [{ name: "nightly" }] });
});

t.test("a live page hears of runs that end, and goes on where it was", async (t) => {
  const live = join(store, "live");
  mkdirSync(live);
  const campaign = { whitewater: 1, name: "l", startedAt: "2026", durationMs: 0, runs: [] };
  writeFileSync(join(live, "campaign.json"), JSON.stringify(campaign));
  const line = (seed: number) =>
    `${JSON.stringify({
      ...{ workload: "<b>", schedule: "own", seed, verdict: "valid", sentence: "", runDir: null },
      ...{ durationMs: 1, operations: { ok: 1, fail: 0, info: 0 } },
    })}\n`;
  writeFileSync(join(live, "progress.jsonl"), line(1));
  const now = (pid: number) => ({
    ...{ whitewater: 1, kind: "campaign", name: "l", pid, host: hostname() },
    ...{ startedAt: "2026", updatedAt: new Date().toISOString(), done: 1, total: 3, run: null },
  });
  writeFileSync(join(live, "now.json"), JSON.stringify(now(process.pid)));

  const stream = await openStream("/events/campaign?path=live&from=0");
  await stream.until(/id: 1\nevent: run\ndata: .*"seed":1/);
  await stream.until(/event: now\ndata: .*"total":3/);
  appendFileSync(join(live, "progress.jsonl"), line(2).slice(0, 9));
  appendFileSync(join(live, "progress.jsonl"), line(2).slice(9) + line(3).slice(0, 5));
  await stream.until(/id: 2\nevent: run\ndata: .*"seed":2/);
  t.notMatch(stream.text(), "id: 3", "a line is told when it is whole");
  writeFileSync(join(live, "now.json"), JSON.stringify(now(2 ** 22 + 1)));
  await stream.until(/event: now\ndata: null/);
  stream.close();

  const again = await openStream("/events/campaign?path=live&from=0", { "last-event-id": "1" });
  await again.until(/id: 2\nevent: run/);
  t.notMatch(again.text(), "id: 1\n", "nothing is told twice");
  again.close();
});

t.test("the home page hears of a run that ends", async (t) => {
  const stream = await openStream("/events");
  await stream.until(/event: listing/);
  mkdirSync(join(store, "run-2"));
  writeFileSync(join(store, "run-2", "result.json"), JSON.stringify({ ...result, seed: 99 }));
  await stream.until(/"path":"run-2"/);
  stream.close();
  t.same(errors, []);
});

async function openStream(path: string, headers: Record<string, string> = {}) {
  const request = get({ host: "127.0.0.1", port, path, headers });
  const [response] = await once(request, "response");
  let text = "";
  response.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  response.on("error", () => undefined);
  request.on("error", () => undefined);
  return {
    text: () => text,
    close: () => request.destroy(),
    async until(pattern: RegExp): Promise<void> {
      const deadline = performance.now() + 20_000;
      while (!pattern.test(text)) {
        if (performance.now() > deadline) throw new Error(`no ${pattern} in:\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}
