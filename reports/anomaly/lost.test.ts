import t from "tap";
import type { PairedOperation } from "../operations.ts";
import type { TraceLine } from "../result.ts";
import { lookupIn } from "../testing/lookup.ts";
import type { Finding } from "./facts.ts";
import { withLoss } from "./lost.ts";

const second = 1e9;

function op(index: number, at: number, rest: Partial<PairedOperation>): PairedOperation {
  const call = at * second;
  const none = { input: undefined, output: undefined, error: null };
  const fields = {
    index,
    process: index,
    key: "k1",
    outcome: "ok",
    call,
    return: call + 1e7,
  } as const;
  return { f: "get", node: "n1", ...none, ...fields, ...rest };
}

const put = op(0, 10, { f: "put", input: { value: "b", version: 1 } });
const read = op(1, 40, { node: "n2", output: { value: "a", version: 1 } });
const stale: Finding = { class: "stale-read", text: "old", culprit: read, rival: put };

function led(node: string, at: number, term: number): Record<string, TraceLine[]> {
  return {
    [node]: [
      { mono: at * second, kind: "role", role: "leader", term },
      { mono: (at + 0.5) * second, kind: "commit", term, index: 9 },
    ],
  };
}

t.test(
  "what a settled leader of a later term does not have is lost, and not read late",
  async (t) => {
    const traces = { ...led("n1", 1, 1), ...led("n2", 30, 2) };
    const found = withLoss(stale, lookupIn([put, read]), traces);
    t.equal(found.class, "lost-write");
    t.equal(
      found.text,
      "client 0's put k1 = b at version 1, acknowledged by n1 at 10.01 s, is lost; 30.00 s later client 1 read a (version 1) from n2, the leader of term 2, at 40.01 s",
    );

    const seen = op(2, 50, { node: "n2", output: { value: "b", version: 2 } });
    t.equal(withLoss(stale, lookupIn([put, read, seen]), traces), stale, "it was there after all");
    const fresh = { ...traces, ...led("n2", 39, 2) };
    t.equal(withLoss(stale, lookupIn([put, read]), fresh), stale, "it may not have found out yet");
    const same = { ...led("n1", 1, 2), ...led("n2", 30, 2) };
    t.equal(withLoss(stale, lookupIn([put, read]), same), stale, "no later term");
    t.equal(withLoss(stale, lookupIn([put, read]), {}), stale, "without traces nothing is claimed");
  },
);
