import { connect } from "node:net";
import { createFrameReader, encodeFrame } from "../env/frame-stream.ts";
import type { Address } from "../env/launch.ts";

/** What became of a probe: echoed, met by silence, or the connection was refused or closed. */
export type ProbeAnswer = "echo" | "silence" | "closed";

const silenceMs = 1000;

/** Sends a probe frame to a node's port for peers and waits for its echo, at most 1 s. */
export function probe(address: Address, done: (answer: ProbeAnswer) => void): void {
  const reader = createFrameReader();
  const socket = connect({ host: address.host, port: address.port, noDelay: true });
  let isDone = false;
  const finish = (answer: ProbeAnswer): void => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    socket.destroy();
    done(answer);
  };
  const timer = setTimeout(() => finish("silence"), silenceMs);
  socket.on("connect", () => socket.write(encodeFrame({ probe: "link" })));
  socket.on("data", (chunk) => {
    if (reader.push(chunk).length > 0) finish("echo");
  });
  socket.on("error", () => finish("closed"));
  socket.on("close", () => finish("closed"));
}
