import type { ClientEnv, Json, NodeName, Request } from "../env/env.ts";
import type { Membership, NodeStatus, StatusProbe } from "../subject.ts";

const request: Request = { method: "GET", path: "/status" };

/** `Subject.status` over `GET /status`. An answer that is not a status counts as silence. */
export function probeStatus(
  env: ClientEnv,
  node: NodeName,
  timeoutMs: number,
  done: (probe: StatusProbe) => void,
): void {
  env.requester.request(node, request, timeoutMs, (outcome) => {
    if (outcome.kind === "not-sent") return done({ kind: "refused" });
    if (outcome.kind === "lost" || outcome.status !== 200) return done({ kind: "silent" });
    const status = parseStatus(outcome.body);
    done(status === null ? { kind: "silent" } : { kind: "answers", status });
  });
}

function parseStatus(body: Json): NodeStatus | null {
  if (typeof body !== "object" || body === null) return null;
  const { role, term, leader, commitIndex, lastApplied, wallMs } = body as Partial<NodeStatus>;
  if (!isRole(role) || (leader !== null && typeof leader !== "string")) return null;
  if (typeof term !== "number" || typeof commitIndex !== "number") return null;
  if (typeof lastApplied !== "number" || typeof wallMs !== "number") return null;
  const members = parseMembers(body);
  if (members === null) return { role, term, leader, commitIndex, lastApplied, wallMs };
  return { role, term, leader, commitIndex, lastApplied, wallMs, members };
}

function isRole(role: unknown): role is NodeStatus["role"] {
  return role === "leader" || role === "follower" || role === "candidate" || role === "single";
}

/** Null where members never change. */
function parseMembers(body: object): Membership | null {
  const { voters, learners, settled } = body as { readonly [field: string]: unknown };
  if (!areNames(voters) || !areNames(learners)) return null;
  return { voters, learners, isSettled: settled === true };
}

function areNames(value: unknown): value is readonly NodeName[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}
