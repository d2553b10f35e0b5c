import type { Bug } from "../../../env/program.ts";
import type { KvsrvRules } from "../server.ts";

/** The version of a key counts from its second write. */
export const bug: Bug<KvsrvRules> = {
  id: "K2",
  family: "server",
  breaks: "a put that creates a key leaves it at version 0 instead of 1",
  clientMaySee: "a key that has a value at version 0, and a second creation that succeeds",
  shownBy: "two clients that create one key, or a look at a key just created",
  plant: (rules) => ({
    ...rules,
    nextVersion: (entry) => (entry === undefined ? 0 : entry.version + 1),
  }),
};
