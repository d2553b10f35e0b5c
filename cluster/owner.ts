import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** The process that answers for what a run created; empty texts where the platform does not say. */
export type Owner = {
  /** The installation: survives a reboot. */
  readonly machine: string;
  readonly bootId: string;
  readonly pidNamespace: string;
  readonly pid: number;
  /** Ticks since boot at which it started: tells it from a later process with the same pid. */
  readonly startTime: string;
};

/** Every container, network and volume of a run has this label; its value is the run's name. */
export const runLabel = "whitewater.run";
/** Tells two boots of runs with the same name apart. */
export const bootLabel = "whitewater.boot";

const ownerLabel = {
  machine: "whitewater.machine",
  bootId: "whitewater.boot-id",
  pidNamespace: "whitewater.pid-namespace",
  pid: "whitewater.pid",
  startTime: "whitewater.start-time",
} as const;

export type Labels = Readonly<Record<string, string>>;

export function ownerLabels(owner: Owner): Labels {
  return {
    [ownerLabel.machine]: owner.machine,
    [ownerLabel.bootId]: owner.bootId,
    [ownerLabel.pidNamespace]: owner.pidNamespace,
    [ownerLabel.pid]: String(owner.pid),
    [ownerLabel.startTime]: owner.startTime,
  };
}

export function parseOwner(labels: Labels): Owner {
  return {
    machine: labels[ownerLabel.machine] ?? "",
    bootId: labels[ownerLabel.bootId] ?? "",
    pidNamespace: labels[ownerLabel.pidNamespace] ?? "",
    pid: Number(labels[ownerLabel.pid] ?? 0),
    startTime: labels[ownerLabel.startTime] ?? "",
  };
}

/**
 * Whether the owner still runs, as far as `self`, a process that runs now, can tell.
 *
 * `startTimeOf` gives the start time of a process of `self`'s pid namespace, null when there is none.
 */
export function judgeOwner(
  owner: Owner,
  self: Owner,
  startTimeOf: (pid: number) => string | null,
): "alive" | "gone" | "undecidable" {
  const isKnown = owner.bootId !== "" && owner.startTime !== "" && owner.pid > 0;
  if (!isKnown || self.bootId === "") return "undecidable";
  if (owner.bootId !== self.bootId) {
    // A reboot ends every process; but another boot id may as well be another machine's.
    const isSameMachine = owner.machine !== "" && owner.machine === self.machine;
    return isSameMachine ? "gone" : "undecidable";
  }
  if (owner.pidNamespace === "" || owner.pidNamespace !== self.pidNamespace) return "undecidable";
  return startTimeOf(owner.pid) === owner.startTime ? "alive" : "gone";
}

/** This process as an owner. */
export function ownSelf(): Owner {
  const machineId = readText("/etc/machine-id");
  return {
    // Container images may carry one machine id to many hosts: the host's name tells those apart.
    machine: machineId === "" ? "" : `${machineId}/${hostname()}`,
    bootId: readText("/proc/sys/kernel/random/boot_id"),
    pidNamespace: readNamespace(),
    pid: process.pid,
    startTime: processStartTime(process.pid) ?? "",
  };
}

/** Null when there is no such process, or only its entry in the process table is left (a zombie). */
export function processStartTime(pid: number): string | null {
  const stat = readText(`/proc/${pid}/stat`);
  // The command's name, in parentheses, may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  if (state === undefined || state === "" || state === "Z" || state === "X") return null;
  return fields[19] ?? null;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return ""; // no /proc outside Linux, no such process
  }
}

function readNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return ""; // no /proc outside Linux
  }
}
