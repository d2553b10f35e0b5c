import type { ClientBug } from "../../../env/program.ts";
import type { ClientRules } from "../../kv-rules.ts";

/** An acquire that was answered ErrMaybe goes on as if it had the lock. */
export const bug: ClientBug<ClientRules> = {
  id: "L1",
  family: "locks",
  breaks: "the lock takes ErrMaybe of its put for success, without looking",
  clientMaySee: "two holders at once",
  shownBy: "clients that compete for a lock while requests and replies are lost",
  plantClient: (rules) => ({
    ...rules,
    lock: { ...rules.lock, countsAsTaken: (error) => error === "ErrMaybe" },
  }),
};
