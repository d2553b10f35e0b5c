import { fileURLToPath } from "node:url";
import { capabilities } from "../process/control.ts";
import { processDriver } from "../process/driver.ts";

// A process that boots three nodes, freezes one, says `ready` and waits: tests kill it.

const cluster = await processDriver().boot({
  run: "orphans",
  subject: "echo",
  programFile: fileURLToPath(new URL("echo.ts", import.meta.url)),
  options: {},
  nodes: ["n1", "n2", "n3"],
  needs: capabilities,
  originNs: Number(process.hrtime.bigint()),
  seed: 1,
  onProgress: () => undefined,
  signal: new AbortController().signal,
});
cluster.control.pause("n2", () => process.stdout.write("ready\n"));
