import type { Bug } from "../../../env/program.ts";
import type { Rules } from "../program.ts";

/** A node measures time by its wall clock, which may be set back or run slowly (thesis §6.4.1). */
export const bug: Bug<Rules> = {
  id: "M31",
  family: "reads",
  breaks: "a lease is measured by the wall clock",
  clientMaySee: "a stale read, with lease reads",
  shownBy: "set the leader's clock back or slow it down, and cut it off while a successor writes",
  wrap: (env) => ({
    ...env,
    clock: { ...env.clock, now: () => env.clock.wallMs() * 1e6 },
  }),
};
