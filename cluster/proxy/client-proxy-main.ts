import { connect, createServer, type Server, type Socket } from "node:net";
import type { MessageLoss } from "../control.ts";
import type { NodeName } from "../env/env.ts";
import { createHttpReader, type HttpMessage } from "../env/http-message.ts";
import type { Address } from "../env/launch.ts";
import { createRng, type Rng } from "../env/rng.ts";
import type { ClientProxyCommand } from "./client-proxy.ts";
import { listenWithAll } from "./listen.ts";
import { serveParent } from "./parent.ts";

const noLoss: MessageLoss = { requestsPermille: 0, repliesPermille: 0 };
const losses = new Map<NodeName, MessageLoss>();

serveParent<ClientProxyCommand>(
  (command, done) => {
    if (command.kind === "lose") {
      losses.set(command.node, command.loss);
      done(null, null);
      return;
    }
    const servers = new Map<NodeName, Server>();
    for (const [node, target] of Object.entries(command.targets)) {
      servers.set(node, createNodeProxy(node, target, createRng(command.seed).fork(node)));
    }
    listenWithAll(servers, done);
  },
  () => undefined,
);

function createNodeProxy(node: NodeName, target: Address, rng: Rng): Server {
  return createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: target.host, port: target.port, noDelay: true });
    const close = (): void => {
      client.destroy();
      upstream.destroy();
    };
    /** What becomes of the replies to the requests that were forwarded, in order. */
    const isReplyLost: boolean[] = [];
    forwardMessages(client, close, (request) => {
      const { requestsPermille, repliesPermille } = losses.get(node) ?? noLoss;
      // Both are drawn for every request, so that one fate does not move the next request's draws.
      const isRequestLost = rng.chance(requestsPermille, 1000);
      const isLost = rng.chance(repliesPermille, 1000);
      if (isRequestLost) return;
      isReplyLost.push(isLost);
      upstream.write(request.raw);
    });
    forwardMessages(upstream, close, (reply) => {
      if (isReplyLost.shift() === false) client.write(reply.raw);
    });
  });
}

/** Hands over each whole message; the connection ends when the bytes are none, and at its end. */
function forwardMessages(
  socket: Socket,
  close: () => void,
  onMessage: (message: HttpMessage) => void,
): void {
  const reader = createHttpReader();
  socket.on("data", (chunk) => {
    try {
      reader.push(chunk);
      for (let next = reader.next(); next !== null; next = reader.next()) onMessage(next);
    } catch {
      // Not HTTP as our nodes and clerks speak it: there is nobody to tell but by closing.
      close();
    }
  });
  socket.on("error", close);
  socket.on("close", close);
}
