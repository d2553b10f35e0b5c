import type { MachineRules, Reply } from "./state-machine.ts";

/** What the store remembers of a client: its latest append. A client has one call at a time. */
export type Session = {
  readonly sequence: number;
  readonly reply: Reply;
  /** The command that it was, counted over all commands. */
  readonly usedAt: number;
};

/**
 * Sessions make an append sent again execute once. They expire by count, the longest unused first:
 * the same ones on every node, since only the log decides.
 *
 * An append of an unknown client may be new, or a late copy from an expired session. So it names an
 * epoch: a count of commands that its client was told before it sent it. Whatever an expired session
 * executed was sent with an epoch below its last use; that last use is the *horizon*, and only from
 * there on may an append begin a session.
 */
export class Sessions {
  /** By client, the longest unused first. */
  readonly #sessions = new Map<string, Session>();
  #horizon = 0;
  readonly #rules: MachineRules;
  readonly #countMax: number;

  constructor(rules: MachineRules, countMax: number) {
    this.#rules = rules;
    this.#countMax = countMax;
  }

  /** The answer to an append that must not be executed (again), or null. */
  earlierReply(
    append: { readonly client: string; readonly sequence: number; readonly epoch?: number },
    commandCount: number,
  ): Reply | null {
    const session = this.#sessions.get(append.client);
    const reply = this.#rules.earlierReply(session, append.sequence);
    if (reply !== null || session !== undefined) return reply;
    if (this.#rules.mayBegin(append.epoch ?? 0, this.#horizon)) return null;
    return { kind: "expired", epoch: commandCount };
  }

  executed(client: string, session: Session): void {
    this.#sessions.delete(client);
    this.#sessions.set(client, session);
    if (this.#sessions.size <= this.#countMax) return;
    for (const [oldest, { usedAt }] of this.#sessions) {
      this.#sessions.delete(oldest);
      this.#horizon = Math.max(this.#horizon, usedAt);
      break;
    }
  }

  save(): SavedSessions {
    return { horizon: this.#horizon, clients: this.#rules.savedSessions(this.#sessions) };
  }

  restore({ horizon, clients }: SavedSessions): void {
    this.#horizon = horizon;
    this.#sessions.clear();
    for (const [client, session] of clients) this.#sessions.set(client, session);
  }
}

/** As it stands in a snapshot; the order is that of the last uses. */
export type SavedSessions = {
  readonly horizon: number;
  readonly clients: readonly (readonly [string, Session])[];
};
