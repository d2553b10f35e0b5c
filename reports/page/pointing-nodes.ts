import { formatMoment } from "../describe.ts";
import { type Inside, insideLines } from "../inside.ts";
import type { NodeLane } from "../node-lanes.ts";

/** What a node was at a moment, a line each. */
export function nodeLines(lane: NodeLane, inside: Inside | null, at: number): string[] {
  const role = lane.roles.findLast(({ from, to }) => from <= at && at <= to);
  const states = lane.states.filter(({ from, to }) => from <= at && at <= to);
  const now =
    role === undefined ? [] : [`${role.role}${role.term === null ? "" : `, term ${role.term}`}`];
  const during = states.map(({ state, fault }) => (fault === "" ? state : `${state} (${fault})`));
  return [lane.node, ...now, ...insideLines(inside, lane.node, at), ...during, formatMoment(at, 3)];
}
