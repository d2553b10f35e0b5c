import t from "tap";
import { runScenario, scenarios } from "./all.ts";

// Each over ten seeds here; `npm run scenarios` runs each over a hundred, or as many as it is told.

const seeds = 10;

t.test("every test of the 6.5840 labs passes on every seed", async (t) => {
  for (const scenario of scenarios) {
    t.same(runScenario(scenario, seeds), [], scenario.name);
  }
});
