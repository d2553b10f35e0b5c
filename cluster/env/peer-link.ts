import { connect, type Socket } from "node:net";
import type { Json, NodeName } from "./env.ts";
import { encodeFrame } from "./frame-stream.ts";
import type { Address } from "./launch.ts";

const dialTimeoutMs = 300;
/** Between the failure of one connection and dialling the next. */
const redialAfterMs = 50;
/** Longer without a sign of life from the receiver, while frames wait for one: dial again. */
const progressMs = 1000;
/** Beyond it the oldest frames of the queue are dropped; the newest stays, however long. */
const queuedBytesMax = 16_000_000;
/** Handed to the socket at once; the rest stays in the queue. */
const writtenBytesMax = 1_000_000;

/** Frames to one peer. */
export type PeerLink = { send(frame: Json): void };

/**
 * The sending end of one ordered pair: one TCP connection, dialled when there is something to send.
 *
 * The receiver acknowledges with single bytes that frames arrive. A connection that stays without
 * such a byte for a second while frames wait is destroyed and dialled again, because TCP's back-off
 * would keep it dead for seconds after the network healed. Frames are lossy: those of a connection
 * that failed are gone.
 */
export function createPeerLink({
  self,
  to,
  address,
  beforeEffect,
  onEvent,
}: {
  readonly self: NodeName;
  readonly to: NodeName;
  readonly address: Address;
  readonly beforeEffect: () => void;
  /** What happened to the connection, for the node's log. */
  readonly onEvent: (event: string) => void;
}): PeerLink {
  const queue: Buffer[] = [];
  let queuedBytes = 0;
  let socket: Socket | null = null;
  let isConnected = false;
  let isFlushPlanned = false;
  let isWaitingToDial = false;
  /** Runs while frames were written and none was acknowledged since. */
  let progressTimer: NodeJS.Timeout | null = null;

  function enqueue(bytes: Buffer): void {
    queue.push(bytes);
    queuedBytes += bytes.length;
    while (queuedBytes > queuedBytesMax && queue.length > 1)
      queuedBytes -= queue.shift()?.length ?? 0;
  }

  /** After what runs now, so that frames of one input leave in one write, and at once. */
  function planFlush(): void {
    if (isFlushPlanned) return;
    isFlushPlanned = true;
    process.nextTick(() => {
      isFlushPlanned = false;
      flush();
    });
  }

  function flush(): void {
    if (queue.length === 0) return;
    if (socket === null) {
      if (!isWaitingToDial) dial();
      return;
    }
    if (!isConnected) return;
    beforeEffect();
    socket.cork();
    while (queue.length > 0 && socket.writableLength < writtenBytesMax) {
      const bytes = queue.shift();
      if (bytes === undefined) break;
      queuedBytes -= bytes.length;
      socket.write(bytes);
    }
    socket.uncork();
    expectProgress();
  }

  function expectProgress(): void {
    progressTimer ??= setTimeout(() => lose("no progress"), progressMs);
  }

  function onProgress(): void {
    if (progressTimer !== null) clearTimeout(progressTimer);
    progressTimer = null;
  }

  function dial(): void {
    const dialled = connect({ host: address.host, port: address.port, noDelay: true });
    socket = dialled;
    const timer = setTimeout(() => lose("dial timeout"), dialTimeoutMs);
    const ifCurrent = (act: () => void) => (): void => {
      if (socket === dialled) act();
    };
    dialled.on(
      "connect",
      ifCurrent(() => {
        clearTimeout(timer);
        isConnected = true;
        onEvent(`connected to ${to}`);
        dialled.write(encodeFrame({ hello: self }));
        flush();
      }),
    );
    dialled.on("data", ifCurrent(onProgress));
    dialled.on("drain", ifCurrent(flush));
    dialled.on("error", (error: NodeJS.ErrnoException) => {
      if (socket === dialled) lose(error.code ?? error.message);
    });
    dialled.on("close", () => {
      clearTimeout(timer);
      if (socket === dialled) lose("closed");
    });
  }

  function lose(reason: string): void {
    if (isConnected) onEvent(`lost the connection to ${to}: ${reason}`);
    onProgress();
    const lost = socket;
    socket = null;
    isConnected = false;
    lost?.destroy();
    queue.length = 0;
    queuedBytes = 0;
    isWaitingToDial = true;
    setTimeout(() => {
      isWaitingToDial = false;
      flush();
    }, redialAfterMs);
  }

  return {
    send(frame) {
      enqueue(encodeFrame(frame));
      planFlush();
    },
  };
}
