import type { ClientBug } from "../../../env/program.ts";
import type { ClientRules } from "../../kv-rules.ts";

/** A session is named after the thread, so that a new client counts from 1 in an old session. */
export const bug: ClientBug<ClientRules> = {
  id: "C2",
  family: "clients",
  breaks: "a client that starts anew goes on in its thread's old session, and numbers from 1 again",
  clientMaySee: "an acknowledged append that never happened: the store answered an older one",
  shownBy: "appends that time out, so that their clients are replaced",
  plantClient: (rules) => ({
    ...rules,
    clerk: { ...rules.clerk, sessionOf: ({ thread }) => `t${thread}` },
  }),
};
