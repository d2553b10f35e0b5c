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
  takeExits(): string[];
  /** From now on nothing surprises anybody. */
  abandon(): void;
};

export function createNodeWatch({ container }: Pod): NodeWatch {
  const exits: string[] = [];
  let isAbandoned = false;

  async function lastWords(): Promise<string> {
    const frames = await container.logs({ stdout: true, stderr: true, follow: false, tail: 5 });
    return joinLogFrames(frames).toString("utf8").trim().split("\n").join(" | ");
  }

  return {
    watchLife() {
      let isExpected = false;
      const watchEnd = async (): Promise<void> => {
        try {
          const { StatusCode } = (await container.wait()) as { readonly StatusCode: number };
          if (isExpected || isAbandoned) return;
          exits.push(`exited with status ${StatusCode}: ${await lastWords()}`);
        } catch (error) {
          if (!isAbandoned) exits.push(`cannot be watched any more: ${reasonOf(error)}`);
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
