import type { NodeName } from "../env/env.ts";
import { endingOf, type ProcessExit, processExit } from "../exits.ts";
import { reasonOf } from "./engine.ts";
import { joinLogFrames } from "./log-frames.ts";
import type { Pod } from "./pod.ts";

/** One life of a node's process, from a start to its end. */
export type Life = {
  /** Its end surprises nobody from now on. */
  expectEnd(): void;
  readonly ended: Promise<void>;
};

export type NodeWatch = {
  /** To be called after each start. */
  watchLife(): Life;
  /** How it ended unasked, since the last call. */
  takeExits(): ProcessExit[];
  /** From now on nothing surprises anybody. */
  abandon(): void;
};

export function createNodeWatch({ node, container, originNs }: Pod): NodeWatch {
  const exits: ProcessExit[] = [];
  let isAbandoned = false;

  async function endOfLog(): Promise<string> {
    const frames = await container.logs({ stdout: true, stderr: true, follow: false, tail: 40 });
    return joinLogFrames(frames).toString("utf8");
  }

  const now = (): number => Number(process.hrtime.bigint()) - originNs;

  return {
    watchLife() {
      let isExpected = false;
      const watchEnd = async (): Promise<void> => {
        try {
          const { StatusCode } = (await container.wait()) as { readonly StatusCode: number };
          const atNs = now();
          if (isExpected || isAbandoned) return;
          const { State } = await container.inspect();
          const ending = endingOf(StatusCode);
          const isOutOfMemory = State.OOMKilled;
          exits.push(processExit({ node, atNs, ending, isOutOfMemory, log: await endOfLog() }));
        } catch (error) {
          if (!isAbandoned) exits.push(unwatched(node, now(), error));
        }
      };
      return {
        expectEnd() {
          isExpected = true;
        },
        ended: watchEnd(),
      };
    },
    takeExits: () => exits.splice(0),
    abandon() {
      isAbandoned = true;
    },
  };
}

function unwatched(node: NodeName, atNs: number, error: unknown): ProcessExit {
  const reason = `it cannot be watched any more: ${reasonOf(error)}`;
  return { node, reason, atNs, isFatal: false, isEnvironment: true, lastLines: [] };
}
