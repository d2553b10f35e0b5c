import { ClusterError } from "../errors.ts";
import { type Engine, openEngine, whyUnavailable } from "./engine.ts";

/** Null when containers can be used here, else the reason in a few words. */
export function unavailable(): Promise<string | null> {
  return whyUnavailable(openEngine());
}

/** An engine that has just answered. Throws E_DOCKER_UNAVAILABLE. */
export async function requireEngine(): Promise<Engine> {
  const engine = openEngine();
  const reason = await whyUnavailable(engine);
  if (reason === null) return engine;
  throw new ClusterError(
    "E_DOCKER_UNAVAILABLE",
    `${reason}: start it, point DOCKER_HOST at another one, or use --driver process`,
  );
}
