import { runLabel } from "../../owner.ts";
import { openEngine } from "../engine.ts";

/** Names of all containers, networks and volumes of a run. */
export async function findLabelled(run: string): Promise<string[]> {
  const engine = openEngine();
  const filters = { label: [`${runLabel}=${run}`] };
  const [containers, networks, volumes] = await Promise.all([
    engine.listContainers({ all: true, filters }),
    engine.listNetworks({ filters }),
    engine.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Id }) => `container ${Id}`),
    ...networks.map(({ Id }) => `network ${Id}`),
    ...volumes.Volumes.map(({ Name }) => `volume ${Name}`),
  ].sort();
}
