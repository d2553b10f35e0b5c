import type { NodeName } from "../env/env.ts";
import type { ClientContext, Completion } from "../subject.ts";
import type { Clerk } from "./kv-clerk.ts";

/**
 * A lock on top of versions: a key that holds the id of its holder, or `""` when nobody has it.
 *
 * No lease: a holder that never comes back keeps the lock. Only its holder changes a lock that is
 * held, which is why a look at the key decides what an unanswered put did.
 */
export type Lock = {
  /**
   * Waits until the lock is free. `fail` (`held`, `not-tried`, ...) only when no copy of an attempt can still
   * take it; an attempt that cannot be decided in time is `info`, and may take the lock yet.
   */
  acquire(key: string, timeoutMs: number, done: (completion: Completion) => void): void;
  /** `fail` with `not-held` when this client does not have the lock. */
  release(key: string, timeoutMs: number, done: (completion: Completion) => void): void;
};

const free = "";
/** Between two looks at a lock that somebody else holds. */
const pollMs = 20;

export function openLock(context: ClientContext, clerk: Clerk): Lock {
  const { clock } = context.env;
  /** Version of each lock this client holds. */
  const held = new Map<string, number>();
  let acquireCount = 0;

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
        if (value === id) return take(version, node);
        // Beyond that version, and the value is not ours: the put never was and never will be.
        if (doubtful !== null && version > doubtful.version) doubtful = null;
        if (value === null || value === free) return attempt(version);
        wait("held", node);
      });
    }

    function attempt(version: number): void {
      clerk.put(key, { value: id, version }, leftMs(), (result) => {
        if (result.type === "ok") return take(result.version, result.node);
        if (result.type === "fail") return wait(result.error, result.node);
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
    clerk.put(key, { value: free, version }, timeoutMs, (result) => {
      const { node } = result;
      // ErrMaybe: the key is beyond our version, and only our own copy can have brought it there.
      if (result.type === "ok" || result.error === "ErrMaybe") {
        held.delete(key);
        return done({ type: "ok", node });
      }
      const isLost = result.error === "ErrVersion" || result.error === "ErrNoKey";
      if (isLost) held.delete(key);
      done({ type: result.type, error: isLost ? "not-held" : result.error, node });
    });
  }

  return { acquire, release };
}
