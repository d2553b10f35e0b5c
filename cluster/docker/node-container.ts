import type { ClockSetting } from "../control.ts";
import { ClusterError } from "../errors.ts";
import type { ClockLie } from "./clock-file.ts";
import { reasonOf, statusOf } from "./engine.ts";
import { joinLogFrames } from "./log-frames.ts";
import type { Pod } from "./pod.ts";

/** One node's process through its lives. Calls are done one after another; each is idempotent. */
export type NodeContainer = {
  kill(): Promise<void>;
  start(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  setClock(setting: ClockSetting): Promise<void>;
  /** How it ended unasked, since the last call. */
  takeExits(): string[];
  /** From now on its end surprises nobody. */
  abandon(): void;
};

/** One life of the process, from a start to its end. */
type Life = {
  isAskedToEnd: boolean;
  readonly ended: Promise<void>;
};

type State = Awaited<ReturnType<Pod["container"]["inspect"]>>["State"];

export function createNodeContainer({ node, container, agent }: Pod): NodeContainer {
  let life: Life | null = null;
  let lie: ClockLie | null = null;
  let isAbandoned = false;
  let turn: Promise<unknown> = Promise.resolve();
  const exits: string[] = [];

  function inTurn(change: () => Promise<unknown>): Promise<void> {
    const result = turn.then(change).then(() => {});
    turn = result.catch(() => {}); // whoever asked for it hears of it
    return result;
  }

  /**
   * Whether the call did it: false when it was done already. The engine refuses that, each version with
   * a status of its own: the container's state decides.
   */
  async function reach(
    aim: (state: State) => boolean,
    what: string,
    call: Promise<unknown>,
  ): Promise<boolean> {
    try {
      await call;
      return true;
    } catch (error) {
      const isRefusal = [304, 409, 500].includes(statusOf(error) ?? 0);
      if (isRefusal && aim((await container.inspect()).State)) return false;
      const message = `${node} could not be ${what}: ${reasonOf(error)}`;
      const details = { node, container: container.id };
      throw new ClusterError("E_DOCKER", message, details, { cause: error });
    }
  }

  function watch(): Life {
    const current: Life = { isAskedToEnd: false, ended: watchEnd() };
    async function watchEnd(): Promise<void> {
      try {
        const { StatusCode } = (await container.wait()) as { readonly StatusCode: number };
        if (current.isAskedToEnd || isAbandoned) return;
        exits.push(`exited with status ${StatusCode}: ${await lastWords()}`);
      } catch (error) {
        if (!isAbandoned) exits.push(`cannot be watched any more: ${reasonOf(error)}`);
      }
    }
    return current;
  }

  async function lastWords(): Promise<string> {
    const frames = await container.logs({ stdout: true, stderr: true, follow: false, tail: 5 });
    return joinLogFrames(frames).toString("utf8").trim().split("\n").join(" | ");
  }

  async function writeClock(startedAtMs: number | null): Promise<void> {
    if (lie === null) return;
    const { sinceMs } = await agent.ask("clock", { ...lie, startedAtMs });
    lie = { ...lie, sinceMs };
  }

  async function startedAtMs(): Promise<number | null> {
    const { State: state } = await container.inspect();
    return state.Running ? Date.parse(state.StartedAt) : null;
  }

  return {
    kill: () =>
      inTurn(async () => {
        if (life === null) return;
        life.isAskedToEnd = true;
        const call = container.kill({ signal: "SIGKILL" });
        await reach((state) => !state.Running, "killed", call);
        await life.ended;
        life = null;
      }),
    start: () =>
      inTurn(async () => {
        // A rate counts from the start of the process: close to right from the first reading on,
        // and exact as soon as the engine tells when that was.
        await writeClock(null);
        const isNew = await reach((state) => state.Running, "started", container.start());
        if (isNew) life = watch();
        if (lie !== null && lie.rate !== 1) await writeClock(await startedAtMs());
      }),
    pause: () => inTurn(() => reach((state) => state.Paused, "paused", container.pause())),
    resume: () => inTurn(() => reach((state) => !state.Paused, "resumed", container.unpause())),
    setClock: (setting) =>
      inTurn(async () => {
        const args = { ...setting, sinceMs: null, startedAtMs: await startedAtMs() };
        const { sinceMs } = await agent.ask("clock", args);
        lie = { ...setting, sinceMs };
      }),
    takeExits: () => exits.splice(0),
    abandon() {
      isAbandoned = true;
    },
  };
}
