import type { ClientBug } from "../../../env/program.ts";
import type { ClientRules } from "../../kv-rules.ts";

/** Once a put was sent again, its clerk says ErrMaybe, whatever the answer was. */
export const bug: ClientBug<ClientRules> = {
  id: "S1",
  family: "clients",
  breaks: "the clerk says ErrMaybe after any retry, even when the retry was acknowledged",
  clientMaySee: "ErrMaybe of a put that was acknowledged, or that may take effect later",
  shownBy: "lost requests or replies of puts; the `answers` checker compares with the wire",
  plantClient: (rules) => ({
    ...rules,
    clerk: {
      ...rules.clerk,
      conclude: (call, verdict, doubt) => {
        const isAnswered = verdict.kind === "done" || verdict.kind === "refused";
        if (call.f === "put" && isAnswered && doubt !== null) {
          return { type: "info", error: "ErrMaybe" };
        }
        return rules.clerk.conclude(call, verdict, doubt);
      },
    },
  }),
};
