import { readFile } from "node:fs/promises";
import { ClusterError } from "../errors.ts";
import type { Labels } from "../owner.ts";
import { type Engine, statusOf } from "./engine.ts";
import { formatSubnet, freeSubnets, parseRoutes, parseSubnet, type Subnet } from "./subnet.ts";

/**
 * Creates a bridge network on the first /24 that overlaps no route of the host and no network of the
 * engine. Another run may take it in between: the engine refuses an overlap, and the next one is tried.
 */
export async function createNetwork(
  engine: Engine,
  { name, labels }: { readonly name: string; readonly labels: Labels },
): Promise<Subnet> {
  const taken = [...(await hostRoutes()), ...(await networkSubnets(engine))];
  for (const subnet of freeSubnets(taken)) {
    try {
      await engine.createNetwork({
        Name: name,
        Driver: "bridge",
        Labels: labels,
        IPAM: { Driver: "default", Config: [{ Subnet: formatSubnet(subnet) }] },
      });
      return subnet;
    } catch (error) {
      if (!isOverlap(error)) throw error;
    }
  }
  throw new ClusterError(
    "E_SUBNET",
    "no /24 of 198.18.0.0/15 is free: each overlaps a route of the host or a Docker network; " +
      "remove unused networks (docker network prune)",
  );
}

async function hostRoutes(): Promise<Subnet[]> {
  // Outside Linux there is no such file, and the engine's own check is all there is.
  const text = await readFile("/proc/net/route", "utf8").catch(() => "");
  return parseRoutes(text);
}

async function networkSubnets(engine: Engine): Promise<Subnet[]> {
  const networks = await engine.listNetworks();
  return networks.flatMap(({ IPAM }) =>
    (IPAM?.Config ?? []).flatMap(({ Subnet: text }) => parseSubnet(text ?? "") ?? []),
  );
}

/** Engines answer 403 (20.10 and later) or 500 (older), and say so only in words. */
function isOverlap(error: unknown): boolean {
  const status = statusOf(error);
  return (status === 403 || status === 500) && /overlap/i.test(String(error));
}
