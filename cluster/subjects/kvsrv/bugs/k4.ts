import type { ClientBug } from "../../../env/program.ts";
import type { ClientRules } from "../../kv-rules.ts";

/** A put that was sent again and refused is tried once more, under the version it was refused by. */
export const bug: ClientBug<ClientRules> = {
  id: "K4",
  family: "clients",
  breaks: "the clerk retries a put with a refreshed version instead of the one it was given",
  clientMaySee: "an acknowledged put that took effect at another version, or twice",
  shownBy: "lost replies of puts",
  plantClient: (rules) => ({
    ...rules,
    clerk: {
      ...rules.clerk,
      conclude: (call, verdict, doubt) => {
        const isRefused = verdict.kind === "refused" && doubt !== null;
        if (call.f === "put" && isRefused && verdict.version !== null) {
          return { ...call, version: verdict.version };
        }
        return rules.clerk.conclude(call, verdict, doubt);
      },
    },
  }),
};
