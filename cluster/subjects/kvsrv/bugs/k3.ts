import type { Bug } from "../../../env/program.ts";
import type { KvsrvRules } from "../server.ts";

/** Longer than nothing, as is every await. */
const storeMs = 2;

/** Between the check of a put's version and its store, the server does something else. */
export const bug: Bug<KvsrvRules> = {
  id: "K3",
  family: "server",
  breaks: "check and store of a put are two steps, and others come between them",
  clientMaySee: "two puts acknowledged at one version: an update is lost",
  shownBy: "clients that put onto one key within the same few milliseconds",
  plant: (rules) => ({
    ...rules,
    storeChecked: (store, clock) => {
      clock.setTimer(storeMs, store);
    },
  }),
};
