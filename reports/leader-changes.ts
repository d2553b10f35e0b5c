import type { NodeLane } from "./node-lanes.ts";

/** A node came to lead. */
export type LeaderChange = {
  /** Nanoseconds since the run began. */
  readonly at: number;
  readonly node: string;
  readonly term: number | null;
  /** `n3 leads, term 5`. */
  readonly label: string;
};

/** In time order. A leader that goes on in the same term (traced twice) is no change. */
export function leaderChanges(lanes: readonly NodeLane[]): LeaderChange[] {
  const changes: LeaderChange[] = [];
  for (const { node, roles } of lanes) {
    for (const [position, { role, term, from }] of roles.entries()) {
      if (role !== "leader") continue;
      const before = roles[position - 1];
      if (before?.role === "leader" && before.term === term && before.to === from) continue;
      const label = `${node} leads${term === null ? "" : `, term ${term}`}`;
      changes.push({ at: from, node, term, label });
    }
  }
  return changes.sort((a, b) => a.at - b.at);
}
