import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** The leader counts its own copy of an entry before it is on its disk. */
export const bug: Bug<Rules> = {
  id: "M17",
  family: "replication",
  breaks: "a leader's own log counts while it is not durable",
  clientMaySee: "an acknowledged write is lost when the leader loses what it had not written",
  shownBy: "a slow disk at the leader, then its loss of power with another node away",
  plant: raftRule("ownMatch", ({ log }) => log.lastIndex),
};
