import type { Bug } from "../../../env/program.ts";
import type { KvsrvRules } from "../server.ts";

/** Longer than nothing, as is every await. */
const lookMs = 2;

/** A get reads the value, then the version, and a put may come between. */
export const bug: Bug<KvsrvRules> = {
  id: "K5",
  family: "server",
  breaks: "a get returns the value of one write with the version of a later one",
  clientMaySee: "a value that never stood at the version it was read with",
  shownBy: "gets and puts of one key within the same few milliseconds",
  plant: (rules) => ({
    ...rules,
    readEntry: (entries, key, clock, done) => {
      const value = entries.get(key)?.value;
      clock.setTimer(lookMs, () => {
        const entry = entries.get(key);
        done(entry && value !== undefined ? { ...entry, value } : entry);
      });
    },
  }),
};
