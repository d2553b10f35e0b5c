import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import type { BootOptions } from "../control.ts";
import { contractNodeOptions, controlContract } from "../testing/control-contract.ts";
import { capabilities } from "./control.ts";
import { processDriver } from "./driver.ts";

const options: BootOptions = {
  run: "contract",
  subject: "echo",
  programFile: fileURLToPath(new URL("../testing/echo.ts", import.meta.url)),
  options: contractNodeOptions,
  nodes: ["n1", "n2", "n3"],
  needs: capabilities,
  originNs: Number(process.hrtime.bigint()),
  seed: 1,
  onProgress: () => undefined,
  signal: new AbortController().signal,
};
const withoutProc = existsSync("/proc/self/stat") ? false : "needs /proc";

t.test("the process driver keeps the contract of Control", (t) =>
  controlContract(t, { oneWay: "frames" }, () => processDriver().boot(options)),
);

/** Folders of runs whose orchestrator is `pid`. */
function workspacesOf(pid: number | undefined): readonly string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith("whitewater-process-"))
    .map((name) => join(tmpdir(), name))
    .filter((folder) => {
      const owner = join(folder, "owner.json");
      return existsSync(owner) && JSON.parse(readFileSync(owner, "utf8")).pid === pid;
    });
}

/** Processes whose parent is `pid`; zombies count as gone. */
function childrenOf(pid: number | undefined): readonly number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((each) => each > 0 && statOf(each)[1] === String(pid));
}

function isAlive(pid: number): boolean {
  const [state] = statOf(pid);
  return state !== undefined && state !== "Z";
}

/** State, parent and what follows; empty when there is no such process. */
function statOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

async function until(holds: () => boolean): Promise<void> {
  const startedAtMs = performance.now();
  while (!holds()) {
    if (performance.now() - startedAtMs > 20_000) throw new Error("did not happen in 20 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

t.test(
  "no process outlives a killed orchestrator, and the next start removes its folder",
  {
    skip: withoutProc,
  },
  async (t) => {
    const script = fileURLToPath(new URL("../testing/orchestrator.ts", import.meta.url));
    const orchestrator = spawn(process.execPath, [...process.execArgv, script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    t.teardown(() => orchestrator.kill("SIGKILL"));
    await new Promise((resolve) => orchestrator.stdout?.once("data", resolve));
    const living = await processDriver().boot(options);
    t.teardown(() => living.down());
    const children = childrenOf(orchestrator.pid);
    t.ok(children.length >= 5, `nodes and proxies: ${children}`);
    t.equal(workspacesOf(orchestrator.pid).length, 1, "a start leaves the living alone");

    orchestrator.kill("SIGKILL");
    await until(() => !children.some(isAlive));

    const next = await processDriver().boot(options);
    t.teardown(() => next.down());
    t.same(workspacesOf(orchestrator.pid), []);
    t.equal(workspacesOf(process.pid).length, 2, "the folders of the living stay");
  },
);

t.test(
  "down removes every process and the folder, a frozen node included",
  {
    skip: withoutProc,
  },
  async (t) => {
    const childrenBefore = childrenOf(process.pid);
    const foldersBefore = workspacesOf(process.pid);
    const cluster = await processDriver().boot(options);
    await new Promise((resolve) => cluster.control.pause("n1", resolve));
    const created = childrenOf(process.pid).filter((pid) => !childrenBefore.includes(pid));
    t.equal(created.length, 5, "three nodes and two proxies");

    await cluster.down();

    t.notOk(created.some(isAlive));
    t.same(workspacesOf(process.pid), foldersBefore);
  },
);

t.test("an interrupted boot leaves nothing and says so", async (t) => {
  const foldersBefore = workspacesOf(process.pid);
  const signal = AbortSignal.abort();

  await t.rejects(processDriver().boot({ ...options, signal }), { code: "E_INTERRUPTED" });

  t.same(workspacesOf(process.pid), foldersBefore);
});

t.test("a folder that cannot be written is an error of the environment", async (t) => {
  const { TMPDIR } = process.env;
  const file = join(t.testdir({ file: "not a folder" }), "file");
  process.env["TMPDIR"] = file;
  t.teardown(() => {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
  });

  await t.rejects(processDriver().boot(options), { code: "E_DISK", message: file });
});

t.test("without lost messages in the schedule, clients reach the nodes directly", async (t) => {
  const cluster = await processDriver().boot({ ...options, needs: new Set() });
  t.teardown(() => cluster.down());
  const loss = { requestsPermille: 1, repliesPermille: 0 };

  t.equal(cluster.provenance["clients"], "127.0.0.1");
  const error = await new Promise((resolve) => cluster.control.loseMessages("n1", loss, resolve));
  t.match(error, { message: /without the proxy/ });
});
