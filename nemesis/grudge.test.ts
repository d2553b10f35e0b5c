import fc from "fast-check";
import t from "tap";
import type { Link } from "../cluster/control.ts";
import {
  bridge,
  halves,
  isolate,
  linkKey,
  majoritiesRing,
  majoritySize,
  oneWay,
} from "./grudge.ts";
import { hasConnectedMajority } from "./quorum.ts";

const nodesFrom = (countMin: number) =>
  fc.integer({ min: countMin, max: 9 }).map((count) => {
    return Array.from({ length: count }, (_, at) => `n${at + 1}`);
  });

/** The nodes whose messages reach `to`, itself included. */
function heardBy(to: string, nodes: readonly string[], links: readonly Link[]): string[] {
  const cut = new Set(links.map(linkKey));
  return nodes.filter((from) => !cut.has(linkKey({ from, to })));
}

t.test("a majority is more than half", async (t) => {
  t.same([1, 2, 3, 4, 5, 6, 7].map(majoritySize), [1, 2, 2, 3, 3, 4, 4]);
});

t.test("every shape names links between different nodes of the cluster, each once", async () => {
  const property = fc.property(nodesFrom(3), (nodes) => {
    const victim = nodes[1] ?? "";
    const shapes = [
      isolate(nodes, victim),
      halves(nodes),
      bridge(nodes),
      majoritiesRing(nodes),
      oneWay(nodes, victim, "only-hears"),
    ];
    return shapes.every(
      (links) =>
        links.length > 0 &&
        new Set(links.map(linkKey)).size === links.length &&
        links.every(({ from, to }) => from !== to && nodes.includes(from) && nodes.includes(to)),
    );
  });
  fc.assert(property);
});

t.test("isolate: the victim hears itself only, all others hear each other", async () => {
  const property = fc.property(nodesFrom(2), fc.nat(), (nodes, pick) => {
    const victim = nodes[pick % nodes.length] ?? "";
    const links = isolate(nodes, victim);
    return nodes.every((node) => {
      const heard = heardBy(node, nodes, links);
      return node === victim ? heard.length === 1 : heard.length === nodes.length - 1;
    });
  });
  fc.assert(property);
});

t.test("halves: two groups that differ by one node at most, each hears itself only", async () => {
  const property = fc.property(nodesFrom(2), (nodes) => {
    const links = halves(nodes);
    const groups = new Set(nodes.map((node) => heardBy(node, nodes, links).join()));
    const sizes = [...groups].map((group) => group.split(",").length);
    return (
      sizes.length === 2 &&
      Math.max(...sizes) - Math.min(...sizes) <= 1 &&
      sizes.reduce((sum, size) => sum + size, 0) === nodes.length
    );
  });
  fc.assert(property);
});

t.test(
  "bridge: one node hears all, and is all that two others of different halves share",
  async () => {
    const property = fc.property(nodesFrom(3), (nodes) => {
      const links = bridge(nodes);
      const heard = nodes.map((node) => heardBy(node, nodes, links));
      const groups = new Set(heard.map((group) => group.join()));
      const bridges = heard.filter((group) => group.length === nodes.length);
      const [one = [], other = []] = heard.filter((group) => group.length < nodes.length);
      const last = heard.at(-1) ?? other;
      return (
        bridges.length === 1 &&
        groups.size === 3 &&
        one.filter((node) => last.includes(node)).length === 1
      );
    });
    fc.assert(property);
  },
);

t.test("majorities ring: every node hears a majority, no two the same one", async () => {
  const property = fc.property(nodesFrom(3), (nodes) => {
    const links = majoritiesRing(nodes);
    const heard = nodes.map((node) => heardBy(node, nodes, links));
    return (
      heard.every((group) => group.length === majoritySize(nodes.length)) &&
      heard.every((group, at) => group.includes(nodes[at] ?? "")) &&
      new Set(heard.map((group) => group.join())).size === nodes.length
    );
  });
  fc.assert(property);
});

t.test("majorities ring: of five, every node and its neighbours hear each other", async (t) => {
  const nodes = ["n1", "n2", "n3", "n4", "n5"];
  const links = majoritiesRing(nodes);
  t.same(heardBy("n1", nodes, links), ["n1", "n2", "n5"]);
  t.same(heardBy("n3", nodes, links), ["n2", "n3", "n4"]);
});

t.test("majorities ring: no majority hears each other", async () => {
  const property = fc.property(
    nodesFrom(3),
    (nodes) => !hasConnectedMajority(nodes, [{ cut: majoritiesRing(nodes) }]),
  );
  fc.assert(property);
});

t.test("one way: every link of the victim is cut in one direction, no other is", async () => {
  const property = fc.property(
    nodesFrom(2),
    fc.constantFrom("only-hears" as const, "only-sends" as const),
    (nodes, left) => {
      const victim = nodes[0] ?? "";
      const links = oneWay(nodes, victim, left);
      const victimHears = heardBy(victim, nodes, links).length;
      const hearVictim = nodes.filter((node) => heardBy(node, nodes, links).includes(victim));
      const [hears, sends] = left === "only-hears" ? [nodes.length, 1] : [1, nodes.length];
      return (
        links.length === nodes.length - 1 && victimHears === hears && hearVictim.length === sends
      );
    },
  );
  fc.assert(property);
});
