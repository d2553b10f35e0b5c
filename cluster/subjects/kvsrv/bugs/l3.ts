import type { ClientBug } from "../../../env/program.ts";
import type { Clerk, ClerkResult } from "../../kv-clerk.ts";
import { free } from "../../kv-lock.ts";
import type { ClientRules } from "../../kv-rules.ts";

type Done = (result: ClerkResult) => void;

/** Frees the lock at whatever version it has. */
function freePresent(clerk: Clerk, key: string, timeoutMs: number, done: Done): void {
  clerk.get(key, timeoutMs, (found) => {
    if (found.type !== "ok" || found.value === free) return done(found);
    clerk.put(key, { value: free, version: found.version }, timeoutMs, done);
  });
}

/** A release that is in doubt is repeated, and frees the lock whoever has it by then. */
export const bug: ClientBug<ClientRules> = {
  id: "L3",
  family: "locks",
  breaks: "a release that was answered ErrMaybe frees the lock again, under its present version",
  clientMaySee: "a release that takes the lock away from another holder: two holders at once",
  shownBy: "lost replies to releases while other clients wait for the lock",
  plantClient: (rules) => ({
    ...rules,
    lock: {
      ...rules.lock,
      free: (clerk, { key, version }, timeoutMs, done) =>
        clerk.put(key, { value: free, version }, timeoutMs, (result) => {
          if (result.type !== "info") done(result);
          else freePresent(clerk, key, timeoutMs, done);
        }),
    },
  }),
};
