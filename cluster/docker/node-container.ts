import { readFile } from "node:fs/promises";
import type { ClockSetting } from "../control.ts";
import { ClusterError } from "../errors.ts";
import { reasonOf, statusOf } from "./engine.ts";
import { createNodeClock } from "./node-clock.ts";
import { createNodeWatch, type Life, type NodeWatch } from "./node-watch.ts";
import type { Pod } from "./pod.ts";

/** One node's process through its lives. Calls are done one after another; each is idempotent. */
export type NodeContainer = Pick<NodeWatch, "takeExits" | "abandon"> & {
  kill(): Promise<void>;
  start(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  setClock(setting: ClockSetting): Promise<void>;
  /** Its process as this machine numbers it; null when it is down, or its engine is elsewhere. */
  pid(): number | null;
};

export function createNodeContainer(pod: Pod): NodeContainer {
  const { container } = pod;
  const clock = createNodeClock(pod);
  const { watchLife, takeExits, abandon } = createNodeWatch(pod);
  let life: Life | null = null;
  let pid: number | null = null;
  let turn: Promise<void> = Promise.resolve();

  function inTurn(change: () => Promise<unknown>): Promise<void> {
    const result = turn.then(change).then(() => {});
    turn = result.catch(() => {}); // whoever asked for it hears of it
    return result;
  }

  async function kill(): Promise<void> {
    if (life === null) return;
    life.expectEnd();
    pid = null;
    const call = container.kill({ signal: "SIGKILL" });
    await reach(pod, { aim: (state) => !state.Running, what: "killed", call });
    await life.ended;
    life = null;
  }

  async function start(): Promise<void> {
    await clock.beforeStart();
    const call = container.start();
    const isNew = await reach(pod, { aim: (state) => state.Running, what: "started", call });
    if (isNew) life = watchLife();
    await clock.afterStart();
    pid = await findPid(pod);
  }

  async function pause(): Promise<void> {
    const call = container.pause();
    await reach(pod, { aim: (state) => state.Paused, what: "paused", call });
  }

  async function resume(): Promise<void> {
    const call = container.unpause();
    await reach(pod, { aim: (state) => !state.Paused, what: "resumed", call });
  }

  return {
    kill: () => inTurn(kill),
    start: () => inTurn(start),
    pause: () => inTurn(pause),
    resume: () => inTurn(resume),
    setClock: (setting) => inTurn(() => clock.set(setting)),
    pid: () => pid,
    takeExits,
    abandon,
  };
}

/** What the engine says, if this machine has such a process and it is the container's. */
async function findPid({ container }: Pod): Promise<number | null> {
  try {
    const { Pid } = (await container.inspect()).State;
    const cgroup = await readFile(`/proc/${Pid}/cgroup`, "utf8");
    return cgroup.includes(container.id) ? Pid : null;
  } catch {
    return null; // it has ended already, or the engine runs on another machine
  }
}

type State = Awaited<ReturnType<Pod["container"]["inspect"]>>["State"];

/**
 * Whether the call did it: false when it was done already. The engine refuses that, each version with a
 * status of its own: the container's state decides.
 */
async function reach(
  { node, container }: Pod,
  {
    aim,
    what,
    call,
  }: {
    readonly aim: (state: State) => boolean;
    readonly what: string;
    readonly call: Promise<unknown>;
  },
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
