import type { ClientBug } from "../../../env/program.ts";
import type { ClientRules } from "../../kv-rules.ts";

/** Whoever believes to hold the lock may write; the resource compares no tokens. */
export const bug: ClientBug<ClientRules> = {
  id: "M37",
  family: "locks",
  breaks:
    "a lock with a lease and without fencing: a holder that was slow writes after its successor",
  clientMaySee: "a write with an older token is taken after one with a newer: its update is lost",
  shownBy: "a holder that is slow beyond its lease, in itself or by a paused or cut-off leader",
  plantClient: (rules) => ({
    ...rules,
    resource: { ...rules.resource, mayWrite: () => true },
  }),
};
