import t from "tap";
import type { Op } from "../history.ts";
import { checker } from "./answers.ts";

const unbounded = { stepsMax: Infinity, configurationsMax: Infinity, shouldStop: () => false };

const ok = { status: 200, version: 4 };
const higher = { status: 409, error: "ErrVersion", version: 5 };
const lower = { status: 409, error: "ErrVersion", version: 2 };
const noKey = { status: 404, error: "ErrNoKey" };
const redirect = { status: 421, error: "not-leader" };
const bad = { status: 400, error: "bad-request" };
const unknown = { status: 503, error: "outcome-unknown" };
const proxy = { status: 200 };
const lost = { lost: "timeout" };
const refused = { notSent: "ECONNREFUSED" };

/** A history of one put at version 3 (or an append) that ended so. */
function historyOf(ending: string, wire: readonly object[] | undefined, f: string): Op[] {
  const [type = "", error] = ending.split(" ");
  const end = { index: 1, time: 1, process: 0, type, f, key: "k", ...(error && { error }), wire };
  const value = f === "put" ? { value: "v", version: 3 } : "v";
  return [{ index: 0, time: 0, process: 0, type: "invoke", f, key: "k", value }, end as Op];
}

function verdictOf(ending: string, wire: readonly object[], f = "put"): string {
  return checker.check(historyOf(ending, wire, f), {}, unbounded).verdict;
}

t.test("what a put says agrees with its copies", async (t) => {
  const right: readonly [string, readonly object[]][] = [
    ["ok", [lost, ok]],
    ["ok", [unknown, redirect, ok]],
    ["fail ErrVersion", [redirect, higher]],
    ["fail ErrNoKey", [refused, noKey]],
    ["fail bad-request", [redirect, bad]],
    ["fail not-leader", [redirect, redirect]],
    ["info ErrMaybe", [lost, higher]],
    ["info ErrMaybe", [proxy, redirect, higher]],
    ["info timeout", [lost, lost]],
    ["info timeout", [lost, lower]],
    ["info timeout", [lost, noKey]],
  ];
  for (const [ending, wire] of right) t.equal(verdictOf(ending, wire), "valid", ending);
});

t.test("more doubt than there is, or less, is a wrong answer", async (t) => {
  const wrong: readonly [string, readonly object[]][] = [
    ["info ErrMaybe", [lost, ok]],
    ["info timeout", [lost, ok]],
    ["fail ErrVersion", [ok, higher]],
    ["info ErrMaybe", [lost, lower]],
    ["info ErrMaybe", [lost, noKey]],
    ["info ErrMaybe", [redirect, higher]],
    ["fail ErrVersion", [lost, higher]],
    ["fail not-leader", [unknown, redirect]],
    ["fail ErrNoKey", [proxy, noKey]],
    ["ok", [lost, higher]],
    ["ok", [proxy, lost]],
  ];
  for (const [ending, wire] of wrong) t.equal(verdictOf(ending, wire), "invalid", ending);

  const { anomalies } = checker.check(historyOf("info ErrMaybe", [lost, ok], "put"), {}, unbounded);
  t.match(anomalies, [
    {
      kind: "wrong-answer",
      key: "k",
      operation: 0,
      expected: "ok: a copy was acknowledged",
      observed: /put -> ErrMaybe, its copies: .*timeout.*200/,
    },
  ]);
});

t.test("a refusal proves nothing of an append", async (t) => {
  t.equal(verdictOf("info http-409", [higher, lost], "append"), "valid");
  t.equal(verdictOf("fail ErrVersion", [lost, higher], "append"), "invalid");
  t.equal(verdictOf("ok", [lost, ok], "append"), "valid");
});

t.test(
  "an append whose session had expired did nothing, whatever it says of earlier copies",
  async (t) => {
    const expired = { status: 409, error: "ErrSession" };

    t.equal(verdictOf("fail not-leader", [expired, redirect], "append"), "valid");
    t.equal(verdictOf("fail not-leader", [expired, redirect], "put"), "invalid");
    t.equal(verdictOf("fail ErrSession", [lost, expired], "append"), "invalid");
    t.equal(verdictOf("ok", [expired, ok], "append"), "valid");
  },
);

t.test("other functions, and operations that were sent once, are not judged", async (t) => {
  t.equal(verdictOf("ok", [lost, higher], "acquire"), "valid");
  const once = checker.check(historyOf("ok", undefined, "put"), {}, unbounded);
  t.match(once, { verdict: "valid", stats: { resent: 0 } });
});
