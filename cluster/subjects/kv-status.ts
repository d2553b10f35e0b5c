import type { ClientEnv, Json, NodeName } from "../env/env.ts";
import type { NodeStatus, StatusProbe } from "../subject.ts";

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
  return { role, term, leader, commitIndex, lastApplied, wallMs } as NodeStatus;
}
