import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { NodeEnv } from "./env.ts";
import { type NodeCommand, type NodeLaunch, traceEnds } from "./launch.ts";
import { messageLine, recordMessages } from "./message-record.ts";
import { openMessageRing } from "./message-ring.ts";
import type { NodeProgram } from "./program.ts";
import { createClock, type RealClock } from "./real-clock.ts";
import { createDisk } from "./real-disk.ts";
import { createNetwork } from "./real-network.ts";
import { createRealServer } from "./real-server.ts";
import { openTrace } from "./real-trace.ts";

/**
 * Runs a program on the real clock, network and disk: what every bundle calls.
 *
 * Reads its `NodeLaunch` from `WHITEWATER_NODE` and `NodeCommand`s from standard input. Standard
 * output is the node's log. An operator's error (port in use, unusable folder) or `fatal` ends it
 * with code 1.
 */
export function runNode<Rules>(program: NodeProgram<Rules>, rules: Rules): void {
  const launch = JSON.parse(process.env["WHITEWATER_NODE"] ?? "null") as NodeLaunch | null;
  if (launch === null) fatal("WHITEWATER_NODE must hold what the node is told at start");
  const { node, nodes, options, client, peer, peers, dataDir, traceFile, messageFile, originNs } =
    launch;

  const clock = createClock(originNs);
  const log = (line: string): void => print(`${(clock.now() / 1e9).toFixed(6)} ${line}`);
  const stop = (error: Error): void => fatal(error.message);
  const trace = openTrace({
    node,
    clock,
    traceFile,
    dataDir,
    onError: (error) => log(`${traceEnds}: ${error.message}`),
  });
  // Nothing leaves the node before what it traced is out of the process.
  const beforeEffect = trace.flush;
  process.on("exit", trace.flush);
  const messages = openMessageRing(messageFile);
  process.on("exit", messages.flush);
  const network = createNetwork({ node, listen: peer, peers, beforeEffect, log, onError: stop });

  const env: NodeEnv = {
    node,
    clock,
    network: recordMessages(network, trace.inc, (message) =>
      messages.add(messageLine(clock.now(), message)),
    ),
    server: createRealServer({ listen: client, beforeEffect, onError: stop }),
    disk: createDisk({ folder: dataDir, beforeEffect }),
    randomSeed: () => randomBytes(4).readUInt32LE(),
    trace: trace.trace,
    log,
    fatal: (message) => fatal(`${(clock.now() / 1e9).toFixed(6)} fatal: ${message}`),
  };
  obeyCommands(clock, launch.exitWithStdin === true);
  program.start(env, { nodes, options }, rules);
}

function obeyCommands(clock: RealClock, exitWithStdin: boolean): void {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    const { clock: lie } = JSON.parse(line) as NodeCommand;
    clock.setLie(lie);
  });
  lines.on("close", () => {
    if (exitWithStdin) process.exit(0);
  });
}

/** Written at once: a line must not be lost in the process that ends next. */
function print(line: string): void {
  try {
    writeSync(1, `${line}\n`);
  } catch {
    // A log that has no room or no reader left must not change what the node does.
  }
}

function fatal(message: string): never {
  print(message);
  process.exit(1);
}
