import type { Json } from "../env/env.ts";
import type { Answer, Question } from "./child.ts";

/** The child's side: obeys its parent until the parent is gone, then calls `onGone` and exits. */
export function serveParent<Command extends Json>(
  obey: (command: Command, done: (error: Error | null, value: Json) => void) => void,
  onGone: () => void,
): void {
  process.on("message", (message) => {
    const { id, command } = message as Question;
    obey(command as Command, (error, value) => {
      const answer = { id, error: error?.message ?? null, value } satisfies Answer;
      // A parent that is gone hears no answer; that it is gone is told by `disconnect`.
      if (process.connected) process.send?.(answer, () => undefined);
    });
  });
  process.on("disconnect", () => {
    onGone();
    process.exit(0);
  });
}
