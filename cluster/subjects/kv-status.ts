import type { ClientEnv, Json, NodeName } from "../env/env.ts";
import type { Membership, NodeStatus, StatusProbe } from "../subject.ts";

/** `Subject.status` over `GET /status`. An answer that is not a status counts as silence. */
export function probeStatus(
  env: ClientEnv,
  node: NodeName,
  timeoutMs: number,
  done: (probe: StatusProbe) => void,
): void {
  env.requester.request(node, { method: "GET", path: "/status" }, timeoutMs, (outcome) => {
    if (outcome.kind === "not-sent") return done({ kind: "refused" });
    if (outcome.kind === "lost" || outcome.status !== 200) return done({ kind: "silent" });
    const status = parseStatus(outcome.body);
    done(status === null ? { kind: "silent" } : { kind: "answers", status });
  });
}

const roles: readonly unknown[] = ["leader", "follower", "candidate", "single"];

function parseStatus(body: Json): NodeStatus | null {
  if (typeof body !== "object" || body === null) return null;
  const { role, term, leader, commitIndex, lastApplied, wallMs } = body as Partial<NodeStatus>;
  const isStatus =
    roles.includes(role) &&
    (leader === null || typeof leader === "string") &&
    [term, commitIndex, lastApplied, wallMs].every((field) => typeof field === "number");
  if (!isStatus) return null;
  const members = parseMembers(body);
  const status = { role, term, leader, commitIndex, lastApplied, wallMs } as NodeStatus;
  return members === null ? status : { ...status, members };
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
