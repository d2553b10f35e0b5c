import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import t from "tap";
import { runCli, startCli } from "../testing/cli.ts";

t.test("serve prints one JSON value, answers, warns, and ends by Ctrl-C", async (t) => {
  const store = t.testdir({});
  const args = ["serve", "--port", "0", "--host", "0.0.0.0", "--store", store, "--json"];
  const { child, ended, until } = startCli(args);
  let printed = "";
  child.stdout?.on("data", (chunk) => {
    printed += chunk;
  });
  await until(/warning: 0\.0\.0\.0 can be reached from other machines/);
  while (!printed.endsWith("\n")) await new Promise((resolve) => setTimeout(resolve, 20));
  const { url } = JSON.parse(printed);
  const answer = await fetch(url.replace("0.0.0.0", "127.0.0.1"));

  t.equal(answer.status, 200);
  t.match(await answer.text(), "0 campaigns, 0 single runs");
  child.kill("SIGINT");
  t.equal((await ended).code, 130);
});

t.test("what cannot be served says why, with the exit code of its kind", async (t) => {
  const taken = createServer().listen(0, "127.0.0.1");
  t.teardown(() => taken.close());
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address() as AddressInfo;
  const cases = [
    { args: ["--port", String(port)], code: 69, says: /something listens there already/ },
    { args: ["--port", "65536"], code: 64, says: /--port takes a whole number in 0\.\.65535/ },
    { args: ["--store", "no/such/folder"], code: 64, says: /--store takes a folder/ },
  ];
  for (const { args, code, says } of cases) {
    const end = await runCli("serve", ...args);
    t.equal(end.code, code, args.join(" "));
    t.match(end.stderr, says);
    t.equal(end.stdout, "");
  }
});
