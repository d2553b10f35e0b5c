import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Json, Method, Response, Server } from "./env.ts";
import type { Address } from "./launch.ts";

const bodyBytesMax = 1_000_000;

/** Serves clients over HTTP and JSON. `beforeEffect` is called before an answer leaves. */
export function createRealServer({
  listen,
  beforeEffect,
  onError,
}: {
  readonly listen: Address;
  readonly beforeEffect: () => void;
  readonly onError: (error: Error) => void;
}): Server {
  return {
    serve(handler) {
      const server = createServer((incoming, outgoing) => {
        outgoing.on("error", () => outgoing.destroy());
        readBody(incoming, (refused, body) => {
          const answer = (response: Response): void => {
            beforeEffect();
            send(outgoing, response);
          };
          if (refused !== null) {
            answer(refused);
            return;
          }
          const path = incoming.url ?? "/";
          handler({ method: incoming.method as Method, path, ...body }, answer);
        });
      });
      // A client that reuses a connection must never race with our closing it for idleness.
      server.keepAliveTimeout = 0;
      server.requestTimeout = 0;
      server.on("connection", (socket) => socket.setNoDelay(true));
      server.on("error", onError);
      server.listen(listen.port, listen.host);
    },
  };
}

type Body = { readonly body?: Json };
const methods: ReadonlySet<string> = new Set(["GET", "PUT", "POST"] satisfies Method[]);

/** Calls back with a refusal, or with the body (absent when there was none). */
function readBody(
  incoming: IncomingMessage,
  done: (refused: Response | null, body: Body) => void,
): void {
  if (!methods.has(incoming.method ?? "")) {
    done({ status: 405, body: { error: "method" } }, {});
    return;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  incoming.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= bodyBytesMax) chunks.push(chunk);
  });
  incoming.on("end", () => {
    if (length > bodyBytesMax) {
      done({ status: 413, body: { error: "too long" } }, {});
      return;
    }
    if (length === 0) {
      done(null, {});
      return;
    }
    let body: Json;
    try {
      body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Json;
    } catch {
      // The client's mistake, and all it needs to know of it.
      done({ status: 400, body: { error: "no JSON" } }, {});
      return;
    }
    done(null, { body });
  });
}

function send(outgoing: ServerResponse, { status, body }: Response): void {
  const text = JSON.stringify(body);
  outgoing.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  outgoing.end(text);
}
