import type { ClientBug } from "../../../env/program.ts";
import type { ClientRules } from "../../kv-rules.ts";

/** A put that was sent again and refused by its version is reported as refused. */
export const bug: ClientBug<ClientRules> = {
  id: "M35",
  family: "clients",
  breaks: "the clerk says ErrVersion where an earlier copy of the put may have taken effect",
  clientMaySee: "a put that failed, and whose value is read all the same",
  shownBy: "lost replies, or a leader that is cut off after it took a put",
  plantClient: (rules) => ({
    ...rules,
    clerk: {
      ...rules.clerk,
      conclude: (call, verdict, doubt) =>
        rules.clerk.conclude(call, verdict, verdict.kind === "refused" ? null : doubt),
    },
  }),
};
