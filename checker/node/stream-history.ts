import { type FileHandle, open } from "node:fs/promises";
import type { Anomaly, CheckResult } from "../checker.ts";
import { HistoryError } from "../errors.ts";
import type { HistoryReader } from "../formats/sink.ts";
import { detectFormat, type Format } from "../formats.ts";
import type { Model } from "../model.ts";
import { HistoryStream } from "../streaming/stream.ts";
import { StreamSink } from "../streaming/stream-sink.ts";
import { refuseCompressed, refuseSpecial } from "./refuse-file.ts";

export type StreamHistoryInput = {
  readonly file: string;
  /** Absent: by the file's first bytes. */
  readonly format?: Format;
  /** Given the model that the file names, or null; may throw. */
  readonly chooseModel: (named: string | null) => Model;
  /** Called at once for each key whose operations no order explains any more. */
  readonly onAnomaly?: (anomaly: Anomaly) => void;
  /** Called after each piece of the file that was read. */
  readonly onProgress?: (progress: StreamProgress) => void;
  /**
   * At the end of the file: true when nothing more will come, else it is looked at again after
   * `pollMs`. Absent: the end is the end.
   */
  readonly isOver?: () => boolean | Promise<boolean>;
  readonly pollMs?: number;
  /** What was read until it is aborted counts. */
  readonly signal?: AbortSignal;
};

export type StreamProgress = { readonly bytes: number; readonly operations: number };

export type StreamedHistory = {
  readonly result: CheckResult;
  /** `auto` of a file without a byte, whose format was not given. */
  readonly format: string;
  /** Null of a file without a byte: it names none. */
  readonly model: string | null;
  readonly lines: number;
  /** Lines of a log that are no operations. */
  readonly skipped: number;
  readonly truncatedAtLine: number | null;
};

const chunkBytes = 2 ** 20;
const pollEveryMs = 200;

/**
 * Reads a history and judges it at the same time, in memory that does not grow with it, see `HistoryStream`;
 * with `isOver` also one that is being written.
 *
 * A history without operations is `valid`: nothing was checked. Throws `HistoryError` for what is wrong in it (`E_HISTORY`; also when it becomes shorter), and
 * the error of the file system when it cannot be read.
 */
export async function streamHistory(input: StreamHistoryInput): Promise<StreamedHistory> {
  refuseSpecial(input.file);
  const handle = await open(input.file);
  try {
    refuseCompressed(handle.fd, input.file);
    return await readAll(handle, input);
  } finally {
    await handle.close();
  }
}

async function readAll(handle: FileHandle, input: StreamHistoryInput): Promise<StreamedHistory> {
  const { chooseModel, onAnomaly, onProgress, signal } = input;
  const options = onAnomaly === undefined ? {} : { onAnomaly };
  let reader: HistoryReader | null = null;
  let sink: StreamSink | null = null;
  let format = input.format;
  let bytes = 0;
  const createStream = (): HistoryStream =>
    new HistoryStream(chooseModel(reader?.model ?? null), options);

  for await (const chunk of chunksOf(handle, input, () => sink?.stream?.probe())) {
    if (reader === null || sink === null) {
      format ??= detectFormat(chunk);
      sink = new StreamSink({ createStream, isWholeRows: format.name === "hist1" });
      reader = format.open(sink);
    }
    reader.push(chunk);
    bytes += chunk.length;
    onProgress?.({ bytes, operations: sink.stream?.operations ?? 0 });
    if (signal?.aborted === true) break;
  }
  if (reader === null || sink === null || format === undefined) {
    const nowhere = { lines: 0, skipped: 0, truncatedAtLine: null };
    return { result: nothing, format: input.format?.name ?? "auto", model: null, ...nowhere };
  }
  const { lines, skipped, truncatedAtLine } = reader.end();
  sink.end();
  const stream = sink.stream ?? createStream();
  const result = stream.operations === 0 ? nothing : stream.finish();
  return { result, format: format.name, model: stream.model.name, lines, skipped, truncatedAtLine };
}

const nothing: CheckResult = { verdict: "valid", summary: "nothing was checked", anomalies: [] };

/** Two buffers in turn: one is read into while the other is looked at. */
async function* chunksOf(
  handle: FileHandle,
  { file, isOver = () => true, pollMs = pollEveryMs, signal }: StreamHistoryInput,
  onPause: () => void,
): AsyncIterable<Uint8Array> {
  let buffer = new Uint8Array(chunkBytes);
  let other = new Uint8Array(chunkBytes);
  let position = 0;
  let pending = handle.read(buffer, 0, chunkBytes, position);
  while (signal?.aborted !== true) {
    const { bytesRead } = await pending;
    if (bytesRead > 0) {
      position += bytesRead;
      const chunk = buffer.subarray(0, bytesRead);
      [buffer, other] = [other, buffer];
      pending = handle.read(buffer, 0, chunkBytes, position);
      yield chunk;
      continue;
    }
    // Asked first, looked at again afterwards: what is written before the end is not missed.
    const isLast = await isOver();
    const { size } = await handle.stat();
    if (size < position) {
      throw new HistoryError(`${file} became shorter: ${size} bytes, ${position} were read`, {});
    }
    if (size === position) {
      if (isLast) return;
      onPause();
      await pause(pollMs, signal);
    }
    pending = handle.read(buffer, 0, chunkBytes, position);
  }
  await pending;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}
