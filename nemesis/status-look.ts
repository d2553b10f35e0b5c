import type { StatusProbe } from "../cluster/subject.ts";
import { collect } from "./each.ts";
import type { Fault, FaultContext, Observation } from "./fault.ts";

const copies = 3;

/** Asks for the status in several copies at once, since another fault may lose some of them. */
export function askStatus(
  { status }: Pick<FaultContext, "status">,
  node: string,
  done: (probe: StatusProbe) => void,
): void {
  let silent = 0;
  let isDone = false;
  for (let copy = 0; copy < copies; copy++) {
    status(node, (probe) => {
      if (probe.kind === "silent") silent += 1;
      if (isDone || (probe.kind === "silent" && silent < copies)) return;
      isDone = true;
      done(probe);
    });
  }
}

/** How each target answered a request for its status: `answers`, `refused` or `silent`, by node. */
export type Answers = ReadonlyMap<string, string>;

/** The probe of faults that stop a process: asks every target for its status, as a client would. */
export const lookAtAnswers: Fault["probe"] = (context, { targets }, done) => {
  collect<string, string>(
    targets,
    (node, next) => askStatus(context, node, ({ kind }) => next(null, kind)),
    (error, kinds) =>
      done(error, Object.fromEntries(targets.map((node, at) => [node, kinds[at] ?? "silent"]))),
  );
};

export function answersOf(look: Observation): Answers {
  return new Map(Object.entries(look).map(([node, answer]) => [node, String(answer)]));
}

/** For instance `before n1 answers; during n1 silent; after n1 answers`. */
export function describeAnswers(looks: Readonly<Record<string, Answers>>): string {
  return Object.entries(looks)
    .map(([when, answers]) => {
      const seen = [...answers].map(([node, answer]) => `${node} ${answer}`).join(", ");
      return `${when} ${seen === "" ? "nothing seen" : seen}`;
    })
    .join("; ");
}

export function allAre(answers: Answers, kind: string): boolean {
  return answers.size > 0 && [...answers.values()].every((answer) => answer === kind);
}
