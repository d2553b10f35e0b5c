import { constants } from "node:os";
import type { NodeName } from "./env/env.ts";

/** An end of a node's program that no fault asked for. */
export type Exit = {
  readonly node: NodeName;
  /** What it said of it; of several lines, the first tells. */
  readonly reason: string;
  /** Nanoseconds of the run. */
  readonly atNs: number;
  /** It ended itself by `fatal`; else its code threw, or it just ended. */
  readonly isFatal: boolean;
};

/** An end of a node's process or container. */
export type ProcessExit = Exit & {
  /** The machine ended it, could not run it, or cannot watch it any more: nothing is known of the program. */
  readonly isEnvironment: boolean;
  /** Of its log, oldest first: at most 20. */
  readonly lastLines: readonly string[];
};

/** How a process ended, as the system tells it: a code or a signal. */
export type Ending = { readonly code: number | null; readonly signal: string | null };

const linesMax = 20;
const lineCharsMax = 500;

/** Sent from outside: by the kernel that has no memory left, by an operator, by a machine that goes down. */
const sentFromOutside: ReadonlySet<string> = new Set(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"]);

/** What only the machine can be blamed for: no driver of real nodes breaks disks or takes ports. */
const machineErrors =
  /\b(?:ENOSPC|EDQUOT|EROFS|EIO|EMFILE|ENFILE|ENOMEM|EACCES|EADDRINUSE|EADDRNOTAVAIL)\b/;

/** A shell's for a program that is not there or cannot be run, and Node's for a flag that it does not know. */
const neverRan: ReadonlySet<number> = new Set([126, 127, 9]);
/** Said by Node before a line of the program ran. */
const notFound = /\bCannot find (?:module|package)\b/;

const fatalLine = /(?:^|\s)fatal: (?<said>.*)$/;
const errorLine = /^(?:[A-Za-z]*(?:Error|Exception)\b|panic: |FATAL ERROR: ).*/;

/** What became of a process that ended unasked, from how it did and the end of its log. */
export function processExit({
  node,
  atNs,
  ending,
  log,
  isOutOfMemory = false,
}: {
  readonly node: NodeName;
  readonly atNs: number;
  readonly ending: Ending;
  /** The end of it. */
  readonly log: string;
  /** The kernel has ended it for want of memory. */
  readonly isOutOfMemory?: boolean;
}): ProcessExit {
  const lines = log.split("\n").map((line) => line.trimEnd().slice(0, lineCharsMax));
  const lastLines = lines.filter((line) => line !== "").slice(-linesMax);
  const last = lastLines.at(-1) ?? "";
  const fatal = fatalLine.exec(last)?.groups?.["said"];
  const said = fatal ?? lastLines.findLast((line) => errorLine.test(line)) ?? null;
  const { code, signal } = ending;
  const how = isOutOfMemory ? "the kernel ended it, out of memory" : howItEnded(ending);
  return {
    node,
    reason: said === null || isOutOfMemory ? how : `${said} (${how})`,
    atNs,
    isFatal: fatal !== undefined,
    isEnvironment:
      isOutOfMemory ||
      (signal !== null && sentFromOutside.has(signal)) ||
      (code !== null && neverRan.has(code)) ||
      (said !== null && (machineErrors.test(said) || notFound.test(said))),
    lastLines,
  };
}

/** A status as a shell and a container engine tell it: from 129 on a signal. */
export function endingOf(status: number): Ending {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128);
  return signal === undefined ? { code: status, signal: null } : { code: null, signal: signal[0] };
}

function howItEnded({ code, signal }: Ending): string {
  return signal === null ? `exit status ${code}` : `ended by ${signal}`;
}
