import type { Op } from "../../history.ts";

/** A history of one key that has no order, and what is to be said of it. */
export type Case = {
  readonly model: string;
  readonly kind: string;
  readonly core: readonly number[];
  readonly ops: readonly Op[];
  readonly reason: string;
};

/** Each operation: process, f, value of the invocation, and of the completion (or its error). */
export type Step = readonly [process: number, f: string, asked: unknown, answer?: unknown];

/** Operations one after the other; `error` in an answer ends it with `fail`. */
export function inTurn(...steps: readonly Step[]): Op[] {
  return steps.flatMap(([process, f, asked, answer], place): Op[] => {
    const common = { process, f, key: "k" };
    const error = (answer as { error?: string } | undefined)?.error;
    const end =
      error === undefined
        ? { type: "ok" as const, value: answer }
        : { type: "fail" as const, error };
    const [index, time] = [2 * place, 20 * place];
    return [
      { index, time, ...common, type: "invoke", value: asked },
      { index: index + 1, time: time + 10, ...common, ...end },
    ];
  });
}
