import Docker from "dockerode";
import { ClusterError } from "../errors.ts";

export type Engine = Docker;

/** The engine that `DOCKER_HOST` names, else the local socket. Connects with the first call. */
export function openEngine(): Engine {
  return new Docker();
}

/** Null when an engine answers, else what was tried and why that failed. */
export async function whyUnavailable(engine: Engine): Promise<string | null> {
  const asked = engine.listContainers({ limit: 1, abortSignal: AbortSignal.timeout(3_000) });
  const where = process.env["DOCKER_HOST"] ?? "/var/run/docker.sock";
  return asked.then(
    () => null,
    (error: unknown) => `no Docker engine answers at ${where} (${reasonOf(error)})`,
  );
}

/** The HTTP status with which the engine refused, if it came to that. */
export function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !("statusCode" in error)) return null;
  return typeof error.statusCode === "number" ? error.statusCode : null;
}

/** The engine's own words, without the status text that dockerode puts before them. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.message.replace(/^\(HTTP code \d+\) [^-]*- /, "").trim();
}

/** Waits for a call of the engine; these statuses mean that its aim is met already. */
export async function accepting(
  statuses: readonly number[],
  call: Promise<unknown>,
): Promise<void> {
  try {
    await call;
  } catch (error) {
    const status = statusOf(error);
    if (status === null || !statuses.includes(status)) throw error;
  }
}

/** What failed, as a `ClusterError`; one that is thrown already stays as it is. */
export function engineError(what: string, error: unknown): ClusterError {
  if (error instanceof ClusterError) return error;
  return new ClusterError("E_DOCKER", `${what}: ${reasonOf(error)}`, {}, { cause: error });
}
