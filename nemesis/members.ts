import type { NodeName } from "../cluster/env/env.ts";
import type { Order } from "../cluster/subject.ts";
import type { Lead } from "./admin.ts";
import type { FaultContext } from "./fault.ts";

/** What a node is to the cluster. */
export type Standing = "voter" | "learner" | "removed";

const stepsMax = 8;
/** A change waits for the one before it, and a learner must catch up. */
const pauseMs = 100;

/**
 * Brings a node to a standing by one order after another, each to who leads then; an error when it has
 * not come to it after some. Done when the leader says that it is so, and that nothing which was
 * begun before can change it: an order that nobody answered may still be carried out until then.
 *
 * A leader that is to go is told to hand over first, as administrators do; one that cannot goes as it is.
 */
export function bringTo(
  { admin, clock }: Pick<FaultContext, "admin" | "clock">,
  node: NodeName,
  wanted: Standing,
  done: (error: Error | null) => void,
): void {
  let hasHandedOver = false;

  function step(left: number): void {
    const again = (): void => step(left - 1);
    admin.look((lead) => {
      const standing = standingOf(lead, node);
      if (standing === wanted && lead?.members?.isSettled === true) {
        done(null);
      } else if (left === 0) {
        const is = standing === null ? "nobody says what it is" : `it is ${standing}`;
        done(new Error(`${node} was to be ${wanted}, ${is}`));
      } else if (lead === null || standing === null || standing === wanted) {
        clock.setTimer(pauseMs, again);
      } else {
        const heir = hasHandedOver ? null : heirOf(lead, node);
        hasHandedOver ||= heir !== null;
        const change: Order = { order: nextOrder(standing, wanted), node };
        const order: Order = heir === null ? change : { order: "transfer", node: heir };
        admin.order(lead, order, (isDone) => {
          if (isDone) again();
          else clock.setTimer(pauseMs, again);
        });
      }
    });
  }
  step(stepsMax);
}

/** To whom the node should hand over, if it leads: the next voter. */
function heirOf({ leader, members }: Lead, node: NodeName): NodeName | null {
  if (leader !== node || members === null) return null;
  const { voters } = members;
  const heir = voters[(voters.indexOf(node) + 1) % voters.length];
  return heir === undefined || heir === node ? null : heir;
}

/** Null when the leader says nothing of members, or there is none. */
export function standingOf(lead: Lead | null, node: NodeName): Standing | null {
  if (lead?.members === null || lead?.members === undefined) return null;
  const { voters, learners } = lead.members;
  if (voters.includes(node)) return "voter";
  return learners.includes(node) ? "learner" : "removed";
}

/** A voter becomes a learner by way of removal, and a removed node a voter by way of learning. */
function nextOrder(standing: Standing, wanted: Standing): Order["order"] {
  if (standing === "voter" || wanted === "removed") return "remove";
  return standing === "learner" ? "promote" : "add";
}
