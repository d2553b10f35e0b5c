import type { Copies } from "../copies.ts";
import { asVersioned, formatTook, isRead, type Versioned } from "../describe.ts";
import type { PairedOperation } from "../operations.ts";
import { type Finding, overlapOf, who } from "./facts.ts";
import { type InsideAnomaly, proofClause, ruleOfInvariant } from "./inside.ts";
import { copiesOf, mistakenGrant } from "./resends.ts";
import { isDeposed, type Serving } from "./serving.ts";

/** The rule that the facts point to. */
export type Rule = {
  /** `proven`: the nodes' own traces show it broken; else it is what the facts point to. */
  readonly certainty: "proven" | "likely";
  readonly text: string;
  /** Why that one: the facts it rests on, one clause. */
  readonly because: string;
};

const freshNs = 2e9;

/** What is known of the inside of the nodes. */
type Known = {
  readonly inside: InsideAnomaly | null;
  readonly raftHeld: boolean;
  /** Nodes whose traces are missing, of a run with traces: nothing is concluded from what they do not show. */
  readonly missing?: readonly string[];
};

/**
 * Which rule was broken, as far as facts tell: an invariant that the traces show broken before the answer,
 * else what the role of the serving node suggests; null where nothing does.
 */
export function ruleOf(
  finding: Finding,
  serving: Serving | null,
  { inside, raftHeld, missing = [] }: Known,
): Rule | null {
  const { culprit } = finding;
  const end = culprit === null ? Infinity : (culprit.return ?? Infinity);
  const invariant = inside !== null && (inside.time ?? 0) <= end ? ruleOfInvariant(inside) : null;
  if (inside !== null && invariant !== null) {
    return {
      certainty: "proven",
      text: invariant,
      because: proofClause(inside),
    };
  }
  const hasRoles = serving !== null || missing.length > 0;
  return byRole(finding, serving, missing) ?? byClass(finding, { hasRoles, raftHeld });
}

/** Of a client that took a refusal for a grant; null of anything else. */
export function ruleOfMistake(finding: Finding, copies: Copies | undefined): Rule | null {
  const { class: kind, culprit } = finding;
  if (kind !== "broken-lock" || mistakenGrant(finding, copies) === null) return null;
  const answer = copiesOf(culprit, copies).at(-1)?.answer ?? "a refusal";
  return likely(
    "a client holds a lock only once a request of its own was acknowledged, or a look shows that it is its own",
    `${answer} is no grant: another client may have been faster`,
  );
}

function likely(text: string, because: string): Rule {
  return { certainty: "likely", text, because };
}

function byRole(
  finding: Finding,
  serving: Serving | null,
  missing: readonly string[],
): Rule | null {
  const { culprit } = finding;
  // What a client makes of its answers is no matter of who leads.
  if (culprit === null || serving === null || finding.class === "wrong-error") return null;
  const { node, term, successor, role } = serving;
  const isOld = finding.class === "stale-read" || finding.class === "non-monotonic-read";
  if (isDeposed(serving) && successor !== null) {
    const because = `${node} answered as leader of term ${term} while ${successor.node} led term ${successor.term}`;
    return isRead(culprit) || isOld
      ? likely(
          "a leader confirms with a majority that it still leads before it answers a read (Raft paper §8; ReadIndex)",
          because,
        )
      : likely(
          "a leader answers a write only once a majority has it on disk (Raft paper §5.3)",
          because,
        );
  }
  if (!isOld) return null;
  if (role !== "leader") {
    return likely(
      "only a leader that is confirmed by a majority answers reads (Raft paper §8)",
      `${node} was a ${role}`,
    );
  }
  // With a trace missing, somebody else may have led as well: that it was new need not be the reason.
  return missing.length === 0 ? ofNewLeader(serving, culprit.call) : null;
}

/** Null of a leader that was not new, or had committed an entry of its own term before it was asked. */
function ofNewLeader(serving: Serving, asked: number): Rule | null {
  const { node, term, since, committedAt, restartedAt } = serving;
  if (asked - since >= freshNs || (committedAt !== null && committedAt <= asked)) return null;
  const restarted = restartedAt === null ? "" : ", after it had been started again,";
  return likely(
    "a new leader commits an entry of its own term before it answers reads (Raft paper §8)",
    `${node} had become leader of term ${term}${restarted} shortly before, and its trace shows no entry of that term committed by then`,
  );
}

/** What a client owes to whoever asked it. */
const promisesOf: Readonly<Record<PairedOperation["outcome"], string>> = {
  ok: "a client reports success only if a copy of its request was acknowledged",
  fail: "a client reports a refusal only if no copy of its request can have taken effect",
  info: "a client leaves an outcome open only while no copy of its request was acknowledged or refused for good",
};

/** What holds of any store. */
function byClass(finding: Finding, known: { hasRoles: boolean; raftHeld: boolean }): Rule | null {
  switch (finding.class) {
    case "duplicate":
      return likely(
        "a request that is sent again is executed once: the state machine knows what it has done for a session (Raft paper §8)",
        "the element was appended by one request only",
      );
    case "broken-lock":
      return finding.culprit?.f === "write"
        ? likely(
            "a resource refuses a token older than the newest it has seen (fencing)",
            "an older token was taken after a newer one",
          )
        : likely(
            "a lock has one holder at a time, and only its holder gives it up",
            holdersClause(finding),
          );
    case "wrong-error":
      return likely(
        promisesOf[finding.culprit?.outcome ?? "fail"],
        "the client reported what the answers to its copies did not let it know",
      );
    case "dirty-read":
      return likely("what was refused takes no effect", "the value is that of a refused write");
    case "phantom":
    case "lost-write":
    case "duplicate-version":
    case "split-brain":
      return byContents(finding, known);
    default:
      return null;
  }
}

function holdersClause({ culprit, rival }: Finding): string {
  return culprit?.f === "acquire" && rival?.f === "acquire"
    ? `${who(rival)} and ${who(culprit)} were both granted it`
    : "what was answered does not fit who holds it";
}

function byContents(
  finding: Finding,
  { hasRoles, raftHeld }: { hasRoles: boolean; raftHeld: boolean },
): Rule | null {
  const { culprit, rival } = finding;
  if (culprit === null) return null;
  if (rival?.f === "append" && raftHeld) {
    return likely(
      "an acknowledgement belongs to the request that was executed (client sessions, Raft paper §8)",
      "the traces show that no node lost a committed entry",
    );
  }
  if (finding.class === "lost-write" && hasRoles && rival !== null && isRead(culprit)) {
    return likely(
      "a committed entry is in the logs of all later leaders (Raft paper, figure 3, §5.4)",
      `${rival.node ?? "a leader"} acknowledged the write, and ${culprit.node ?? "a later one"} does not have it`,
    );
  }
  const version = asVersioned(isRead(culprit) ? culprit.output : culprit.input);
  if (version === null || hasRoles) return null;
  if (finding.class === "phantom" && rival !== null && isLeft(version, rival)) {
    return likely(
      "a put makes the version after the one that it names, of an absent key version 1",
      `the value of ${who(rival)}'s put was read at version ${version.version}, the one that the put names`,
    );
  }
  return likely(
    "a put takes effect only at the version that it names; check and store are one step",
    finding.class === "phantom"
      ? "the value is that of a put which names another version"
      : overlapClause(finding),
  );
}

/** Whether a put's value was read at the version that it was to replace. */
function isLeft(seen: Versioned, put: PairedOperation): boolean {
  return !isRead(put) && asVersioned(put.input)?.version === seen.version;
}

/** Two puts that were under way at a time point to a check that was not one step with its store. */
function overlapClause({ culprit, rival }: Finding): string {
  const claim = "one version was made twice";
  if (culprit === null || rival === null || isRead(culprit) || isRead(rival)) return claim;
  const overlap = overlapOf(culprit, rival);
  return overlap > 0 ? `${claim}, by two calls that overlapped by ${formatTook(overlap)}` : claim;
}
