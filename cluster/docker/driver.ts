import { randomBytes } from "node:crypto";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleNode } from "../bundle.ts";
import type { BootOptions, Capability, Cluster, Driver } from "../control.ts";
import type { NodeName } from "../env/env.ts";
import { createRequester } from "../env/real-requester.ts";
import { ClusterError } from "../errors.ts";
import { bootLabel, ownerLabels, ownSelf, runLabel } from "../owner.ts";
import { type ClientProxy, startClientProxy } from "../proxy/client-proxy.ts";
import { podFiles } from "./agent-protocol.ts";
import { requireEngine, unavailable } from "./available.ts";
import { collectPod } from "./collect.ts";
import { createControl, type Member } from "./docker-control.ts";
import { type Engine, engineError } from "./engine.ts";
import { everyOne } from "./every-one.ts";
import { ensureImage, type ImageChoice, type NodeImage } from "./image.ts";
import { createNetwork } from "./network.ts";
import { createNodeContainer } from "./node-container.ts";
import { createPod, type PodPlan, podPorts } from "./pod.ts";
import { findClientAddresses } from "./reachability.ts";
import { reap, removeBoot } from "./reap.ts";
import { addressIn } from "./subnet.ts";

const capabilities: ReadonlySet<Capability> = new Set<Capability>([
  "kill",
  "pause",
  "cut",
  "clock",
  "lose-messages",
]);

/**
 * Runs each node in a real container (DESIGN 8). A one-way cut drops the packets of one direction: the
 * acknowledgements of the other direction suffer too.
 */
export function dockerDriver(options: ImageChoice = {}): Driver {
  return { name: "docker", capabilities, unavailable, boot: (boot) => bootCluster(boot, options) };
}

async function bootCluster(options: BootOptions, choice: ImageChoice): Promise<Cluster> {
  const { signal } = options;
  const engine = await requireEngine();
  const boot = randomBytes(4).toString("hex");
  const resources: Resources = { members: new Map(), closers: [] };
  try {
    return await assemble({ engine, boot, options, choice, resources });
  } catch (error) {
    const errors = await release(engine, boot, resources);
    const cause = errors.length === 0 ? error : new AggregateError([error, ...errors]);
    if (signal.aborted) {
      const message = "interrupted while the cluster booted";
      throw new ClusterError("E_INTERRUPTED", message, {}, { cause });
    }
    throw errors.length === 0 ? engineError("the cluster could not be booted", error) : cause;
  }
}

/** What must be given back, filled while the cluster is assembled. */
type Resources = {
  readonly members: Map<NodeName, Member>;
  readonly closers: (() => Promise<void> | void)[];
};

async function release(engine: Engine, boot: string, resources: Resources): Promise<unknown[]> {
  const { members, closers } = resources;
  for (const { container } of members.values()) container.abandon();
  const closed = await Promise.allSettled(closers.splice(0).map(async (close) => close()));
  for (const { pod } of members.values()) pod.agent.close();
  const removed = await removeBoot(engine, boot);
  return [...closed.flatMap((one) => (one.status === "rejected" ? [one.reason] : [])), ...removed];
}

type Assembly = {
  readonly engine: Engine;
  readonly boot: string;
  readonly options: BootOptions;
  readonly choice: ImageChoice;
  readonly resources: Resources;
};

async function assemble({ engine, boot, options, choice, resources }: Assembly): Promise<Cluster> {
  const { signal, needs, nodes, onProgress } = options;
  await reap(engine, onProgress);
  const { programFile, bugFile } = options;
  const [agentCode, nodeBundle] = await Promise.all([
    bundleAgent(),
    bundleNode({ programFile, ...(bugFile === undefined ? {} : { bugFile }) }),
  ]);
  const image = await ensureImage(engine, choice, { signal, onProgress });
  signal.throwIfAborted();

  const codes = { agentCode, nodeCode: nodeBundle.code };
  const plans = await planPods(engine, { boot, options, image, ...codes });
  await everyOne(
    plans.map(async (plan) => {
      const pod = await createPod(engine, plan);
      resources.members.set(pod.node, { pod, container: createNodeContainer(pod) });
    }),
  );
  signal.throwIfAborted();

  const members = new Map(nodes.map((node) => [node, memberOf(resources, node)]));
  const pods = [...members.values()].map(({ pod }) => pod);
  const [clients] = await Promise.all([
    findClientAddresses(pods, boot),
    ...[...members.values()].map(({ container }) => container.start()),
  ]);
  let proxy: ClientProxy | null = null;
  if (needs.has("lose-messages")) {
    proxy = await startClientProxy({ targets: clients.addresses, seed: options.seed });
    resources.closers.push(proxy.close);
  }
  const requester = createRequester(proxy?.addresses ?? clients.addresses);
  resources.closers.push(requester.close);
  signal.throwIfAborted();

  const { Version: engineVersion } = await engine.version();
  return {
    control: createControl({ members, prepared: needs, capabilities, lose: proxy?.lose ?? null }),
    requester,
    provenance: {
      driver: "docker",
      engine: engineVersion,
      image: `${image.name} ${image.id}`,
      base: image.base,
      program: `sha256:${nodeBundle.hash}`,
      clients: `${clients.described}${proxy === null ? "" : ", through a proxy that loses messages"}`,
    },
    unexpectedExits: () => [...members.values()].flatMap(({ container }) => container.takeExits()),
    pids: () => pidsOf(members),
    collect: async (folder) => {
      await Promise.all(pods.map((pod) => collectPod(pod, folder)));
    },
    down: async () => {
      const errors = await release(engine, boot, resources);
      if (errors.length > 0) throw new AggregateError(errors, `boot ${boot} was not removed`);
    },
  };
}

async function planPods(
  engine: Engine,
  {
    boot,
    options,
    image,
    agentCode,
    nodeCode,
  }: Pick<PodPlan, "agentCode" | "nodeCode"> & {
    readonly boot: string;
    readonly options: BootOptions;
    readonly image: NodeImage;
  },
): Promise<PodPlan[]> {
  const { nodes, needs, originNs } = options;
  const labels = { [runLabel]: options.run, [bootLabel]: boot, ...ownerLabels(ownSelf()) };
  const network = `whitewater-${boot}`;
  const subnet = await createNetwork(engine, { name: network, labels });
  // .1 is the host's end of the bridge.
  const addresses = new Map(nodes.map((node, index) => [node, addressIn(subnet, index + 11)]));
  const listen = { host: "0.0.0.0" };
  return [...addresses].map(([node, address]) => {
    const others = [...addresses].filter(([other]) => other !== node);
    const launch = {
      node,
      nodes,
      options: options.options,
      client: { ...listen, port: podPorts.client },
      peer: { ...listen, port: podPorts.peer },
      peers: Object.fromEntries(
        others.map(([other, host]) => [other, { host, port: podPorts.peer }]),
      ),
      dataDir: podFiles.data,
      traceFile: podFiles.trace,
      messageFile: podFiles.messages,
      originNs,
    };
    return {
      launch,
      address,
      boot,
      network,
      labels,
      image: image.id,
      agentCode,
      nodeCode,
      wantsFirewall: needs.has("cut"),
      wantsClock: needs.has("clock"),
    };
  });
}

function pidsOf(members: ReadonlyMap<NodeName, Member>): ReadonlyMap<NodeName, number> {
  const pids = new Map<NodeName, number>();
  for (const [node, { container }] of members) {
    const pid = container.pid();
    if (pid !== null) pids.set(node, pid);
  }
  return pids;
}

function memberOf({ members }: Resources, node: NodeName): Member {
  const member = members.get(node);
  if (member === undefined) throw new Error(`every pod exists, ${node}'s too`);
  return member;
}

async function bundleAgent(): Promise<Uint8Array> {
  const self = fileURLToPath(import.meta.url);
  const result = await build({
    entryPoints: [fileURLToPath(new URL(`./agent${extname(self)}`, import.meta.url))],
    bundle: true,
    platform: "node",
    target: "node18",
    format: "cjs",
    tsconfigRaw: "{}",
    logLevel: "silent",
    write: false,
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error("esbuild writes a file");
  return output.contents;
}
