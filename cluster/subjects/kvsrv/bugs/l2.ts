import type { ClientBug } from "../../../env/program.ts";
import type { ClientRules } from "../../kv-rules.ts";

/** An acquire that was answered ErrMaybe waits for the lock to become free, though it is its own. */
export const bug: ClientBug<ClientRules> = {
  id: "L2",
  family: "locks",
  breaks: "the lock takes ErrMaybe of its put for failure, and does not know its own id again",
  clientMaySee: "a lock that is refused as held, by everyone and for ever, though nobody has it",
  shownBy: "lost replies to an acquire",
  plantClient: (rules) => ({
    ...rules,
    lock: { ...rules.lock, isOwn: () => false },
  }),
};
