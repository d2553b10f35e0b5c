import { setTimeout as sleep } from "node:timers/promises";
import {
  bootLabel,
  judgeOwner,
  type Labels,
  ownSelf,
  parseOwner,
  processStartTime,
} from "../owner.ts";
import { accepting, type Engine, statusOf } from "./engine.ts";

/** Everything that one boot left in the engine. */
type Remains = { readonly boot: string; readonly labels: Labels };

/**
 * Removes what belongs to runs whose orchestrator is surely gone, and names what it cannot judge.
 *
 * Never touches what a living orchestrator owns, nor anything without our label.
 */
export async function reap(engine: Engine, onProgress: (line: string) => void): Promise<void> {
  const self = ownSelf();
  for (const { boot, labels } of await findRemains(engine)) {
    const owner = parseOwner(labels);
    const fate = judgeOwner(owner, self, processStartTime);
    if (fate === "undecidable") {
      onProgress(
        `left alone: containers of boot ${boot}, whose orchestrator may be alive elsewhere; if not: ` +
          `docker rm -fv $(docker ps -aq --filter label=${bootLabel}=${boot})`,
      );
    }
    if (fate !== "gone") continue;
    onProgress(`removing what boot ${boot} left: its orchestrator (pid ${owner.pid}) is gone`);
    const errors = await removeBoot(engine, boot);
    // Another run may be removing the same, or somebody joined its network: no reason not to go on.
    for (const error of errors) onProgress(`boot ${boot}: ${String(error)}`);
  }
}

async function findRemains(engine: Engine): Promise<Remains[]> {
  const filters = { label: [bootLabel] };
  const [containers, networks, volumes] = await Promise.all([
    engine.listContainers({ all: true, filters }),
    engine.listNetworks({ filters }),
    engine.listVolumes({ filters }),
  ]);
  const byBoot = new Map<string, Remains>();
  for (const { Labels: labels } of [...containers, ...networks, ...(volumes.Volumes ?? [])]) {
    const boot = labels?.[bootLabel];
    if (boot !== undefined && labels !== undefined) byBoot.set(boot, { boot, labels });
  }
  return [...byBoot.values()];
}

/** Removes all containers, networks and volumes of one boot; idempotent. Gives what went wrong. */
export async function removeBoot(engine: Engine, boot: string): Promise<unknown[]> {
  const filters = { label: [`${bootLabel}=${boot}`] };
  const errors: unknown[] = [];
  const attempt = (removal: Promise<unknown>): Promise<void> =>
    removal.then(
      () => {},
      (error: unknown) => {
        errors.push(error);
      },
    );

  await attempt(
    engine.listContainers({ all: true, filters }).then((containers) =>
      Promise.all(
        containers.map(({ Id }) =>
          // 409: somebody else is removing it.
          attempt(accepting([404, 409], engine.getContainer(Id).remove({ force: true, v: true }))),
        ),
      ),
    ),
  );
  const volumes = engine
    .listVolumes({ filters })
    .then(({ Volumes }) =>
      Promise.all(
        (Volumes ?? []).map(({ Name }) =>
          attempt(patiently(() => engine.getVolume(Name).remove())),
        ),
      ),
    );
  const networks = engine
    .listNetworks({ filters })
    .then((found) =>
      Promise.all(found.map(({ Id }) => attempt(patiently(() => engine.getNetwork(Id).remove())))),
    );
  await Promise.all([attempt(volumes), attempt(networks)]);
  return errors;
}

/** Containers that another process is removing keep networks (403) and volumes (409) busy for a moment. */
async function patiently(remove: () => Promise<unknown>): Promise<void> {
  for (let attempts = 0; ; attempts++) {
    try {
      await accepting([404], remove());
      return;
    } catch (error) {
      const status = statusOf(error);
      if (attempts === 20 || (status !== 403 && status !== 409)) throw error;
      await sleep(100);
    }
  }
}
