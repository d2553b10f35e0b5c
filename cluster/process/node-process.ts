import { closeSync, openSync } from "node:fs";
import { execa } from "execa";
import type { ClockSetting, Done } from "../control.ts";
import type { NodeCommand, NodeLaunch } from "../env/launch.ts";
import { ClusterError } from "../errors.ts";
import { type ProcessExit, processExit } from "../exits.ts";
import { readTail } from "./tail.ts";

/** One node over all its incarnations. Calls are idempotent, as `Control` asks. */
export type NodeProcess = {
  start(done: Done): void;
  kill(done: Done): void;
  pause(done: Done): void;
  resume(done: Done): void;
  /** Kept over kill and start. */
  setClock(setting: ClockSetting, done: Done): void;
  pid(): number | null;
  /** Whether it could answer now. */
  isRunning(): boolean;
};

type Incarnation = {
  readonly child: Child;
  readonly pid: number;
  isPaused: boolean;
  isKilled: boolean;
  /** Called when it has ended. */
  readonly onEnd: Done[];
};

export function createNodeProcess({
  launch,
  bundleFile,
  logFile,
  onChange,
  onUnexpectedExit,
}: {
  readonly launch: NodeLaunch;
  readonly bundleFile: string;
  readonly logFile: string;
  /** A process began or ended. */
  readonly onChange: () => void;
  readonly onUnexpectedExit: (exit: ProcessExit) => void;
}): NodeProcess {
  let current: Incarnation | null = null;
  let clock: { readonly setting: ClockSetting; readonly setAtMs: number } | null = null;

  function start(done: Done): void {
    if (current !== null) {
      process.nextTick(done, null);
      return;
    }
    const child = spawnNode(launch, bundleFile, logFile);
    const { pid } = child;
    if (pid === undefined) {
      void child.then(({ cause }) => done(startError(launch.node, cause)));
      return;
    }
    const incarnation: Incarnation = { child, pid, isPaused: false, isKilled: false, onEnd: [] };
    current = incarnation;
    child.on("exit", (exitCode, signal) => {
      current = null;
      onChange();
      if (!incarnation.isKilled) {
        const { node, originNs } = launch;
        const atNs = Number(process.hrtime.bigint()) - originNs;
        const ending = { code: exitCode, signal };
        void endOf(logFile).then((log) =>
          onUnexpectedExit(processExit({ node, atNs, ending, log })),
        );
      }
      for (const onEnd of incarnation.onEnd) onEnd(null);
    });
    // A node that ended does not read: its exit says so.
    child.stdin.on("error", () => undefined);
    onChange();
    if (clock !== null) tellClock(() => undefined);
    process.nextTick(done, null);
  }

  function kill(done: Done): void {
    if (current === null) {
      process.nextTick(done, null);
      return;
    }
    current.isKilled = true;
    current.onEnd.push(done);
    current.child.kill("SIGKILL");
  }

  function setPaused(isPaused: boolean, done: Done): void {
    if (current !== null && current.isPaused !== isPaused) {
      current.isPaused = isPaused;
      current.child.kill(isPaused ? "SIGSTOP" : "SIGCONT");
    }
    process.nextTick(done, null);
  }

  function tellClock(done: Done): void {
    if (current === null || clock === null) {
      process.nextTick(done, null);
      return;
    }
    // What the wall clock gained since it was set belongs to the offset of a later incarnation.
    const { setting, setAtMs } = clock;
    const gainedMs = (performance.now() - setAtMs) * (setting.rate - 1);
    const lie = { offsetMs: setting.offsetMs + gainedMs, rate: setting.rate };
    const line = `${JSON.stringify({ clock: lie } satisfies NodeCommand)}\n`;
    // A node that ends meanwhile is told again when it starts.
    current.child.stdin.write(line, () => done(null));
  }

  return {
    start,
    kill,
    pause: (done) => setPaused(true, done),
    resume: (done) => setPaused(false, done),
    setClock(setting, done) {
      const isTrue = setting.offsetMs === 0 && setting.rate === 1;
      clock = { setting, setAtMs: performance.now() };
      tellClock(done);
      if (isTrue) clock = null;
    },
    pid: () => current?.pid ?? null,
    isRunning: () => current !== null && !current.isPaused,
  };
}

type Child = ReturnType<typeof spawnNode>;

function spawnNode(launch: NodeLaunch, bundleFile: string, logFile: string) {
  // The node writes its log itself: nothing is lost however it or the orchestrator ends.
  const log = openSync(logFile, "a");
  try {
    return execa(process.execPath, [bundleFile], {
      // Out of the terminal's group: Ctrl-C must not kill nodes before the run is torn down.
      detached: true,
      cleanup: false,
      env: { WHITEWATER_NODE: JSON.stringify(launch) },
      extendEnv: false,
      stdin: "pipe",
      // Any open descriptor works; the types list only the small ones.
      stdout: log as 3,
      stderr: log as 3,
      buffer: false,
      reject: false,
    });
  } finally {
    closeSync(log);
  }
}

function startError(node: string, cause: unknown): ClusterError {
  const message = `the process of ${node} could not be started: ${String(cause)}`;
  return new ClusterError("E_NODE_EXITED", message, { node }, { cause });
}

async function endOf(logFile: string): Promise<string> {
  return (await readTail(logFile, 10_000)).toString();
}
