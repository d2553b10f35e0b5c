import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { ClusterError } from "../errors.ts";

/**
 * Below the range from which kernels take local ports of outgoing connections: a node that is down
 * must find its port free when it starts again.
 */
const range = { from: 15_000, to: 32_000 };
const attemptsMax = 200;

/** Different ports of 127.0.0.1 that nobody listens on. */
export async function findFreePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  for (let attempt = 0; attempt < attemptsMax + count; attempt++) {
    if (ports.size === count) return [...ports];
    const port = randomInt(range.from, range.to);
    if (await isFree(port)) ports.add(port);
  }
  throw new ClusterError(
    "E_PORT_IN_USE",
    `no ${count} free ports found on 127.0.0.1 between ${range.from} and ${range.to}`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
