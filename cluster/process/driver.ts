import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleNode } from "../bundle.ts";
import type { BootOptions, Cluster, Driver } from "../control.ts";
import type { NodeName } from "../env/env.ts";
import type { Address } from "../env/launch.ts";
import { createRequester } from "../env/real-requester.ts";
import { ClusterError } from "../errors.ts";
import type { ProcessExit } from "../exits.ts";
import { type ClientProxy, startClientProxy } from "../proxy/client-proxy.ts";
import type { LinkTarget } from "../proxy/link-command.ts";
import { type LinkProxy, startLinkProxy } from "../proxy/link-proxy.ts";
import { capabilities, createControl } from "./control.ts";
import { createNodeProcess, type NodeProcess } from "./node-process.ts";
import { findFreePorts } from "./ports.ts";
import { copyRing, copyTail } from "./tail.ts";
import { createWorkspace, removeDeadWorkspaces } from "./workspace.ts";

const logBytesMax = 8_000_000;
const traceBytesMax = 32_000_000;

/** The driver for a machine without Docker: nodes are child processes, links are proxies. */
export function processDriver(): Driver {
  return {
    name: "process",
    capabilities,
    unavailable: async () =>
      process.platform === "win32" ? "Windows has no signal that freezes a process" : null,
    boot,
  };
}

/** What was created so far, and how to remove it: last first. */
type Cleanup = { readonly steps: (() => Promise<void>)[] };

async function boot(options: BootOptions): Promise<Cluster> {
  const cleanup: Cleanup = { steps: [] };
  try {
    return await bootInto(cleanup, options);
  } catch (error) {
    await cleanUp(cleanup);
    throw asClusterError(error);
  }
}

async function bootInto(cleanup: Cleanup, options: BootOptions): Promise<Cluster> {
  const { nodes, needs, seed, signal, onProgress } = options;
  const goOn = (): void => {
    if (signal.aborted) throw new ClusterError("E_INTERRUPTED", "interrupted while booting");
  };
  await removeDeadWorkspaces();
  const workspace = await createWorkspace();
  cleanup.steps.push(() => rm(workspace, { recursive: true, force: true }));
  const { code, hash } = await bundleNode(options);
  await writeFile(join(workspace, "node.cjs"), code);
  goOn();

  const ports = await findFreePorts(2 * nodes.length);
  const clients = addressesOf(nodes, ports.slice(0, nodes.length));
  const peers = addressesOf(nodes, ports.slice(nodes.length));
  const linkProxy = await startLinkProxy(linksBetween(nodes, peers));
  cleanup.steps.push(linkProxy.close);
  goOn();
  let clientProxy: ClientProxy | null = null;
  if (needs.has("lose-messages")) {
    clientProxy = await startClientProxy({ targets: clients, seed });
    cleanup.steps.push(clientProxy.close);
  }
  goOn();

  const exits: ProcessExit[] = [];
  const processes = new Map<NodeName, NodeProcess>();
  cleanup.steps.push(() => killAll(processes));
  for (const node of nodes) {
    const created = await createNode({
      node,
      options,
      workspace,
      clients,
      peers,
      linkProxy,
      onChange: () => linkProxy.guard([...pidsOf(processes).values()], () => undefined),
      onUnexpectedExit: (exit) => exits.push(exit),
    });
    processes.set(node, created);
  }
  await Promise.all([...processes.values()].map((each) => promised(each.start)));
  goOn();
  onProgress(`${nodes.length} nodes started as processes on 127.0.0.1`);

  const requester = createRequester(clientProxy?.addresses ?? clients);
  cleanup.steps.push(async () => requester.close());
  let down: Promise<void> | null = null;
  return {
    control: createControl({ nodes, processes, linkProxy, clientProxy }),
    requester,
    provenance: {
      driver: "process",
      bundle: hash,
      node: process.version,
      clients: clientProxy === null ? "127.0.0.1" : "127.0.0.1, through a proxy",
    },
    unexpectedExits: () => exits.splice(0),
    pids: () => pidsOf(processes),
    collect: (folder) => collect(nodes, workspace, folder),
    down: () => {
      down ??= cleanUp(cleanup);
      return down;
    },
  };
}

function addressesOf(
  nodes: readonly NodeName[],
  ports: readonly number[],
): Readonly<Record<NodeName, Address>> {
  return Object.fromEntries(
    nodes.map((node, index) => [node, { host: "127.0.0.1", port: ports[index] ?? 0 }]),
  );
}

function linksBetween(
  nodes: readonly NodeName[],
  peers: Readonly<Record<NodeName, Address>>,
): readonly LinkTarget[] {
  return Object.entries(peers).flatMap(([to, target]) =>
    nodes.filter((from) => from !== to).map((from) => ({ from, to, target })),
  );
}

async function createNode({
  node,
  options: { nodes, options, originNs },
  workspace,
  clients,
  peers,
  linkProxy,
  onChange,
  onUnexpectedExit,
}: {
  readonly node: NodeName;
  readonly options: BootOptions;
  readonly workspace: string;
  readonly clients: Readonly<Record<NodeName, Address>>;
  readonly peers: Readonly<Record<NodeName, Address>>;
  readonly linkProxy: LinkProxy;
  readonly onChange: () => void;
  readonly onUnexpectedExit: (exit: ProcessExit) => void;
}): Promise<NodeProcess> {
  const nowhere: Address = { host: "127.0.0.1", port: 0 };
  const others = nodes.filter((other) => other !== node);
  const dataDir = join(workspace, "data", node);
  await mkdir(dataDir, { recursive: true });
  return createNodeProcess({
    launch: {
      node,
      nodes,
      options,
      client: clients[node] ?? nowhere,
      peer: peers[node] ?? nowhere,
      peers: Object.fromEntries(
        others.map((to) => [to, linkProxy.address({ from: node, to })] as const),
      ),
      dataDir,
      traceFile: join(workspace, `${node}.jsonl`),
      messageFile: join(workspace, messageFileOf(node)),
      originNs,
      exitWithStdin: true,
    },
    bundleFile: join(workspace, "node.cjs"),
    logFile: join(workspace, `${node}.log`),
    onChange,
    onUnexpectedExit,
  });
}

function pidsOf(processes: ReadonlyMap<NodeName, NodeProcess>): ReadonlyMap<NodeName, number> {
  const pids = new Map<NodeName, number>();
  for (const [node, each] of processes) {
    const pid = each.pid();
    if (pid !== null) pids.set(node, pid);
  }
  return pids;
}

async function killAll(processes: ReadonlyMap<NodeName, NodeProcess>): Promise<void> {
  await Promise.all([...processes.values()].map((each) => promised(each.kill)));
}

function promised(act: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) =>
    act((error) => (error === null ? resolve() : reject(error))),
  );
}

function messageFileOf(node: NodeName): string {
  return `${node}.messages.jsonl`;
}

async function collect(
  nodes: readonly NodeName[],
  workspace: string,
  folder: string,
): Promise<void> {
  for (const node of nodes) {
    const [log, trace] = [join(workspace, `${node}.log`), join(workspace, `${node}.jsonl`)];
    try {
      await copyTail(log, join(folder, "logs", `${node}.log`), logBytesMax);
      await copyTail(trace, join(folder, "trace", `${node}.jsonl`), traceBytesMax);
      await copyRing(
        join(workspace, messageFileOf(node)),
        join(folder, "messages", `${node}.jsonl`),
      );
    } catch {
      // No room, or a folder that is gone: the verdict does not need them.
    }
  }
}

async function cleanUp({ steps }: Cleanup): Promise<void> {
  const errors: unknown[] = [];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, "not everything could be removed");
}

const diskCodes: ReadonlySet<string | undefined> = new Set([
  "ENOSPC",
  "EDQUOT",
  "EROFS",
  "EACCES",
  "ENOTDIR",
  "ENOENT",
]);

/** What the operating system refused, as a reader can act on it. */
function asClusterError(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!diskCodes.has(code)) return error;
  return new ClusterError(
    "E_DISK",
    `the nodes' files cannot be written: ${message}`,
    {},
    { cause: error },
  );
}
