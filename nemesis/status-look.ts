import type { Timer } from "../cluster/env/env.ts";
import type { StatusProbe } from "../cluster/subject.ts";
import { byName, collect } from "./each.ts";
import type { Fault, FaultContext, Observation } from "./fault.ts";

const copies = 3;
/** Between two copies: far longer than an answer takes. */
const copiesApartMs = 100;

/**
 * Asks for the status, again while no answer comes, since another fault may lose some of the
 * copies. Silent when none was answered.
 */
export function askStatus(
  { status, clock }: Pick<FaultContext, "status" | "clock">,
  node: string,
  done: (probe: StatusProbe) => void,
): void {
  let asked = 0;
  let silent = 0;
  let isDone = false;
  let next: Timer | null = null;
  const ask = (): void => {
    asked += 1;
    next = asked < copies ? clock.setTimer(copiesApartMs, ask) : null;
    status(node, (probe) => {
      if (probe.kind === "silent") silent += 1;
      if (isDone || (probe.kind === "silent" && silent < copies)) return;
      isDone = true;
      next?.cancel();
      done(probe);
    });
  };
  ask();
}

/** How each target answered a request for its status: `answers`, `refused` or `silent`, by node. */
export type Answers = Readonly<Record<string, string>>;

/** The probe of faults that stop a process: asks every target for its status, as a client would. */
export const lookAtAnswers: Fault["probe"] = (context, { targets }, done) => {
  collect<string, string>(
    targets,
    (node, next) => askStatus(context, node, ({ kind }) => next(null, kind)),
    (error, kinds) =>
      done(
        error,
        byName(targets, (_, at) => kinds[at] ?? "silent"),
      ),
  );
};

export function answersOf(look: Observation): Answers {
  return look as Answers;
}

/** For instance `before n1 answers; during n1 silent; after n1 answers`. */
export function describeAnswers(looks: Readonly<Record<string, Answers>>): string {
  return Object.entries(looks)
    .map(([when, answers]) => {
      const seen = Object.entries(answers)
        .map(([node, answer]) => `${node} ${answer}`)
        .join(", ");
      return `${when} ${seen === "" ? "nothing seen" : seen}`;
    })
    .join("; ");
}

export function allAre(answers: Answers, kind: string): boolean {
  const all = Object.values(answers);
  return all.length > 0 && all.every((answer) => answer === kind);
}

/** Every process seen during is gone, and was there before. */
export function areGone(before: Answers, during: Answers): boolean {
  const all = Object.entries(during);
  return all.length > 0 && all.every(([node, now]) => isGone(before[node], now));
}

/**
 * A killed process refuses, or is silent behind a proxy: no proof if it was silent before. A busy
 * node may be silent, but only one that is gone refuses.
 */
function isGone(before: string | undefined, during: string): boolean {
  if (during === "refused") return before === "answers" || before === "silent";
  return during === "silent" && before === "answers";
}
