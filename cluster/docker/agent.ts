import { spawn } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { open, rename, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import {
  type AgentCalls,
  type AgentReply,
  type AgentRequest,
  agentPort,
  podFiles,
} from "./agent-protocol.ts";
import { formatClockFile } from "./clock-file.ts";

// Runs in a pod's holder, in the network namespace that the node shares: one JSON request a line on
// standard input, one reply a line on standard output. It ends when its input does.

const beaconEveryMs = 50;
const noncesMax = 100;

const blocked = new Set<string>();
/** Addresses heard from, by nonce; the oldest nonces are forgotten. */
const heard = new Map<string, Set<string>>();
const waiting = new Set<() => void>();
const udp: Socket = createSocket("udp4");

async function hello({ wantsFirewall }: AgentCalls["hello"]["args"]): Promise<null> {
  await new Promise<void>((resolve, reject) => {
    udp.once("error", reject);
    udp.bind(agentPort, resolve);
  });
  udp.on("message", onBeacon);
  const bootName = process.env["WHITEWATER_BOOT"] ?? "";
  await new Promise<void>((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy()); // whoever asked is gone
      socket.end(bootName);
    });
    server.once("error", reject);
    server.listen(agentPort, resolve);
  });
  // Shows at boot, not at the first cut, that the image has a working iptables.
  if (wantsFirewall) await iptables(["-S", "INPUT"]);
  return null;
}

function onBeacon(message: Buffer, { address }: { readonly address: string }): void {
  const nonce = message.toString("utf8");
  const from = heard.get(nonce) ?? new Set<string>();
  heard.set(nonce, from.add(address));
  for (const oldest of heard.keys()) {
    if (heard.size <= noncesMax) break;
    heard.delete(oldest);
  }
  for (const wake of waiting) wake();
}

async function block({ sources }: AgentCalls["block"]["args"]): Promise<null> {
  const added = sources.filter((source) => !blocked.has(source));
  if (added.length === 0) return null;
  await iptables(["-A", "INPUT", "-s", added.join(","), "-j", "DROP"]);
  for (const source of added) blocked.add(source);
  return null;
}

async function unblock({ sources }: AgentCalls["unblock"]["args"]): Promise<null> {
  const removed = sources.filter((source) => blocked.has(source));
  if (removed.length === 0) return null;
  await iptables(["-D", "INPUT", "-s", removed.join(","), "-j", "DROP"]);
  for (const source of removed) blocked.delete(source);
  return null;
}

function iptables(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("iptables", ["-w", ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`iptables ${args.join(" ")} ended with ${code}: ${complaint.trim()}`));
    });
  });
}

async function beacon({ nonce, to, forMs }: AgentCalls["beacon"]["args"]): Promise<null> {
  const bytes = Buffer.from(nonce);
  for (let elapsedMs = 0; elapsedMs < forMs; elapsedMs += beaconEveryMs) {
    // An address that cannot be reached is what the probe is about to find out.
    for (const address of to) udp.send(bytes, agentPort, address, () => {});
    await sleep(beaconEveryMs);
  }
  return null;
}

function hear({ nonce, from, withinMs }: AgentCalls["hear"]["args"]): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const heardNow = (): string[] => from.filter((address) => heard.get(nonce)?.has(address));
    const finish = (): void => {
      clearTimeout(timer);
      waiting.delete(check);
      resolve(heardNow());
    };
    const check = (): void => {
      if (heardNow().length === from.length) finish();
    };
    const timer = setTimeout(finish, withinMs);
    waiting.add(check);
    check();
  });
}

async function clock({
  offsetMs,
  rate,
  sinceMs,
  startedAtMs,
}: AgentCalls["clock"]["args"]): Promise<AgentCalls["clock"]["answer"]> {
  const nowMs = Date.now();
  const lie = { offsetMs, rate, sinceMs: sinceMs ?? nowMs };
  // By rename: the preloaded library must never read half a file.
  await writeFile(`${podFiles.clock}.next`, formatClockFile(lie, startedAtMs ?? nowMs));
  await rename(`${podFiles.clock}.next`, podFiles.clock);
  return { sinceMs: lie.sinceMs };
}

async function read({
  file,
  offset,
  length,
}: AgentCalls["read"]["args"]): Promise<AgentCalls["read"]["answer"]> {
  const handle = await open(file, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (handle === null) return { size: 0, gzip64: "" };
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
    const packed = await promisify(gzip)(buffer.subarray(0, bytesRead), { level: 1 });
    return { size, gzip64: packed.toString("base64") };
  } finally {
    await handle.close();
  }
}

function answer(request: AgentRequest): Promise<unknown> {
  switch (request.kind) {
    case "hello":
      return hello(request.args);
    case "block":
      return inTurn(() => block(request.args));
    case "unblock":
      return inTurn(() => unblock(request.args));
    case "beacon":
      return beacon(request.args);
    case "hear":
      return hear(request.args);
    case "clock":
      return inTurn(() => clock(request.args));
    case "read":
      return read(request.args);
  }
}

let turn: Promise<unknown> = Promise.resolve();

/** Changes happen one after another, in the order they were asked for. */
function inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
  const result = turn.then(change);
  turn = result.catch(() => {}); // whoever asked for it hears of it
  return result;
}

function reply(message: AgentReply): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const request = JSON.parse(line) as AgentRequest;
  answer(request).then(
    (result) => reply({ id: request.id, answer: result }),
    (error: unknown) => reply({ id: request.id, error: String(error) }),
  );
});
lines.on("close", () => process.exit(0));
