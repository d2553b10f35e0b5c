import type { Outcome, Request } from "../env/env.ts";
import type { GiveOrder, Order, OrderAnswer } from "../subject.ts";

/** `Subject.order` over `POST /transfer` and `POST /members`. */
export const giveKvOrder: GiveOrder = (env, to, order, timeoutMs, done) => {
  env.requester.request(to, formatOrder(order), timeoutMs, (outcome) => done(judgeOrder(outcome)));
};

export function formatOrder({ order, node }: Order): Request {
  if (order === "transfer") return { method: "POST", path: "/transfer", body: { to: node } };
  return { method: "POST", path: "/members", body: { [order]: node } };
}

/** Only the refusals of the API say that nothing was begun; an aborted transfer was, and is over. */
export function judgeOrder(outcome: Outcome): OrderAnswer {
  if (outcome.kind === "not-sent") return { kind: "refused", reason: "nobody listens" };
  if (outcome.kind === "lost") return { kind: "unknown", reason: outcome.error };
  const { status, body } = outcome;
  if (status === 200) return { kind: "done" };
  const reason = errorIn(body) ?? `http-${status}`;
  return { kind: [409, 421].includes(status) ? "refused" : "unknown", reason };
}

function errorIn(body: unknown): string | null {
  const isObject = typeof body === "object" && body !== null && "error" in body;
  return isObject && typeof body.error === "string" ? body.error : null;
}
