import type { NodeName } from "../env/env.ts";
import type { ClientContext, Completion } from "../subject.ts";
import type { Clerk } from "./kv-clerk.ts";

/**
 * A resource that a lock guards: a key that keeps the token of its last writer beside its value, and
 * takes no write with an older one.
 *
 * Its guard is a conditional put: what a write saw and what it replaces are one version, so no
 * writer comes between the comparison of tokens and the write.
 */
export type Resource = {
  /** `fail` with `fenced` when a newer token has written; `info` when its put may have been taken. */
  write(
    key: string,
    entry: Guarded,
    timeoutMs: number,
    done: (completion: Completion) => void,
  ): void;
  /** The value and its writer's token; null and 0 before the first write. */
  read(key: string, timeoutMs: number, done: (completion: Completion) => void): void;
};

export type Guarded = { readonly value: string | null; readonly token: number };

/** The decisions of the resource; a planted bug replaces one. */
export type ResourceRules = {
  /** Whether a writer with `token` may replace what the holder of `tokenSeen` wrote. */
  readonly mayWrite: (token: number, tokenSeen: number) => boolean;
};

export const resourceRules: ResourceRules = {
  mayWrite: (token, tokenSeen) => token >= tokenSeen,
};

/**
 * How long a holder may count on its lock.
 *
 * Nobody compares what two clocks show: who waits for the lock takes it over once one version has
 * stood for this long on its own monotonic clock. A clock that runs fast, or a holder that is slow,
 * cost the holder its lock too early, never the resource its order: that is what tokens are for.
 */
export const leaseMs = 500;

export function openResource(
  { env: { clock } }: ClientContext,
  clerk: Clerk,
  rules: ResourceRules,
): Resource {
  function read(key: string, timeoutMs: number, done: (completion: Completion) => void): void {
    clerk.get(key, timeoutMs, (result) => {
      const { node } = result;
      if (result.type === "ok") done({ type: "ok", value: parseGuarded(result.value), node });
      else done({ type: result.type, error: result.error, node });
    });
  }

  function write(
    key: string,
    entry: Guarded,
    timeoutMs: number,
    done: (completion: Completion) => void,
  ): void {
    const deadlineNs = clock.now() + timeoutMs * 1e6;
    const leftMs = (): number => (deadlineNs - clock.now()) / 1e6;

    function look(): void {
      clerk.get(key, leftMs(), (result) => {
        const { node } = result;
        // No put was sent, or all were refused: this write did nothing.
        if (result.type === "info") return done({ type: "fail", error: "not-tried", node });
        if (result.type === "fail") return done({ type: "fail", error: result.error, node });
        const seen = parseGuarded(result.value);
        if (!rules.mayWrite(entry.token, seen.token)) {
          return done({ type: "fail", error: "fenced", node });
        }
        replace(result.version);
      });
    }

    function replace(version: number): void {
      clerk.put(key, { value: JSON.stringify(entry), version }, leftMs(), (result) => {
        const { node } = result;
        if (result.type === "ok") return done({ type: "ok", value: entry, node });
        const isOvertaken = result.type === "fail" && result.error === "ErrVersion";
        if (isOvertaken) return again(node);
        done({ type: result.type, error: result.error, node });
      });
    }

    function again(node: NodeName): void {
      // The put was refused for certain; said in our own word, for it told nothing of tokens.
      if (leftMs() <= 0) done({ type: "fail", error: "overtaken", node });
      else look();
    }

    look();
  }

  return { read, write };
}

function parseGuarded(text: string | null): Guarded {
  return text === null ? { value: null, token: 0 } : (JSON.parse(text) as Guarded);
}
