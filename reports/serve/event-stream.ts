import { type FSWatcher, watch } from "node:fs";
import type { ServerResponse } from "node:http";
import { commonHeaders } from "./headers.ts";

const keepAliveMs = 15_000;

/** A stream of server-sent events that goes on until the reader leaves or the server ends. */
export type EventStream = {
  send(event: string, data: unknown, id?: number): void;
  /** Called once, when it is over. */
  onClose(listener: () => void): void;
};

export function openEventStream(response: ServerResponse): EventStream {
  response.writeHead(200, {
    ...commonHeaders,
    "Content-Type": "text/event-stream; charset=utf-8",
    "X-Accel-Buffering": "no",
  });
  response.write("retry: 1000\n\n");
  // Whoever is between us and the reader must not take a quiet stream for a dead one.
  const timer = setInterval(() => response.write(": still here\n\n"), keepAliveMs);
  response.on("close", () => clearInterval(timer));
  response.on("error", () => clearInterval(timer));
  return {
    send: (event, data, id) => {
      // JSON has no line ends: one event is one line of data.
      const lines = [...(id === undefined ? [] : [`id: ${id}`]), `event: ${event}`];
      response.write(`${lines.join("\n")}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    onClose: (listener) => {
      response.on("close", listener);
    },
  };
}

const pollMs = 1_000;
const settleMs = 50;
/** A large store is not looked through all the time: ten times as long as a look took, it is left alone. */
const restFactor = 10;

/**
 * Calls back when a folder may have changed: at once where the system tells, and every second or, where a
 * look takes long, less often where it does not (network volumes, too many watches). Calls never overlap. Returns what ends it.
 */
export function watchFolder(folder: string, onChange: () => Promise<void>): () => void {
  let isOver = false;
  let isBusy = false;
  let isDue = false;
  let idleUntilMs = 0;
  let settling: NodeJS.Timeout | null = null;

  async function call(): Promise<void> {
    if (isOver) return;
    if (isBusy) {
      isDue = true;
      return;
    }
    isBusy = true;
    const beganMs = performance.now();
    // What cannot be read now is read the next time.
    await onChange().catch(() => undefined);
    const endedMs = performance.now();
    isBusy = false;
    idleUntilMs = endedMs + (endedMs - beganMs) * restFactor;
    if (isDue) {
      isDue = false;
      void call();
    }
  }

  let watcher: FSWatcher | null = null;
  try {
    watcher = watch(folder, { persistent: false }, () => {
      settling ??= setTimeout(() => {
        settling = null;
        void call();
      }, settleMs);
    });
    watcher.on("error", () => watcher?.close());
  } catch {
    // The timer alone has to do.
  }
  const timer = setInterval(() => {
    if (performance.now() >= idleUntilMs) void call();
  }, pollMs);
  void call();
  return () => {
    isOver = true;
    clearInterval(timer);
    if (settling !== null) clearTimeout(settling);
    watcher?.close();
  };
}
