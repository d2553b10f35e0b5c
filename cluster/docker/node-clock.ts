import type { ClockSetting } from "../control.ts";
import type { ClockLie } from "./clock-file.ts";
import type { Pod } from "./pod.ts";

/** How one node's wall clock lies, over all its lives. */
export type NodeClock = {
  set(setting: ClockSetting): Promise<void>;
  /** A rate counts from the start of the process: to be called before and after each. */
  beforeStart(): Promise<void>;
  afterStart(): Promise<void>;
};

export function createNodeClock({ container, agent }: Pod): NodeClock {
  let lie: ClockLie | null = null;

  async function startedAtMs(): Promise<number | null> {
    const { State: state } = await container.inspect();
    return state.Running ? Date.parse(state.StartedAt) : null;
  }

  return {
    async set(setting) {
      const args = { ...setting, sinceMs: null, startedAtMs: await startedAtMs() };
      const { sinceMs } = await agent.ask("clock", args);
      lie = { ...setting, sinceMs };
    },
    async beforeStart() {
      if (lie === null || lie.rate === 1 || (await startedAtMs()) !== null) return;
      // Close to right from the first reading on: the process starts soon.
      await agent.ask("clock", { ...lie, startedAtMs: null });
    },
    async afterStart() {
      if (lie === null || lie.rate === 1) return;
      await agent.ask("clock", { ...lie, startedAtMs: await startedAtMs() });
    },
  };
}
