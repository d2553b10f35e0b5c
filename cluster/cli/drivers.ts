import type { Fault } from "../../nemesis/fault.ts";
import type { FaultSpec, Workload } from "../../workloads/workload.ts";
import type { Capability } from "../control.ts";
import { dockerDriver } from "../docker/driver.ts";
import { ClusterError } from "../errors.ts";
import { processDriver } from "../process/driver.ts";
import type { Subject } from "../subject.ts";
import { simDriver } from "../sweep/driver.ts";
import type { AnyDriver } from "../testbed.ts";
import { InputError } from "./errors.ts";

export const driverNames = ["auto", "docker", "process", "sim"] as const;
export type DriverChoice = (typeof driverNames)[number];

export type DriverOptions = { readonly image?: string; readonly base?: string };

/**
 * The driver to run on. `auto` takes Docker when a daemon answers, else local processes, and says
 * which and why. Throws a `ClusterError` when the one that was asked for cannot work here.
 */
export async function chooseDriver(
  choice: string,
  options: DriverOptions,
  note: (line: string) => void,
): Promise<AnyDriver> {
  if (!driverNames.some((name) => name === choice)) {
    throw new InputError(`--driver takes ${driverNames.join(", ")}, got ${choice}`);
  }
  const isDockerOnly = options.image !== undefined || options.base !== undefined;
  if (choice === "process" || choice === "sim") {
    if (isDockerOnly) throw new InputError("--image and --base are for --driver docker only");
    return choice === "sim" ? simDriver() : processDriver();
  }
  const docker = dockerDriver(options);
  const reason = await docker.unavailable();
  if (choice === "auto") {
    if (reason !== null && isDockerOnly) {
      throw new InputError(`--image and --base are for Docker, but ${reason}`);
    }
    if (reason === null) note("driver docker: a Docker engine answers");
    else note(`driver process: ${reason}; nodes are local processes, faults come from proxies`);
    return reason === null ? docker : processDriver();
  }
  if (reason !== null) {
    throw new ClusterError(
      "E_DOCKER_UNAVAILABLE",
      `--driver docker needs a Docker engine: ${reason}; start one, or take --driver process`,
    );
  }
  return docker;
}

/** What the schedule needs of the driver, and what this driver or this subject cannot do. */
export function splitFaults(
  workload: Workload,
  faults: ReadonlyMap<string, Fault>,
  { driver, subject }: { readonly driver: AnyDriver; readonly subject: Subject },
): { needs: Set<Capability>; unsupported: FaultSpec[] } {
  const needs = new Set<Capability>();
  const unsupported: FaultSpec[] = [];
  for (const spec of workload.nemesis.faults) {
    const need = faults.get(spec.fault)?.needs;
    if (need === "orders" && subject.order !== null) continue;
    if (need === undefined || need === "orders" || !driver.capabilities.has(need)) {
      unsupported.push(spec);
    } else {
      needs.add(need);
    }
  }
  return { needs, unsupported };
}
