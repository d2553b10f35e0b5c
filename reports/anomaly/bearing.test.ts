import t from "tap";
import type { PairedOperation } from "../operations.ts";
import { bearingOn, type Served } from "./bearing.ts";
import { type InsideAnomaly, insideClause, type NearViolation } from "./inside.ts";

const second = 1e9;

function broken(
  at: number,
  node: string,
  place: { readonly term?: number; readonly index?: number },
): NearViolation {
  const observed = `${node} broke ${JSON.stringify(place)}.`;
  return {
    kind: "broken-invariant",
    related: [],
    time: at * second,
    nodes: [node],
    observed,
    ...place,
  };
}

function servedBy(node: string, at: number, term: number): Served {
  const operation = { node, call: at * second, return: (at + 0.1) * second, outcome: "ok" };
  const serving = { node, term, role: "leader", since: 14 * second };
  return { operation, serving } as unknown as Served;
}

const first: InsideAnomaly = { ...broken(1, "n9", { term: 1 }), violations: 70 };
const served = [servedBy("n2", 20, 4), servedBy("n4", 21, 4)];

function chosen(...near: readonly NearViolation[]): string | undefined {
  return bearingOn({ ...first, near }, served).observed;
}

t.test(
  "an election of the term that a node answered in, or an entry of while it did",
  async (t) => {
    const election = broken(15, "n4", { term: 4 });
    t.equal(chosen(broken(15, "n4", { term: 3 }), election), election.observed);
    const entry = broken(20.05, "n2", { term: 4, index: 7 });
    t.equal(chosen(broken(19, "n2", { term: 4, index: 6 }), entry), entry.observed);
    t.equal(chosen(entry, election), election.observed, "what came first");
    const incomplete = broken(14, "n4", { term: 3, index: 5 });
    t.equal(chosen(incomplete, election), incomplete.observed, "it could not become what it was");
  },
);

t.test("where nothing bears on it, the first of the run is told as such", async (t) => {
  t.equal(chosen(broken(15, "n3", { term: 4 }), broken(22, "n4", { term: 4 })), first.observed);
  const culprit = { call: 21 * second, return: 21.1 * second } as PairedOperation;
  const tell = (...near: readonly NearViolation[]) =>
    insideClause(bearingOn({ ...first, near }, served), culprit);
  t.match(tell(), /^inside, before that, at 1\.00 s, n9 broke .* \(the first of 70 violations\)$/);
  t.match(tell(broken(15, "n4", { term: 4 })), / n4 broke .* \(one of 70 violations\)$/);
});
