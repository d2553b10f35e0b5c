import type { NodeName } from "../cluster/env/env.ts";
import type { Membership, Order, OrderAnswer } from "../cluster/subject.ts";
import type { FaultContext, Observation } from "./fault.ts";
import { askAll, type Known, leaderAmong, pausedBy } from "./view.ts";

/** Who leads, and what the members are by its word: null where it does not say. */
export type Lead = {
  readonly leader: NodeName;
  readonly term: number;
  readonly members: Membership | null;
};

/** What became of an order, the last time it was given. */
export type Answered = { readonly by: NodeName; readonly term: number; readonly answer: string };

/** The administrator of the cluster, on behalf of one instance of a fault. */
export type Admin = {
  /** Asks all nodes. Who leads an earlier term than a leader that was given an order is not believed. */
  look(done: (lead: Lead | null) => void): void;
  order(lead: Lead, order: Order, done: (isDone: boolean) => void): void;
  /** By the order's words: `remove n3`. */
  orders(): Readonly<Record<string, Answered>>;
};

/** Sends one order to one node; `done` exactly once, within a bound. */
export type SendOrder = (to: NodeName, order: Order, done: (answer: OrderAnswer) => void) => void;

export function createAdmin(
  known: Pick<Known, "nodes" | "effects">,
  context: Pick<FaultContext, "status" | "clock">,
  send: SendOrder,
): Admin {
  const answers: Record<string, Answered> = {};
  let termMin = 0;
  return {
    look: (done) =>
      askAll(known.nodes, pausedBy(known.effects()), context, (probes) => {
        const found = leaderAmong(probes);
        const leader = found === null ? undefined : known.nodes[found.at];
        if (found === null || leader === undefined || found.status.term < termMin) done(null);
        else done({ leader, term: found.status.term, members: found.status.members ?? null });
      }),
    order: ({ leader: by, term }, order, done) => {
      termMin = Math.max(termMin, term);
      send(by, order, (answer) => {
        answers[wordsOf(order)] = { by, term, answer: formatAnswer(answer) };
        done(answer.kind === "done");
      });
    },
    orders: () => ({ ...answers }),
  };
}

export function wordsOf({ order, node }: Order): string {
  return `${order} ${node}`;
}

const doneWord = "done";

function formatAnswer(answer: OrderAnswer): string {
  return answer.kind === "done" ? doneWord : `${answer.kind} (${answer.reason})`;
}

/** The probe of faults that are orders: who leads, who the members are, what was answered. */
export function lookAtLead(
  { admin }: Pick<FaultContext, "admin">,
  done: (error: Error | null, observation: Observation) => void,
): void {
  admin.look((lead) => done(null, { lead, orders: admin.orders() }));
}

/** Who led at a look; null when nobody was seen to, or nobody looked. */
export function leadIn(look: Observation): Lead | null {
  return (look["lead"] ?? null) as Lead | null;
}

/** The order's answer where it was carried out, else null. */
export function doneIn(look: Observation, order: Order): Answered | null {
  const answered = ordersIn(look)[wordsOf(order)];
  return answered?.answer === doneWord ? answered : null;
}

/** For instance `remove n3: refused (busy) by n1 in term 4`. */
export function describeOrders(look: Observation): string {
  const all = Object.entries(ordersIn(look)).map(
    ([words, { by, term, answer }]) => `${words}: ${answer} by ${by} in term ${term}`,
  );
  return all.length === 0 ? "nobody was given an order" : all.join(", ");
}

function ordersIn(look: Observation): Readonly<Record<string, Answered>> {
  return (look["orders"] ?? {}) as Readonly<Record<string, Answered>>;
}
