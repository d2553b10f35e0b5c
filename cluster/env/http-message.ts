/** One HTTP/1.1 message, start line to end of body. */
export type HttpMessage = {
  /** Everything of it as it came. */
  readonly raw: Buffer;
  /** `GET /kv/k1 HTTP/1.1` or `HTTP/1.1 200 OK`. */
  readonly startLine: string;
  readonly body: Buffer;
  /** The sender closes the connection after it. */
  readonly isLast: boolean;
};

export type HttpReader = {
  /** Takes bytes of the stream. Throws when they are no message of this dialect. */
  push(chunk: Buffer): void;
  /** The next whole message, or null until more bytes come. */
  next(): HttpMessage | null;
  /** Whether bytes of an unfinished message are waiting. */
  isInside(): boolean;
};

/** A body of 1 MB and a generous head. */
const messageBytesMax = 1_100_000;
const headEnd = Buffer.from("\r\n\r\n");

/**
 * Splits a byte stream into HTTP/1.1 messages of the dialect that `real-server.ts` speaks: bodies
 * with `content-length`, never chunked. A request without that header has no body; a response must
 * have it.
 */
export function createHttpReader(): HttpReader {
  let pending: Buffer | null = null;

  return {
    push(chunk) {
      pending = pending === null ? chunk : Buffer.concat([pending, chunk]);
      if (pending.length > messageBytesMax) throw new Error("message too long");
    },
    next() {
      if (pending === null) return null;
      const headLength = pending.indexOf(headEnd);
      if (headLength < 0) return null;
      const head = pending.toString("latin1", 0, headLength);
      const bodyAt = headLength + headEnd.length;
      const endAt = bodyAt + bodyLength(head);
      if (pending.length < endAt) return null;
      const raw = pending.subarray(0, endAt);
      pending = pending.length === endAt ? null : pending.subarray(endAt);
      return {
        raw,
        startLine: head.slice(0, head.indexOf("\r\n")),
        body: raw.subarray(bodyAt),
        isLast: /\r\nconnection: *close/i.test(head),
      };
    },
    isInside: () => pending !== null,
  };
}

function bodyLength(head: string): number {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined && Number(length) <= messageBytesMax) return Number(length);
  if (length === undefined && !head.startsWith("HTTP/") && !/\r\ntransfer-enc/i.test(head))
    return 0;
  throw new Error("no content-length, or too long");
}
