import type { StateMachine } from "../../raft/node.ts";
import { type SavedSessions, type Session, Sessions } from "./sessions.ts";

/** A command as it stands in the log. */
export type Command =
  | { readonly f: "put"; readonly key: string; readonly value: string; readonly version: number }
  | {
      readonly f: "append";
      readonly key: string;
      readonly text: string;
      /** Client and sequence name one append for ever: sent again, it is not executed again. */
      readonly client: string;
      readonly sequence: number;
      /** What the client was told last when its session had expired (`sessions.ts`). */
      readonly epoch?: number;
    };

/** Versions count the writes of a key, from 1. */
export type Stored = { readonly value: string; readonly version: number };

export type Reply =
  | { readonly kind: "ok"; readonly version: number }
  | {
      readonly kind: "refused";
      readonly error: "ErrVersion" | "ErrNoKey" | "ErrSequence";
      /** The key's, where it exists: tells a client whether an earlier copy may still match. */
      readonly version?: number;
    }
  /** Not executed: its session is gone. With this epoch the client may begin another one. */
  | { readonly kind: "expired"; readonly epoch: number };

/** The decisions of the state machine; a planted bug replaces one. */
export type MachineRules = {
  /** Whether a put may store. */
  decidePut(stored: Stored | undefined, version: number): "store" | "ErrVersion" | "ErrNoKey";
  /** The answer to an append that was executed before, or null when it is new. */
  earlierReply(session: Session | undefined, sequence: number): Reply | null;
  /** Whether an append of an unknown client is certainly no copy of what was executed before. */
  mayBegin(epoch: number, horizon: number): boolean;
  /** What of the sessions a snapshot holds: all, or appends sent again would be executed again. */
  savedSessions(sessions: ReadonlyMap<string, Session>): readonly (readonly [string, Session])[];
};

export const machineRules: MachineRules = {
  decidePut: (stored, version) => {
    if (stored === undefined) return version === 0 ? "store" : "ErrNoKey";
    return stored.version === version ? "store" : "ErrVersion";
  },

  earlierReply: (session, sequence) => {
    if (session === undefined || sequence > session.sequence) return null;
    // Below the latest: a copy that was delayed, and whose client has long had its answer.
    return sequence === session.sequence
      ? session.reply
      : { kind: "refused", error: "ErrSequence" };
  },

  mayBegin: (epoch, horizon) => epoch >= horizon,

  savedSessions: (sessions) => [...sessions],
};

/** A snapshot's text, as JSON. Keys stand in the order of their making: it is the same on all nodes. */
type Saved = {
  readonly commandCount: number;
  readonly store: readonly (readonly [string, Stored])[];
  readonly sessions: SavedSessions;
};

export type KvMachine = StateMachine<Reply> & { get(key: string): Stored | null };

/** How many clients' sessions are kept, where nothing else is said. */
export const sessionsMaxDefault = 1000;

/** The replicated store. Memory: O(keys + `sessionsMax`). */
export function createKvMachine(
  rules: MachineRules,
  sessionsMax: number = sessionsMaxDefault,
): KvMachine {
  const store = new Map<string, Stored>();
  const sessions = new Sessions(rules, sessionsMax);
  let commandCount = 0;

  function execute(command: Command): Reply {
    commandCount += 1;
    const stored = store.get(command.key);
    const version = (stored?.version ?? 0) + 1;
    if (command.f === "put") {
      const decision = rules.decidePut(stored, command.version);
      if (decision !== "store") {
        return { kind: "refused", error: decision, ...(stored && { version: stored.version }) };
      }
      store.set(command.key, { value: command.value, version });
      return { kind: "ok", version };
    }
    const { key, text, client, sequence } = command;
    const earlier = sessions.earlierReply(command, commandCount);
    if (earlier !== null) return earlier;
    store.set(key, { value: (stored?.value ?? "") + text, version });
    const reply: Reply = { kind: "ok", version };
    sessions.executed(client, { sequence, reply, usedAt: commandCount });
    return reply;
  }

  return {
    apply: (command) => execute(command as Command),
    digest: digestOf,
    get: (key) => store.get(key) ?? null,
    snapshot: () => {
      const saved: Saved = { commandCount, store: [...store], sessions: sessions.save() };
      return JSON.stringify(saved);
    },
    restore: (text) => {
      const saved = JSON.parse(text) as Saved;
      commandCount = saved.commandCount;
      store.clear();
      for (const [key, stored] of saved.store) store.set(key, stored);
      sessions.restore(saved.sessions);
    },
  };
}

const replyCodes = { ok: 0, ErrVersion: 1, ErrNoKey: 2, ErrSequence: 3, expired: 4 } as const;

function digestOf(reply: Reply): number {
  if (reply.kind === "ok") return reply.version * 8 + replyCodes.ok;
  if (reply.kind === "expired") return reply.epoch * 8 + replyCodes.expired;
  return (reply.version ?? 0) * 8 + replyCodes[reply.error];
}
