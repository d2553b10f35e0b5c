import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { olderFile } from "../env/message-ring.ts";
import { podFiles } from "./agent-protocol.ts";
import { reasonOf } from "./engine.ts";
import { joinLogFrames } from "./log-frames.ts";
import type { Pod } from "./pod.ts";

const logBytesMax = 8 * 2 ** 20;
const fileBytesMax = 32 * 2 ** 20;
const chunkBytes = 2 ** 20;

/**
 * Writes `logs/NODE.log`, `trace/NODE.jsonl` and `messages/NODE.jsonl`: the last of each, from the
 * start of a line on.
 */
export async function collectPod(pod: Pod, folder: string): Promise<void> {
  await save(join(folder, "logs"), `${pod.node}.log`, () => readLog(pod));
  await save(join(folder, "trace"), `${pod.node}.jsonl`, () => readFile(pod, podFiles.trace));
  await save(join(folder, "messages"), `${pod.node}.jsonl`, () => readRing(pod));
}

async function save(folder: string, name: string, read: () => Promise<Buffer>): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const bytes = await read();
    await writeFile(join(folder, name), bytes);
  } catch (error) {
    // What was found out must not be lost because a log could not be had: the reason takes its place.
    await writeFile(join(folder, `${name}.error`), `${reasonOf(error)}\n`).catch(() => {});
  }
}

async function readLog({ container }: Pod): Promise<Buffer> {
  const frames = await container.logs({ stdout: true, stderr: true, follow: false });
  const bytes = joinLogFrames(frames);
  return bytes.length <= logBytesMax ? bytes : wholeLines(bytes.subarray(-logBytesMax));
}

async function readRing(pod: Pod): Promise<Buffer> {
  const older = await readFile(pod, olderFile(podFiles.messages));
  return Buffer.concat([older, await readFile(pod, podFiles.messages)]);
}

/** Through the agent, which lives while its node is dead. Empty when there is no such file. */
async function readFile({ agent }: Pod, file: string): Promise<Buffer> {
  const { size } = await agent.ask("read", { file, offset: 0, length: 0 });
  const start = Math.max(0, size - fileBytesMax);
  const chunks: Buffer[] = [];
  for (let offset = start; offset < size; offset += chunkBytes) {
    const length = Math.min(chunkBytes, size - offset);
    const { gzip64 } = await agent.ask("read", { file, offset, length });
    chunks.push(await promisify(gunzip)(Buffer.from(gzip64, "base64")));
  }
  const bytes = Buffer.concat(chunks);
  return start === 0 ? bytes : wholeLines(bytes);
}

/** Without the rest of a line whose beginning was cut off. */
function wholeLines(bytes: Buffer): Buffer {
  return bytes.subarray(bytes.indexOf("\n") + 1);
}
