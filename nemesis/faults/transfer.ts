import type { Order } from "../../cluster/subject.ts";
import { describeOrders, doneIn, type Lead, leadIn, lookAtLead } from "../admin.ts";
import type { Fault, Instance } from "../fault.ts";
import { drawSelector, nodesSchema, selectNodes, whyNoVoter } from "../select.ts";

/**
 * Orders the leader to hand over to another node (thesis 3.10), as an administrator does before
 * stopping a machine. A leader that is cut off, or whose target is, gives up: then nothing took effect.
 */
export const fault: Fault = {
  name: "transfer",
  summary: "order the leader to hand leadership to another node",
  needs: "orders",
  isMomentary: true,
  parameters: { to: nodesSchema },
  required: [],

  resolve(view, parameters, rng) {
    const { leader } = view;
    if (leader === null) return "no leader known";
    const whyNot = whyNoVoter(view);
    const selector = drawSelector(parameters["to"], "follower", rng);
    const nodes = selectNodes(selector, view, rng, (node) =>
      node === leader ? "leads already" : whyNot(node),
    );
    if (typeof nodes === "string") return nodes;
    const to = rng.pick(nodes);
    return { targets: [to], detail: { from: leader }, effect: { leads: [to] } };
  },

  inject({ admin }, instance, done) {
    admin.look((lead) => {
      if (lead === null) done(null);
      else admin.order(lead, orderOf(instance), () => done(null));
    });
  },

  heal(_context, _instance, done) {
    done(null);
  },

  probe: (context, _instance, done) => lookAtLead(context, done),

  judge(instance, { before, during, after }) {
    const ordered = doneIn(during, orderOf(instance));
    const lead = leadIn(during);
    const seen = { before: leadIn(before), during: lead, after: leadIn(after) };
    const leads = Object.entries(seen).map(([when, one]) => `${when} ${describeLead(one)}`);
    return {
      effective: ordered === null ? null : isFollowed(ordered.term, lead, instance),
      healed: seen.after !== null,
      evidence: () => `${leads.join(", ")}; ${describeOrders(during)}`,
    };
  },
};

/** Null when a third node was elected meanwhile, or nobody is seen to lead. */
function isFollowed(term: number, lead: Lead | null, { targets }: Instance): boolean | null {
  if (lead === null) return null;
  if (lead.term <= term) return false;
  return targets.includes(lead.leader) ? true : null;
}

function orderOf({ targets }: Instance): Order {
  return { order: "transfer", node: targets[0] ?? "" };
}

function describeLead(lead: Lead | null): string {
  return lead === null ? "nobody was seen to lead" : `${lead.leader} led term ${lead.term}`;
}
