import { type ClerkRules, clerkRules } from "./kv-answer.ts";
import { type LockRules, lockRules } from "./kv-lock.ts";

/** Every decision of the clients, by the part that makes it. */
export type ClientRules = {
  readonly clerk: ClerkRules;
  readonly lock: LockRules;
};

export const clientRules: ClientRules = { clerk: clerkRules, lock: lockRules };
