import { createServer, type Socket } from "node:net";
import type { Json, Network, NodeName } from "./env.ts";
import { createFrameReader, encodeFrame } from "./frame-stream.ts";
import type { Address } from "./launch.ts";
import { createPeerLink, type PeerLink } from "./peer-link.ts";

/** How long the receiver gathers before it acknowledges; far below the sender's patience of 1 s. */
const acknowledgeAfterMs = 100;
const acknowledgement = Buffer.from(".");

/**
 * Frames between nodes over TCP: one connection per ordered pair, frames one way only.
 *
 * A connection opens with `{"hello": NODE}`; what comes from a name that is no member is ignored. A
 * connection that opens with `{"probe": ...}` gets that frame back: so drivers look at a link.
 */
export function createNetwork({
  node,
  listen,
  peers,
  beforeEffect,
  log,
  onError,
}: {
  readonly node: NodeName;
  readonly listen: Address;
  readonly peers: Readonly<Record<NodeName, Address>>;
  readonly beforeEffect: () => void;
  readonly log: (line: string) => void;
  /** The port cannot be listened on. */
  readonly onError: (error: Error) => void;
}): Network {
  const links = new Map<NodeName, PeerLink>();
  for (const [to, address] of Object.entries(peers)) {
    links.set(to, createPeerLink({ self: node, to, address, beforeEffect, onEvent: log }));
  }
  return {
    send(to, frame) {
      links.get(to)?.send(frame);
    },
    onFrame(handler) {
      const current = new Map<NodeName, Socket>();
      const server = createServer({ noDelay: true }, (socket) => {
        receive(socket, {
          onHello(from) {
            if (!links.has(from)) return false;
            // A peer has one connection: the one before is a remnant of a cut.
            current.get(from)?.destroy();
            current.set(from, socket);
            return true;
          },
          onFrame: handler,
        });
      });
      server.on("error", onError);
      server.listen(listen.port, listen.host);
    },
  };
}

/** Reads one incoming connection. Whatever is wrong with it closes it and nothing else. */
function receive(
  socket: Socket,
  on: {
    /** Whether frames of this name are wanted. */
    readonly onHello: (from: NodeName) => boolean;
    readonly onFrame: (from: NodeName, frame: Json) => void;
  },
): void {
  const reader = createFrameReader();
  let from: NodeName | null = null;
  let isAcknowledging = false;

  function acknowledge(): void {
    if (isAcknowledging) return;
    isAcknowledging = true;
    setTimeout(() => {
      isAcknowledging = false;
      if (socket.writable) socket.write(acknowledgement);
    }, acknowledgeAfterMs);
  }

  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    let frames: readonly Json[];
    try {
      frames = reader.push(chunk);
    } catch {
      socket.destroy();
      return;
    }
    for (const frame of frames) {
      if (socket.destroyed) return;
      if (from !== null) on.onFrame(from, frame);
      else {
        const opening = parseOpening(frame);
        if (opening.kind === "probe") socket.end(encodeFrame(frame));
        else if (opening.kind === "hello" && on.onHello(opening.from)) from = opening.from;
        else socket.destroy();
      }
    }
    if (from !== null) acknowledge();
  });
}

type Opening =
  | { readonly kind: "hello"; readonly from: NodeName }
  | { readonly kind: "probe" }
  | { readonly kind: "other" };

function parseOpening(frame: Json): Opening {
  if (typeof frame !== "object" || frame === null) return { kind: "other" };
  const { hello } = frame as { readonly hello?: Json };
  if (typeof hello === "string") return { kind: "hello", from: hello };
  return { kind: "probe" in frame ? "probe" : "other" };
}
