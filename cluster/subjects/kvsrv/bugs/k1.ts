import type { Bug } from "../../../env/program.ts";
import type { KvsrvRules } from "../server.ts";

/** The server stores whatever version a put names. */
export const bug: Bug<KvsrvRules> = {
  id: "K1",
  family: "server",
  breaks: "a put is taken although its version is not the key's",
  clientMaySee: "two puts acknowledged at one version: an update is lost",
  shownBy: "clients that put onto the same key at once",
  plant: (rules) => ({
    ...rules,
    decidePut: (entry, version) => (entry === undefined && version > 0 ? "ErrNoKey" : "store"),
  }),
};
