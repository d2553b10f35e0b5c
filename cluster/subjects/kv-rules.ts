import { type ClerkRules, clerkRules } from "./kv-answer.ts";
import { type ResourceRules, resourceRules } from "./kv-fenced.ts";
import { type LockRules, lockRules } from "./kv-lock.ts";

/** Every decision of the clients, by the part that makes it. */
export type ClientRules = {
  readonly clerk: ClerkRules;
  readonly lock: LockRules;
  readonly resource: ResourceRules;
};

export const clientRules: ClientRules = {
  clerk: clerkRules,
  lock: lockRules,
  resource: resourceRules,
};
