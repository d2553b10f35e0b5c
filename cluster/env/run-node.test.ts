import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { bundleNode } from "../bundle.ts";
import { findFreePorts } from "../process/ports.ts";
import type { Json, Outcome, Request } from "./env.ts";
import type { Address, NodeLaunch } from "./launch.ts";
import { createRequester } from "./real-requester.ts";

const programFile = fileURLToPath(new URL("../testing/echo.ts", import.meta.url));
const { code } = await bundleNode({ programFile });

type Started = {
  readonly child: ChildProcess;
  readonly traceFile: string;
  /** Exit code and everything it printed. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly log: string }>;
  readonly ask: (request: Request) => Promise<Outcome>;
  readonly untilAnswers: () => Promise<void>;
};

function startBundle(t: Test, client: Address, peer: Address): Started {
  const dataDir = t.testdir();
  const traceFile = join(dataDir, "n1.jsonl");
  const launch: NodeLaunch = {
    node: "n1",
    nodes: ["n1"],
    options: { flavour: 7, isSweet: true },
    client,
    peer,
    peers: {},
    dataDir,
    traceFile,
    messageFile: join(dataDir, "messages.jsonl"),
    originNs: Number(process.hrtime.bigint()),
    exitWithStdin: true,
  };
  writeFileSync(join(dataDir, "node.cjs"), code);
  const child = spawn(process.execPath, [join(dataDir, "node.cjs")], {
    env: { WHITEWATER_NODE: JSON.stringify(launch) },
    stdio: ["pipe", "pipe", "pipe"],
  });
  t.teardown(() => child.kill("SIGKILL"));
  let log = "";
  child.stdout?.on("data", (chunk) => {
    log += String(chunk);
  });
  const ended = new Promise<{ exitCode: number | null; log: string }>((resolve) =>
    child.on("close", (exitCode) => resolve({ exitCode, log })),
  );
  const requester = createRequester({ n1: client });
  t.teardown(() => requester.close());
  const ask: Started["ask"] = (request) =>
    new Promise((resolve) => requester.request("n1", request, 5000, resolve));
  const untilAnswers = async (): Promise<void> => {
    while ((await ask({ method: "POST", path: "/echo", body: 1 })).kind !== "response") {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { child, traceFile, ended, ask, untilAnswers };
}

async function addresses(): Promise<readonly [Address, Address]> {
  const [client = 0, peer = 0] = await findFreePorts(2);
  return [
    { host: "127.0.0.1", port: client },
    { host: "127.0.0.1", port: peer },
  ];
}

t.test("what a node traced is in its file when its answer is there", async (t) => {
  const [client, peer] = await addresses();
  const { ask, untilAnswers, traceFile } = startBundle(t, client, peer);
  await untilAnswers();

  await ask({ method: "POST", path: "/append", body: "entry" });

  const lines = readFileSync(traceFile, "utf8").trimEnd().split("\n");
  t.match(JSON.parse(lines.at(-1) ?? ""), { kind: "appended", text: "entry", node: "n1", inc: 1 });
});

t.test("the program gets the options of its launch", async (t) => {
  const [client, peer] = await addresses();
  const { ask, untilAnswers } = startBundle(t, client, peer);
  await untilAnswers();

  const outcome = await ask({ method: "GET", path: "/options" });

  t.match(outcome, { body: { flavour: 7, isSweet: true } });
});

t.test("a line on standard input moves the wall clock", async (t) => {
  const [client, peer] = await addresses();
  const { child, ask, untilAnswers } = startBundle(t, client, peer);
  await untilAnswers();

  child.stdin?.write('{"clock":{"offsetMs":-90000,"rate":1}}\n');

  let behindMs = 0;
  while (behindMs < 80_000) {
    const outcome = await ask({ method: "GET", path: "/wall" });
    const body: Json = outcome.kind === "response" ? outcome.body : null;
    behindMs = Date.now() - Number(body);
  }
  t.ok(behindMs < 100_000, String(behindMs));
});

t.test("fatal ends the node with its message as the last line and code 1", async (t) => {
  const [client, peer] = await addresses();
  const { ask, untilAnswers, ended } = startBundle(t, client, peer);
  await untilAnswers();

  t.match(await ask({ method: "POST", path: "/fatal", body: "checksum" }), { kind: "lost" });

  const { exitCode, log } = await ended;
  t.equal(exitCode, 1);
  t.match(log.trimEnd().split("\n").at(-1), /^\d+\.\d{6} fatal: checksum$/);
});

for (const taken of ["client", "peer"] as const) {
  t.test(`a ${taken} port in use ends the node and is named`, async (t) => {
    const [client, peer] = await addresses();
    const port = taken === "client" ? client.port : peer.port;
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
    t.teardown(() => other.close());

    const { exitCode, log } = await startBundle(t, client, peer).ended;

    t.equal(exitCode, 1);
    t.match(log, `EADDRINUSE: address already in use 127.0.0.1:${port}`);
  });
}

t.test("a node ends with its standard input", async (t) => {
  const [client, peer] = await addresses();
  const { child, untilAnswers, ended } = startBundle(t, client, peer);
  await untilAnswers();

  child.stdin?.end();

  t.match(await ended, { exitCode: 0 });
});
