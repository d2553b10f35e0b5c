import type { ClientBug } from "../../../env/program.ts";
import type { ClientRules } from "../../kv-rules.ts";

/** A 503 is taken for the word of a node that did nothing. */
export const bug: ClientBug<ClientRules> = {
  id: "C1",
  family: "clients",
  breaks: "the clerk takes 503 outcome-unknown for a refusal that did nothing",
  clientMaySee: "a put that failed, and whose value is read all the same",
  shownBy:
    "a leader that loses its office while clients wait for it, by a cut, a pause or a transfer",
  plantClient: (rules) => ({
    ...rules,
    clerk: {
      ...rules.clerk,
      judgeCopy: (call, outcome) =>
        outcome.kind === "response" && outcome.status === 503
          ? { kind: "nothing", error: "outcome-unknown", leader: null }
          : rules.clerk.judgeCopy(call, outcome),
    },
  }),
};
