import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import t, { type Test } from "tap";
import { syntheticCampaign } from "../testing/synthetic-campaign.ts";
import { syntheticRun } from "../testing/synthetic-run.ts";
import { type StoreServer, serveStore } from "./server.ts";

// A store that somebody else has filled, or that was damaged; and pages of others that ask.

const { result } = syntheticRun({ verdict: "invalid", operations: 60 });
const campaign = syntheticCampaign({ startedAt: "2026-11-22T01:00:00.000Z", seeds: 1 });
const text = JSON.stringify(result);
const secret = "a-secret-outside";

async function serve(t: Test, store: string): Promise<StoreServer & { errors: unknown[] }> {
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const server = await serveStore({ store, host: "127.0.0.1", port: 0, onError });
  t.teardown(() => server.close());
  return { ...server, errors };
}

t.test("what is damaged is left out and named, the others are shown", async (t) => {
  const damaged: Record<string, Record<string, string>> = {
    cut: { "result.json": text.slice(0, 900) },
    nothing: { "result.json": "" },
    null: { "result.json": "null" },
    partly: { "result.json": JSON.stringify({ ...result, environment: undefined }) },
    "no-checks": { "result.json": JSON.stringify({ ...result, checks: [null] }) },
    "no-runs": { "campaign.json": JSON.stringify({ ...campaign, runs: {} }) },
    bare: {
      "result.json": '{"whitewater":1,"run":"x","verdict":"<b>","checks":[],"faults":[]}',
    },
    binary: { "result.json": "\u0000\ud800{" },
  };
  const nowFiles = ["{", "null", JSON.stringify({ whitewater: 1, pid: process.pid, run: "x" })];
  const store = t.testdir({
    ...damaged,
    huge: { "result.json": text },
    sound: { "result.json": text },
    mixed: {
      "campaign.json": JSON.stringify({ ...campaign, runs: [null, 7, {}, ...campaign.runs] }),
    },
    ...Object.fromEntries(nowFiles.map((now, at) => [`now-${at}`, { "now.json": now }])),
  });
  truncateSync(join(store, "huge", "result.json"), 80 * 2 ** 20);
  cpSync(join(store, "sound"), join(store, "a\nb"), { recursive: true });
  mkdirSync(join(store, "pipe"));
  for (const file of ["result.json", "report.html"])
    execFileSync("mkfifo", [join(store, "pipe", file)]);
  const { url, errors } = await serve(t, store);

  const listing = await (await fetch(`${url}listing.json`)).json();
  t.same(listing.unreadable, [...Object.keys(damaged), "huge"].sort());
  t.match(listing.runs, [{ path: "sound" }]);
  t.match(listing.campaigns, [{ path: "mixed", runs: campaign.runs.length }]);
  t.same(listing.now, []);
  const pages = ["", "store/mixed/index.html", "compare?a=sound&b=sound"];
  for (const page of pages) t.equal((await fetch(url + page)).status, 200, page);
  for (const name of [...Object.keys(damaged), "huge", "pipe"]) {
    t.equal((await fetch(`${url}compare?a=sound&b=${name}`)).status, 404, name);
    t.equal((await fetch(`${url}store/${name}/report.html`)).status, 404, name);
  }
  t.same(errors, []);
});

t.test("links in a run lead nowhere, neither what is read nor what is written", async (t) => {
  const folder = t.testdir({
    "secret.json": JSON.stringify({ ...result, sentence: secret }),
    "secret.log": secret,
    "mine.txt": "mine",
    store: {
      log: { "result.json": text, "history.jsonl": "", logs: {} },
      part: { "result.json": text, "history.jsonl": "" },
      result: {},
      night: { "campaign.json": JSON.stringify({ ...campaign, runs: [] }) },
    },
  });
  const store = join(folder, "store");
  const link = (target: string, ...names: string[]) =>
    symlinkSync(join(folder, target), join(store, ...names));
  link("secret.log", "log", "logs", "n1.log");
  link("mine.txt", "part", "report.html.part");
  link("secret.json", "result", "result.json");
  const [run] = campaign.runs;
  writeFileSync(join(folder, "ledger"), `${JSON.stringify({ ...run, sentence: secret })}\n`);
  link("ledger", "night", "progress.jsonl");
  const { url, errors } = await serve(t, store);

  const targets = [
    ...["log", "part", "result"].map((name) => `store/${name}/report.html`),
    ...["log", "result"].map((name) => `compare?a=${name}&b=${name}`),
    "store/log/logs/n1.log",
    "store/result/result.json",
  ];
  for (const target of targets) {
    const answer = await fetch(url + target);
    t.equal(answer.status, 404, target);
    t.notMatch(await answer.text(), secret);
  }
  t.notMatch(await (await fetch(`${url}listing.json`)).text(), secret);
  t.equal(readFileSync(join(folder, "mine.txt"), "utf8"), "mine");
  t.notOk(existsSync(join(store, "log", "report.html")));
  t.match((await (await fetch(`${url}listing.json`)).json()).campaigns, [{ runs: 0 }]);
  t.same(errors, []);
});

t.test("a page of somebody else is not answered, a link from it is", async (t) => {
  const { url } = await serve(t, t.testdir({ run: { "result.json": text } }));
  const status = async (headers: Record<string, string>, path = "listing.json") => {
    const request = get(url + path, { headers });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    request.destroy();
    return response.statusCode;
  };
  for (const site of ["cross-site", "same-site"]) {
    const from = { "sec-fetch-site": site };
    t.equal(await status({ ...from, "sec-fetch-mode": "no-cors" }), 403);
    t.equal(await status({ ...from, "sec-fetch-mode": "cors" }, "events"), 403);
    const frame = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" };
    t.equal(await status({ ...from, ...frame }, ""), 403);
    const link = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    t.equal(await status({ ...from, ...link }, ""), 200);
  }
  t.equal(await status({ "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" }), 200);
  t.equal(await status({}), 200, "what is no browser says nothing");
});

t.test("a folder may vanish and come back, and the end does not wait for readers", async (t) => {
  const store = t.testdir({ night: { "campaign.json": JSON.stringify(campaign) } });
  cpSync(join(store, "night"), join(store, "kept"), { recursive: true });
  const { url, errors, close } = await serve(t, store);
  const streams = ["events", "events/campaign?path=night"].map((path) => get(url + path));
  const [home, live] = await Promise.all(
    streams.map(async (request) => {
      request.on("error", () => undefined);
      const [response] = (await once(request, "response")) as [IncomingMessage];
      response.on("error", () => undefined);
      return response.setEncoding("utf8");
    }),
  );
  let heard = "";
  home?.on("data", (chunk: string) => {
    heard += chunk;
  });
  live?.resume();
  const untilCampaigns = async (count: number) => {
    const deadline = performance.now() + 20_000;
    for (;;) {
      const data =
        heard
          .match(/^data: .*$/gm)
          ?.at(-1)
          ?.slice("data: ".length) ?? "{}";
      if (heard.endsWith("\n\n") && JSON.parse(data).campaigns?.length === count) return;
      if (performance.now() > deadline) throw new Error(`not ${count} campaigns in ${data}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  rmSync(join(store, "night"), { recursive: true });
  await untilCampaigns(1);
  t.equal((await fetch(`${url}store/night/index.html`)).status, 404);
  cpSync(join(store, "kept"), join(store, "night"), { recursive: true });
  await untilCampaigns(2);
  t.equal((await fetch(`${url}store/night/index.html`)).status, 200);
  await close();
  t.same(errors, []);
});
