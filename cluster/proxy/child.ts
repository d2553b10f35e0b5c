import { spawn } from "node:child_process";
import { bundleModule } from "../bundle.ts";
import type { Json } from "../env/env.ts";
import { ClusterError } from "../errors.ts";

/** A proxy's process, as its parent holds it. */
export type ProxyChild<Command extends Json> = {
  call(command: Command, done: (error: Error | null, answer: Json) => void): void;
  /** Ends the process; idempotent. */
  close(): Promise<void>;
};

export type Question = { readonly id: number; readonly command: Json };
export type Answer = { readonly id: number; readonly error: string | null; readonly value: Json };

const exitWithinMs = 1000;

/**
 * Starts a module as a process of its own, bundled, so that it starts at once and the same way from
 * sources and from a build. It is out of the terminal's process group, so that Ctrl-C leaves it
 * working until the run is torn down, and it ends with its parent, however that ends.
 */
export async function startProxyChild<Command extends Json>(
  path: string,
): Promise<ProxyChild<Command>> {
  const { code } = await bundleModule(path);
  const child = spawn(process.execPath, ["-", path], {
    detached: true,
    env: {},
    stdio: ["pipe", "ignore", "inherit", "ipc"],
  });
  // A process that never came to read it is reported by its exit.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(code);
  const waiting = new Map<number, (error: Error | null, answer: Json) => void>();
  const exited = new Promise<void>((resolve) => {
    child.on("exit", () => resolve());
    child.on("error", () => resolve());
  });
  let last = 0;
  let isGone = false;

  const gone = (reason: string): void => {
    isGone = true;
    for (const done of waiting.values()) done(new ClusterError("E_PROXY", reason), null);
    waiting.clear();
  };
  child.on("error", (error) => gone(`the proxy process failed: ${error.message}`));
  child.on("exit", (code, signal) => gone(`the proxy process ended (${signal ?? code})`));
  child.on("message", (message) => {
    const { id, error, value } = message as Answer;
    const done = waiting.get(id);
    waiting.delete(id);
    done?.(error === null ? null : new ClusterError("E_PROXY", error), value);
  });

  return {
    call(command, done) {
      if (isGone) {
        process.nextTick(done, new ClusterError("E_PROXY", "the proxy process is gone"), null);
        return;
      }
      last += 1;
      waiting.set(last, done);
      child.send({ id: last, command } satisfies Question);
    },
    async close() {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill("SIGKILL"), exitWithinMs);
      await exited;
      clearTimeout(timer);
    },
  };
}
