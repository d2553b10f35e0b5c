import t from "tap";
import type { FaultBand } from "../fault-bands.ts";
import { signatureOf } from "./signature.ts";

const band = (kind: string, from: number, to: number, node: string): FaultBand => ({
  id: `${kind}-1`,
  kind,
  label: kind,
  targets: [node],
  from,
  to,
  effective: true,
  touched: [{ node, state: "paused", clause: "was paused" }],
});
const stale = {
  checker: "linearizable",
  class: "stale-read",
  kind: "unordered",
  isRefined: true,
  culprit: { nodes: ["n2"], from: 10e9, to: 10.1e9 },
  bands: [band("pause", 8e9, 9e9, "n2"), band("kill", 9e9, 12e9, "n4")],
  subject: "raft-kv",
  bug: "M28",
} as const;

t.test("a signature knows nothing of nodes, times and seeds", async (t) => {
  const other = signatureOf({
    ...stale,
    culprit: { nodes: ["n5"], from: 3e9, to: 4e9 },
    bands: [band("pause", 2e9, 3.5e9, "n5")],
  });

  t.equal(signatureOf(stale).text, "linearizable: stale-read; under pause; raft-kv with M28");
  t.same(other, signatureOf(stale));
  t.match(other.id, /^[0-9a-f]{8}$/);
  t.equal(other.general, "linearizable: unordered; under pause; raft-kv with M28");
});

t.test("it changes with everything that makes an anomaly another one", async (t) => {
  const variants = [
    stale,
    { ...stale, checker: "set" },
    { ...stale, class: "lost-write" },
    { ...stale, bands: [] },
    { ...stale, subject: "kvsrv" },
    { ...stale, bug: null },
  ] as const;
  t.equal(new Set(variants.map((variant) => signatureOf(variant).id)).size, variants.length);
});

t.test(
  "a fault that ended two seconds before is still one at its node, then no more",
  async (t) => {
    const ended = (to: number) =>
      signatureOf({ ...stale, bands: [band("pause", 1e9, to, "n2")] }).faults;
    t.same(ended(8e9), ["pause"]);
    t.same(ended(7.9e9), []);
  },
);

t.test("an anomaly at no node counts what was active anywhere", async (t) => {
  const { faults } = signatureOf({ ...stale, culprit: { ...stale.culprit, nodes: [] } });
  t.same(faults, ["kill", "pause"]);
});

t.test("a broken promise of Raft is named, a sentence of another checker is not", async (t) => {
  const expected = "leader-completeness: a committed entry is in the logs of all later leaders";
  const rule = (name: "broken-invariant" | "phantom") =>
    signatureOf({ ...stale, class: name, expected }).rule;
  t.equal(rule("broken-invariant"), "leader-completeness");
  t.equal(rule("phantom"), null);
});
