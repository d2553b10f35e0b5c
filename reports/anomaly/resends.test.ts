import t from "tap";
import { type Copies, type Copy, copiesKey } from "../copies.ts";
import type { PairedOperation } from "../operations.ts";
import { copiesClause, executable, mistakenGrant } from "./resends.ts";

const operation: PairedOperation = {
  index: 0,
  process: 4,
  f: "append",
  key: "k",
  input: "a",
  output: "a",
  outcome: "ok",
  error: null,
  node: "n2",
  call: 1e9,
  return: 3e9,
};
const lost = { to: "n1", sent: 1e9, back: 2e9, answer: "no answer", outcome: "unknown" } as const;
const refused = { ...lost, to: "n3", answer: "409 ErrVersion", outcome: "refused" } as const;
const done = { ...lost, to: "n2", sent: 2.5e9, answer: "200", outcome: "done" } as const;

function sent(copies: readonly Copy[]): Copies {
  return new Map([[copiesKey(4, 3e9), copies]]);
}

t.test("of a duplicate the copies that may have been executed are told", async (t) => {
  const found = { class: "duplicate", text: "", culprit: null, rival: operation } as const;
  t.equal(
    copiesClause(found, sent([lost, refused, done])),
    "its request had been sent to n1 at 1.00 s (no answer), to n2 at 2.50 s (acknowledged)",
  );
  t.match(copiesClause(found, sent([lost, lost, lost, done])), / and 1 more$/);
  t.equal(copiesClause(found, sent([refused, done])), "", "only one can have been");
  t.equal(copiesClause(found, undefined), "");
  t.match(executable(operation, sent([refused, lost])), { node: "n1", return: lost.back });
  t.equal(executable(operation, sent([refused, refused])), null);
});

t.test("of a wrong error, the copy that it does not fit", async (t) => {
  const culprit = { ...operation, outcome: "fail" } as const;
  const found = { class: "wrong-error", text: "", culprit, rival: null } as const;
  t.equal(
    copiesClause(found, sent([refused, lost, refused])),
    "the copy to n1, sent at 1.00 s, had no answer at 2.00 s",
  );
  const open = { ...found, culprit: { ...operation, outcome: "info" } } as const;
  t.match(copiesClause(open, sent([lost, done])), /^the copy to n2, .* as 200 at /);
});

t.test("of a lock, that its last request was refused", async (t) => {
  const found = { class: "broken-lock", text: "", culprit: operation, rival: null } as const;
  t.equal(
    copiesClause(found, sent([lost, refused])),
    "that was the last of 2 requests of client 4 for it, 1 before it had no answer",
  );
  t.equal(copiesClause(found, sent([lost, done])), "");
  const text =
    "client 4 was granted the lock k by n3 at 3.00 s, but client 5 was granted it too, at 2.00 s";
  const culprit = { ...operation, f: "acquire" };
  const atOnce = { ...refused, back: 3e9 };
  t.equal(
    mistakenGrant({ ...found, culprit, text }, sent([lost, atOnce])),
    "client 4 took the answer 409 ErrVersion of n3 at 3.00 s for a grant of the lock k, but client 5 was granted it at 2.00 s",
  );
  t.equal(mistakenGrant({ ...found, culprit, text }, sent([lost, done])), null);
  t.equal(mistakenGrant({ ...found, text }, sent([lost, atOnce])), null, "no grant at all");
  const looked = mistakenGrant({ ...found, culprit, text }, sent([lost, refused]));
  t.equal(looked, null, "it had the time to look whose it was");
  t.match(
    mistakenGrant({ ...found, culprit, rival: culprit, text }, sent([lost, atOnce])),
    /, but client 5 had taken it on such an answer, too, at 2\.00 s$/,
  );
});
