import { connect, type Socket } from "node:net";
import type { NodeName, Outcome, Request, Requester } from "./env.ts";
import { createHttpReader, type HttpMessage } from "./http-message.ts";
import type { Address } from "./launch.ts";

/** A connection to one node; it carries one request at a time. */
type Connection = {
  /** Sends the request, as soon as it is connected. */
  start(bytes: string, timeoutMs: number, done: (outcome: Outcome) => void): void;
  close(): void;
};

/**
 * Sends requests over HTTP/1.1 with connections that are kept alive. Written on sockets rather than
 * on node:http, so that the line between `not-sent` and `lost` is ours: a request is `not-sent`
 * only while no byte of it was handed to the kernel. It is never sent again.
 */
export function createRequester(
  addresses: Readonly<Record<NodeName, Address>>,
): Requester & { close(): void } {
  const idle = new Map<NodeName, Connection[]>();
  const all = new Set<Connection>();
  let isClosed = false;

  function dial(to: NodeName, address: Address): Connection {
    const pool = idle.get(to) ?? [];
    idle.set(to, pool);
    const connection = openConnection(address, {
      onIdle: () => pool.push(connection),
      onClose: () => {
        all.delete(connection);
        const at = pool.indexOf(connection);
        if (at >= 0) pool.splice(at, 1);
      },
    });
    all.add(connection);
    return connection;
  }

  return {
    request(to, request, timeoutMs, done) {
      const address = addresses[to];
      if (address === undefined)
        throw new RangeError(`no node ${to} among ${Object.keys(addresses)}`);
      if (isClosed) {
        process.nextTick(done, { kind: "not-sent", error: "closed" });
        return;
      }
      // The one used last, so that connections beyond the need stay idle.
      const connection = idle.get(to)?.pop() ?? dial(to, address);
      connection.start(encode(request, address), timeoutMs, done);
    },
    close() {
      isClosed = true;
      for (const connection of all) connection.close();
    },
  };
}

function encode({ method, path, body }: Request, { host, port }: Address): string {
  const head = `${method} ${path} HTTP/1.1\r\nhost: ${host}:${port}\r\n`;
  if (body === undefined) return `${head}\r\n`;
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  return `${head}content-type: application/json\r\ncontent-length: ${length}\r\n\r\n${text}`;
}

type Exchange = {
  readonly bytes: string;
  readonly timer: NodeJS.Timeout;
  readonly done: (outcome: Outcome) => void;
};

function openConnection(
  address: Address,
  on: { readonly onIdle: () => void; readonly onClose: () => void },
): Connection {
  const socket: Socket = connect({ host: address.host, port: address.port, noDelay: true });
  const reader = createHttpReader();
  let isConnected = false;
  let exchange: Exchange | null = null;

  /** Ends the exchange, and the connection unless the answer was whole. */
  function finish(outcome: Outcome, isReusable: boolean): void {
    const finished = exchange;
    exchange = null;
    if (isReusable) on.onIdle();
    else {
      on.onClose();
      socket.destroy();
    }
    if (finished === null) return;
    clearTimeout(finished.timer);
    finished.done(outcome);
  }
  // Before the connection stands nothing was written, so nothing can arrive later either.
  const fail = (error: string): void =>
    finish({ kind: isConnected ? "lost" : "not-sent", error }, false);

  socket.on("connect", () => {
    isConnected = true;
    if (exchange !== null) socket.write(exchange.bytes);
  });
  socket.on("data", (chunk) => {
    if (exchange === null) {
      fail("unasked");
      return;
    }
    let message: HttpMessage | null;
    let outcome: Outcome;
    try {
      reader.push(chunk);
      message = reader.next();
      if (message === null) return;
      outcome = decode(message);
    } catch {
      // Whatever is wrong with the answer, it does not tell what became of the request.
      fail("malformed");
      return;
    }
    finish(outcome, !message.isLast && !reader.isInside());
  });
  socket.on("end", () => fail(reader.isInside() ? "truncated" : "closed"));
  socket.on("error", (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));

  return {
    start(bytes, timeoutMs, done) {
      const timer = setTimeout(() => fail(isConnected ? "timeout" : "connect-timeout"), timeoutMs);
      exchange = { bytes, timer, done };
      if (isConnected) socket.write(bytes);
    },
    close: () => fail("closed"),
  };
}

function decode({ startLine, body }: HttpMessage): Outcome {
  const status = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(startLine)?.[1];
  if (status === undefined) throw new Error("no status line");
  return { kind: "response", status: Number(status), body: JSON.parse(body.toString("utf8")) };
}
