import { LogLab } from "./log-lab.ts";
import type { Scenario } from "./scenario.ts";

/** Lab 3A. */
export const elections: readonly Scenario[] = [
  {
    name: "3A InitialElection",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 3, seed });
      lab.checkOneLeader();
      lab.sleep(50);
      const term = lab.checkTerms();
      if (term < 1) lab.fail(`the leader's term is ${term}, expected at least 1`);
      lab.sleep(2000);
      if (lab.checkTerms() !== term) lab.fail("the term changed although nothing failed");
      lab.checkOneLeader();
    },
  },
  {
    name: "3A ReElection",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 3, seed });
      const first = lab.checkOneLeader();
      lab.disconnect(first);
      lab.checkOneLeader();
      lab.connect(first);
      const second = lab.checkOneLeader();
      const third = lab.other(second);
      lab.disconnect(second, third);
      lab.sleep(2000);
      lab.checkNoLeader();
      lab.connect(third);
      lab.checkOneLeader();
      lab.connect(second);
      lab.checkOneLeader();
    },
  },
  {
    name: "3A ManyElections",
    run: (seed) => {
      const lab = new LogLab({ nodeCount: 7, seed });
      lab.checkOneLeader();
      for (let round = 0; round < 9; round++) {
        const cut = [0, 1, 2].map(() => lab.rng.pick(lab.nodes));
        lab.disconnect(...cut);
        lab.checkOneLeader();
        lab.connect(...cut);
      }
      lab.checkOneLeader();
    },
  },
];
