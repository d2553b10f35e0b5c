import { fileURLToPath } from "node:url";
import type { BootOptions, Cluster, Done } from "../../control.ts";
import type { NodeName, Outcome } from "../../env/env.ts";
import { dockerDriver } from "../driver.ts";

/** Boots nodes that answer every request with their wall clock. */
export function bootEcho(
  options: Partial<BootOptions> & { readonly run: string },
): Promise<Cluster> {
  return dockerDriver().boot({
    subject: "echo",
    programFile: fileURLToPath(new URL("./echo-program.ts", import.meta.url)),
    options: {},
    nodes: ["n1"],
    needs: new Set(["kill"]),
    originNs: Number(process.hrtime.bigint()),
    seed: 1,
    onProgress: () => {},
    signal: new AbortController().signal,
    ...options,
  });
}

/** A call of a driver as a promise. */
export function settled(call: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error === null ? resolve() : reject(error)));
  });
}

/** Sends one request to one node, once. */
export function askOnce(
  cluster: Cluster,
  node: NodeName,
  path: `/${string}` = "/clock",
): Promise<Outcome> {
  return new Promise((resolve) => {
    cluster.requester.request(node, { method: "GET", path }, 1_000, resolve);
  });
}

/** Asks until the node answers; a request that a cold node misses is sent again. */
export async function askUntilAnswer(
  cluster: Cluster,
  node: NodeName,
): Promise<{ readonly wallMs: number }> {
  for (let attempts = 0; attempts < 200; attempts++) {
    const outcome = await askOnce(cluster, node);
    if (outcome.kind === "response") return outcome.body as { readonly wallMs: number };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${node} never answered`);
}
