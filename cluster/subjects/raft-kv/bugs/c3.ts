import type { ClientBug } from "../../../env/program.ts";
import type { ClientRules } from "../../kv-rules.ts";

/** A redirect wipes the doubt about the copies before it. */
export const bug: ClientBug<ClientRules> = {
  id: "C3",
  family: "clients",
  breaks: "the clerk follows a redirect and no longer counts what it sends as a resend",
  clientMaySee: "a put that failed, and whose value is read all the same",
  shownBy: "a leader that is cut off after it took a put, and a follower that names its successor",
  plantClient: (rules) => ({
    ...rules,
    clerk: {
      ...rules.clerk,
      doubtAfter: (verdict, doubt) =>
        verdict.kind === "nothing" ? null : rules.clerk.doubtAfter(verdict, doubt),
    },
  }),
};
