import { connect } from "node:net";
import type { NodeName } from "../env/env.ts";
import type { Address } from "../env/launch.ts";
import { ClusterError } from "../errors.ts";
import { agentPort } from "./agent-protocol.ts";
import { type Pod, podPorts } from "./pod.ts";

export type ClientAddresses = {
  readonly addresses: Readonly<Record<NodeName, Address>>;
  /** How that is, for people. */
  readonly described: string;
};

/**
 * How clients reach the nodes: by pod address where the host routes to it, else by the port that the
 * engine publishes on 127.0.0.1.
 *
 * Tried for real, on every pod: its agent must tell the name of this boot. The difference matters: a
 * killed node refuses connections to its pod address (`fail`), while the engine's proxy in front of a
 * published port accepts and resets them (`info`).
 */
export async function findClientAddresses(
  pods: readonly Pod[],
  boot: string,
): Promise<ClientAddresses> {
  const reached = await Promise.all(pods.map(({ address }) => answersAs(address, boot)));
  if (reached.every((isReached) => isReached)) {
    const addresses = pods.map(({ node, address }) => [
      node,
      { host: address, port: podPorts.client },
    ]);
    return { addresses: Object.fromEntries(addresses), described: "pod addresses" };
  }
  const published = pods.map(async (pod) => [pod.node, await publishedAddress(pod)]);
  return {
    addresses: Object.fromEntries(await Promise.all(published)),
    described: "ports published on 127.0.0.1 (the host does not route to pod addresses)",
  };
}

function answersAs(host: string, boot: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: agentPort, timeout: 1_000 });
    let said = "";
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      said += text;
    });
    socket.on("timeout", () => socket.destroy());
    socket.on("error", () => socket.destroy()); // what "close" then resolves to says it
    socket.on("close", () => resolve(said === boot));
  });
}

async function publishedAddress({ node, holder }: Pod): Promise<Address> {
  const { NetworkSettings: settings } = await holder.inspect();
  const port = Number(settings.Ports[`${podPorts.client}/tcp`]?.[0]?.HostPort);
  if (port > 0) return { host: "127.0.0.1", port };
  throw new ClusterError("E_DOCKER", `the engine published no port for ${node}`, { node });
}
