import type { NodeName } from "../env/env.ts";
import type { ClientContext, Completion } from "../subject.ts";
import type { Clerk, ClerkResult } from "./kv-clerk.ts";

/**
 * A lock on top of versions: a key that holds the id of its holder, or `""` when nobody has it.
 *
 * The version at which it was taken is the holder's token: each later holder has a higher one.
 * Without a lease only its holder changes a lock that is held, which is why a look at the key
 * decides what an unanswered put did; and a holder that never comes back keeps it.
 */
export type Lock = {
  /**
   * Waits until the lock is free. `fail` (`held`, `not-tried`, ...) only when no copy of an attempt can still
   * take it; an attempt that cannot be decided in time is `info`, and may take the lock yet.
   */
  acquire(key: string, timeoutMs: number, done: (completion: Completion) => void): void;
  /** `fail` with `not-held` when this client does not have the lock. */
  release(key: string, timeoutMs: number, done: (completion: Completion) => void): void;
  /** Of the last acquire that succeeded and was not released. */
  token(key: string): number | undefined;
};

/** The decisions of a lock's client; a planted bug replaces one. */
export type LockRules = {
  /** Whether the key holds what this acquire put there. */
  readonly isOwn: (value: string | null, id: string) => boolean;
  /** Whether a put of which nobody knows whether it took the lock counts as having taken it. */
  readonly countsAsTaken: (error: string) => boolean;
  /** Frees a lock that was taken at `version`. */
  readonly free: (
    clerk: Clerk,
    lock: { readonly key: string; readonly version: number },
    timeoutMs: number,
    done: (result: ClerkResult) => void,
  ) => void;
};

/** The value of a lock that nobody has. */
export const free = "";

export const lockRules: LockRules = {
  isOwn: (value, id) => value === id,
  countsAsTaken: () => false,
  free: (clerk, { key, version }, timeoutMs, done) =>
    clerk.put(key, { value: free, version }, timeoutMs, done),
};

export type LockOptions = {
  readonly rules: LockRules;
  /** How long a holder may count on the lock; absent: for ever. */
  readonly leaseMs?: number;
};

/** Between two looks at a lock that somebody else holds. */
const pollMs = 50;

export function openLock(
  context: ClientContext,
  clerk: Clerk,
  { rules, leaseMs = Infinity }: LockOptions,
): Lock {
  const { clock } = context.env;
  /** Version of each lock this client holds. */
  const held = new Map<string, number>();
  let acquireCount = 0;
  const hasExpired = watchLeases(clock.now, leaseMs);

  function acquire(key: string, timeoutMs: number, done: (completion: Completion) => void): void {
    acquireCount += 1;
    const id = `p${context.process}-${acquireCount}`;
    const deadlineNs = clock.now() + timeoutMs * 1e6;
    /** The version that an undecided put of our id asks for: it may take effect at that one only. */
    let doubtful: { readonly version: number; readonly error: string } | null = null;

    function leftMs(): number {
      return (deadlineNs - clock.now()) / 1e6;
    }

    function look(): void {
      clerk.get(key, leftMs(), (result) => {
        const { node } = result;
        if (result.type === "info") return giveUp("not-tried", node);
        if (result.type === "fail") return giveUp(result.error, node);
        const { value, version } = result;
        if (rules.isOwn(value, id)) return take(version, node);
        if (doubtful !== null && isRefuted(doubtful.version, version)) doubtful = null;
        const isFree = value === null || value === free;
        if (isFree || hasExpired(key, version)) return attempt(version);
        wait("held", node);
      });
    }

    /** Whether a put that asks for `asked` never was and never will be, the key being another's now. */
    function isRefuted(asked: number, version: number): boolean {
      // Under a lease, ours may have been taken over: only the next version proves that it was not.
      return leaseMs === Infinity ? version > asked : version === asked + 1;
    }

    function attempt(version: number): void {
      clerk.put(key, { value: id, version }, leftMs(), (result) => {
        if (result.type === "ok") return take(result.version, result.node);
        if (result.type === "fail") return wait(result.error, result.node);
        if (rules.countsAsTaken(result.error)) return take(version + 1, result.node);
        doubtful = { version, error: result.error };
        look();
      });
    }

    function take(version: number, node: NodeName): void {
      held.set(key, version);
      done({ type: "ok", node });
    }

    function wait(reason: string, node: NodeName): void {
      if (leftMs() <= pollMs) giveUp(reason, node);
      else clock.setTimer(pollMs, look);
    }

    function giveUp(reason: string, node: NodeName): void {
      if (doubtful === null) {
        done({ type: "fail", error: reason === "ErrVersion" ? "held" : reason, node });
      } else {
        done({ type: "info", error: doubtful.error, node });
      }
    }

    look();
  }

  function release(key: string, timeoutMs: number, done: (completion: Completion) => void): void {
    const version = held.get(key);
    if (version === undefined) {
      done({ type: "fail", error: "not-held" });
      return;
    }
    rules.free(clerk, { key, version }, timeoutMs, (result) => {
      const { node } = result;
      // ErrMaybe: the key is beyond our version. Without a lease only our own copy can have
      // brought it there.
      const isFreed = result.type === "ok" || (result.error === "ErrMaybe" && leaseMs === Infinity);
      if (isFreed) {
        held.delete(key);
        return done({ type: "ok", node });
      }
      const isLost = result.error === "ErrVersion" || result.error === "ErrNoKey";
      if (isLost) held.delete(key);
      done({ type: result.type, error: isLost ? "not-held" : result.error, node });
    });
  }

  return { acquire, release, token: (key) => held.get(key) };
}

/**
 * Tells whether a version of a key has stood for a whole lease since this client first saw it.
 *
 * Durations on the client's own monotonic clock: no two clients compare what their clocks show, and
 * the holder's lease began before anyone saw it.
 */
function watchLeases(
  now: () => number,
  leaseMs: number,
): (key: string, version: number) => boolean {
  const seen = new Map<string, { readonly version: number; readonly atNs: number }>();
  return (key, version) => {
    if (leaseMs === Infinity) return false;
    const last = seen.get(key);
    if (last?.version === version) return now() - last.atNs >= leaseMs * 1e6;
    seen.set(key, { version, atNs: now() });
    return false;
  };
}
