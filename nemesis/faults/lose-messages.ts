import type { StatusProbe } from "../../cluster/subject.ts";
import { byName, collect, forEach } from "../each.ts";
import type { Fault, FaultContext, Observation } from "../fault.ts";
import { drawNumber, shareSchema } from "../parameters.ts";
import { drawSelector, nodesSchema, selectNodes } from "../select.ts";

/** Requests for status per target and look: with 10 % lost, 9 looks in 10 see at least one. */
const burst = 20;
/** Enough to see it: every look is traffic too. */
const askedMax = 2;

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
    const asked = targets.slice(0, askedMax);
    collect<string, number>(
      asked,
      (node, next) => countUnanswered(context, node, next),
      (error, unanswered) =>
        done(
          error,
          byName(asked, (_, at) => unanswered[at] ?? burst),
        ),
    );
  },

  judge({ detail }, looks) {
    const isHeavy = Number(detail["requestsPermille"]) + Number(detail["repliesPermille"]) >= 900;
    const [before, during, after] = [
      countLost(looks.before),
      countLost(looks.during, isHeavy),
      countLost(looks.after),
    ];
    return {
      effective: before.asked > 0 && during.lost > 0 && shareOf(during) >= 2 * shareOf(before),
      healed: after.asked > 0 && shareOf(after) <= shareOf(before),
      evidence: () =>
        `requests for status without an answer: before ${describe(before)}, ` +
        `during ${describe(during)}, after ${describe(after)}`,
    };
  },
};

type Lost = { readonly lost: number; readonly asked: number };

/** One that answers nothing shows no loss: it is down, unless nearly all is to be lost. */
function countLost(look: Observation, isHeavy = false): Lost {
  const counts = Object.values(look).map(Number);
  const shown = counts.filter((unanswered) => isHeavy || unanswered < burst);
  const lost = shown.reduce((sum, unanswered) => sum + unanswered, 0);
  return { lost, asked: shown.length * burst };
}

function shareOf({ lost, asked }: Lost): number {
  return asked === 0 ? 0 : lost / asked;
}

function describe({ lost, asked }: Lost): string {
  return asked === 0 ? "nothing seen" : `${lost} of ${asked}`;
}

function countUnanswered(
  { status }: FaultContext,
  node: string,
  done: (error: Error | null, unanswered: number) => void,
): void {
  let pending = burst;
  let unanswered = 0;
  const onProbe = ({ kind }: StatusProbe): void => {
    if (kind !== "answers") unanswered += 1;
    pending -= 1;
    if (pending === 0) done(null, unanswered);
  };
  for (let asked = 0; asked < burst; asked++) status(node, onProbe);
}
