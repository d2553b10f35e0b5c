import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { isLoopback } from "../../../reports/serve/host.ts";
import { type StoreServer, serveStore } from "../../../reports/serve/server.ts";
import { ClusterError } from "../../errors.ts";
import { projectRoot } from "../../registry.ts";
import { formatError, InputError } from "../errors.ts";
import { exitCodes } from "../exit-code.ts";
import { parseInteger } from "../inputs.ts";
import { openInBrowser } from "../open-browser.ts";
import { createOutput, visible } from "../output.ts";

type ServeFlags = {
  readonly port: string;
  readonly host: string;
  readonly store?: string;
  readonly open?: boolean;
  readonly json?: boolean;
};

const help = `
Shows campaigns and runs, live while they go on, two runs side by side, and nights together.
Only files of the store are given away, and only to this machine unless --host says otherwise.
Ctrl-C ends it.

Example:
  whitewater serve --store reports/runs --port 8090`;

export function addServeCommand(program: Command): void {
  program
    .command("serve")
    .description("browse all runs and campaigns, live, in a browser")
    .option("--port <number>", "0 takes any that is free", "8090")
    .option("--host <address>", "address to listen at", "127.0.0.1")
    .option("--store <folder>", "what is shown (default: reports/runs)")
    .option("--open", "open the browser")
    .option("--json", "one JSON value with the address on stdout")
    .addHelpText("after", help)
    .action(async (flags: ServeFlags) => {
      process.exitCode = await serveCommand(flags);
    });
}

/** Serves until a signal ends it: 130 after Ctrl-C, as of every command; 0 after SIGTERM. */
async function serveCommand(flags: ServeFlags): Promise<number> {
  const output = createOutput({ json: flags.json === true, ...process });
  const port = parseInteger("--port", flags.port, 0, 65_535);
  const store = storeFolder(flags.store);
  const signal = nextSignal();
  const server = await listen({
    store,
    host: flags.host,
    port,
    onError: (error) => output.note(formatError(error)),
  });
  if (!isLoopback(flags.host)) {
    output.note(
      `warning: ${flags.host} can be reached from other machines, and whoever reaches it reads ` +
        "every history, log and trace of the store; there is no password",
    );
  }
  output.say(`serving ${visible(store).replaceAll("\n", "\\u000a")}`);
  output.say(server.url);
  output.json({ url: server.url, store, pid: process.pid });
  if (flags.open === true) await openInBrowser(server.url, output.note);
  const name = await signal;
  await server.close();
  return name === "SIGINT" ? exitCodes.interrupted : 0;
}

function storeFolder(flag: string | undefined): string {
  const folder = flag === undefined ? join(projectRoot, "reports", "runs") : resolve(flag);
  const found = flag === "" ? undefined : statSync(folder, { throwIfNoEntry: false });
  // The default appears with the first run; until then the page says how to make one.
  if (found?.isDirectory() === true || (flag === undefined && found === undefined)) return folder;
  const got = found === undefined ? "nothing there" : "a file";
  throw new InputError(`--store takes a folder of runs and campaigns, got ${flag} (${got})`);
}

function nextSignal(): Promise<"SIGINT" | "SIGTERM"> {
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => resolve(name));
  });
}

async function listen(at: {
  readonly store: string;
  readonly host: string;
  readonly port: number;
  readonly onError: (error: unknown) => void;
}): Promise<StoreServer> {
  try {
    return await serveStore(at);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const where = `${at.host}:${at.port}`;
    if (code === "ENOTFOUND" || code === "EADDRNOTAVAIL" || code === "EAI_AGAIN") {
      throw new InputError(`--host takes an address of this machine, got ${at.host}`, {
        cause: error,
      });
    }
    const reason =
      code === "EADDRINUSE"
        ? "something listens there already; take another --port, or 0 for any that is free"
        : code === "EACCES"
          ? "this user may not listen there; take a --port above 1023"
          : String(error);
    throw new ClusterError("E_PORT_IN_USE", `cannot listen at ${where}: ${reason}`, {});
  }
}
