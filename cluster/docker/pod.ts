import type { NodeLaunch } from "../env/launch.ts";
import { ClusterError } from "../errors.ts";
import type { Labels } from "../owner.ts";
import { type Agent, openAgent } from "./agent-client.ts";
import { podFiles } from "./agent-protocol.ts";
import { type Engine, engineError } from "./engine.ts";
import { everyOne } from "./every-one.ts";
import { packTar, type TarEntry } from "./tar.ts";

/** Where nodes listen in their pods. */
export const podPorts = { client: 7000, peer: 7001 } as const;

/** The user that nodes run as; the holder's agent is root, with one capability. */
const nodeUid = 1000;

export type PodPlan = {
  readonly launch: NodeLaunch;
  readonly address: string;
  /** Tells this boot from every other; part of all names. */
  readonly boot: string;
  readonly network: string;
  readonly image: string;
  readonly labels: Labels;
  readonly agentCode: Uint8Array;
  readonly nodeCode: Uint8Array;
  /** Whether the agent must be able to drop packets. */
  readonly wantsFirewall: boolean;
  readonly wantsClock: boolean;
};

/** A running holder with its agent, and a node's container that was never started. */
export type Pod = {
  readonly node: string;
  /** The run's beginning on this machine's monotonic clock, nanoseconds. */
  readonly originNs: number;
  readonly address: string;
  readonly agent: Agent;
  readonly holder: ReturnType<Engine["getContainer"]>;
  readonly container: ReturnType<Engine["getContainer"]>;
};

export async function createPod(engine: Engine, plan: PodPlan): Promise<Pod> {
  const { node, originNs } = plan.launch;
  const volume = `whitewater-${plan.boot}-${node}`;
  try {
    await engine.createVolume({ Name: volume, Labels: plan.labels });
    const holder = await createHolder(engine, plan, volume);
    await holder.putArchive(packTar(podEntries(plan)), { path: "/whitewater" });
    const stream = await holder.attach({
      stream: true,
      hijack: true,
      stdin: true,
      stdout: true,
      stderr: true,
    });
    const agent = openAgent(engine, { node, stream });
    const creating = createNode(engine, plan, volume, holder.id);
    const greeting = holder
      .start()
      .then(() => agent.ask("hello", { wantsFirewall: plan.wantsFirewall }));
    await everyOne([creating, greeting]);
    const container = await creating;
    return { node, originNs, address: plan.address, agent, holder, container };
  } catch (error) {
    if (error instanceof ClusterError && error.code === "E_AGENT") {
      throw new ClusterError(
        "E_AGENT",
        `${error.message}; the image must have node 18 or later, and iptables to cut links`,
        { node },
        { cause: error },
      );
    }
    throw engineError(`the pod of ${node} could not be created`, error);
  }
}

/** Owns address, network namespace, published port and rules; runs the agent. */
function createHolder(engine: Engine, plan: PodPlan, volume: string) {
  const clientPort = `${podPorts.client}/tcp`;
  return engine.createContainer({
    name: `${volume}-holder`,
    Image: plan.image,
    Hostname: plan.launch.node,
    Labels: plan.labels,
    User: "0:0",
    Entrypoint: ["node"],
    Cmd: [podFiles.agent],
    Env: [`WHITEWATER_BOOT=${plan.boot}`],
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    ExposedPorts: { [clientPort]: {} },
    HostConfig: {
      ...confined(volume),
      CapAdd: ["NET_ADMIN"],
      LogConfig: { Type: "none", Config: {} },
      NetworkMode: plan.network,
      // Any free port: used where the host does not route to the pod's address.
      PortBindings: { [clientPort]: [{ HostIp: "127.0.0.1", HostPort: "" }] },
    },
    NetworkingConfig: {
      EndpointsConfig: { [plan.network]: { IPAMConfig: { IPv4Address: plan.address } } },
    },
  });
}

/** Joins the holder's network namespace: address and rules outlive its kills. */
function createNode(engine: Engine, plan: PodPlan, volume: string, holderId: string) {
  const environment = { WHITEWATER_NODE: JSON.stringify(plan.launch) };
  return engine.createContainer({
    name: volume,
    Image: plan.image,
    Labels: { ...plan.labels, "whitewater.node": plan.launch.node },
    User: `${nodeUid}:${nodeUid}`,
    Entrypoint: ["node"],
    Cmd: [podFiles.node],
    Env: Object.entries({ ...environment, ...(plan.wantsClock ? clockPreload : {}) }).map(
      ([name, value]) => `${name}=${value}`,
    ),
    HostConfig: {
      ...confined(volume),
      LogConfig: { Type: "json-file", Config: { "max-size": "8m", "max-file": "2" } },
      NetworkMode: `container:${holderId}`,
    },
  });
}

function confined(volume: string) {
  return {
    Binds: [`${volume}:/whitewater`],
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges"],
    ReadonlyRootfs: true,
    Tmpfs: { "/run": "", "/tmp": "" },
    RestartPolicy: { Name: "no" },
  };
}

/**
 * Monotonic time is never faked: it would abort Node or stall its timers. The cache would show a
 * change late. The loader itself puts the platform's library folder for `$LIB`.
 */
const clockPreload = {
  LD_PRELOAD: "/usr/$LIB/faketime/libfaketimeMT.so.1",
  FAKETIME_TIMESTAMP_FILE: podFiles.clock,
  FAKETIME_NO_CACHE: "1",
  FAKETIME_DONT_FAKE_MONOTONIC: "1",
} as const;

function podEntries({ agentCode, nodeCode }: PodPlan): TarEntry[] {
  const folder = { mode: 0o755, uid: 0 };
  const file = { mode: 0o644, uid: 0 };
  return [
    { path: "program/", ...folder },
    { path: "program/agent.cjs", ...file, bytes: agentCode },
    { path: "program/node.cjs", ...file, bytes: nodeCode },
    { path: "control/", ...folder },
    { path: "control/clock", ...file, bytes: Buffer.from("+0 x1\n") },
    { path: "node/", mode: 0o755, uid: nodeUid },
    { path: "node/data/", mode: 0o755, uid: nodeUid },
  ];
}
