import { collect, forEach } from "../each.ts";
import type { Fault, FaultContext, Observation } from "../fault.ts";
import { drawNumber, shareSchema } from "../parameters.ts";
import { drawSelector, nodesSchema, selectNodes } from "../select.ts";

/** Requests for status per target and look: with 10 % lost, 9 looks in 10 see at least one. */
const burst = 20;

/**
 * Loses a share of the requests of clients, and of the replies to them, as labrpc does.
 *
 * A lost reply is the crueller one: the operation took effect, and the client that asks again
 * must be able to tell. Messages between nodes are not touched.
 */
export const fault: Fault = {
  name: "lose-messages",
  summary: "lose requests of clients and replies to them",
  needs: "lose-messages",
  parameters: { nodes: nodesSchema, requests: shareSchema, replies: shareSchema },
  required: [],

  resolve(view, parameters, rng) {
    const selector = drawSelector(parameters["nodes"], "all", rng);
    const targets = selectNodes(selector, view, rng, () => null);
    if (typeof targets === "string") return targets;
    const permille = (name: string): number =>
      drawNumber(parameters[name], rng, { fallback: 0, stepsPerUnit: 1 });
    const loss = { requestsPermille: permille("requests"), repliesPermille: permille("replies") };
    if (loss.requestsPermille + loss.repliesPermille === 0) return "neither requests nor replies";
    return { targets, detail: loss, effect: {} };
  },

  inject({ control }, { targets, detail }, done) {
    const loss = {
      requestsPermille: Number(detail["requestsPermille"] ?? 0),
      repliesPermille: Number(detail["repliesPermille"] ?? 0),
    };
    forEach(targets, (node, next) => control.loseMessages(node, loss, next), done);
  },

  heal({ control }, { targets }, done) {
    const none = { requestsPermille: 0, repliesPermille: 0 };
    forEach(targets, (node, next) => control.loseMessages(node, none, next), done);
  },

  probe(context, { targets }, done) {
    collect<string, number>(
      targets,
      (node, next) => countUnanswered(context, node, next),
      (error, unanswered) =>
        done(error, {
          asked: targets.length * burst,
          unanswered: unanswered.reduce<number>((sum, count) => sum + (count ?? 0), 0),
        }),
    );
  },

  judge(_instance, looks) {
    const [before, during, after] = [looks.before, looks.during, looks.after].map(shareOf);
    return {
      effective: before !== undefined && during !== undefined && during > 0 && during >= 2 * before,
      healed: after !== undefined && after <= (before ?? 0),
      evidence:
        `requests for status without an answer: before ${describe(looks.before)}, ` +
        `during ${describe(looks.during)}, after ${describe(looks.after)}`,
    };
  },
};

function countUnanswered(
  { status }: FaultContext,
  node: string,
  done: (error: Error | null, unanswered: number) => void,
): void {
  collect<number, boolean>(
    Array.from({ length: burst }, (_, at) => at),
    (_, next) => status(node, ({ kind }) => next(null, kind === "answers")),
    (error, answered) => done(error, answered.filter((isAnswered) => isAnswered !== true).length),
  );
}

/** Share without an answer, or undefined when nobody was asked. */
function shareOf({ asked, unanswered }: Observation): number | undefined {
  const asks = Number(asked ?? 0);
  return asks === 0 ? undefined : Number(unanswered) / asks;
}

function describe({ asked, unanswered }: Observation): string {
  return asked === undefined ? "nothing seen" : `${unanswered} of ${asked}`;
}
