import type { Model, Operation } from "../model.ts";
import { isRefusal } from "../pairing.ts";
import { tweak } from "./corrupt.ts";
import type { Random } from "./random.ts";
import { type Answer, type Domain, type Store, stores } from "./stores.ts";

/**
 * `correct`: what clients of a correct store saw, linearizable by construction. `corrupted`: the same with
 * one or two changes. `blind`: invocations and answers drawn without looking at each other.
 */
export type SmallHistory = {
  readonly kind: "correct" | "corrupted" | "blind";
  /** One key's, in the order of their calls; positions are dense from 0. */
  readonly operations: readonly Operation[];
};

type Draft = { -readonly [field in keyof Operation]: Operation[field] };

/** A client's operation under way; `answer` is null before it took effect. */
type Pending = { readonly draft: Draft; answer: Answer | null };

const errMaybe: Answer = { type: "info", error: "ErrMaybe" };
const operationsMax = 9;
const poolMax = 64;
const domains: readonly Domain[] = [
  // Written once each: what most fast paths ask for.
  null,
  null,
  ["a", "b"],
  [null, "a"],
  ["a", "b", null],
];
const crashRates = [0, 0.1, 0.4];
const maybeRates = [0, 0.15];

/**
 * Draws histories of 2 to 9 operations on one key, fast: a random walk over calls, effects and returns,
 * without a clock. Some operations never return, some of those take effect late; some end with ErrMaybe.
 */
export class SmallHistories {
  readonly #model: Model;
  readonly #random: Random;
  /** Answers seen lately by function: what corrupted and blind histories draw from. */
  readonly #pool = new Map<string, Answer[]>();
  /** Results of this history: a client knows nothing of others. */
  #seen: unknown[] = [];
  #position = 0;
  #processes = 0;
  #fresh = 0;

  constructor(model: Model, random: Random) {
    this.#model = model;
    this.#random = random;
  }

  next(isCorrect = false): SmallHistory {
    const draw = this.#random.below(10);
    if (draw < 4 || isCorrect) return { kind: "correct", operations: this.#walk(false) };
    if (draw < 7) return { kind: "corrupted", operations: this.#corrupt(this.#walk(false)) };
    return { kind: "blind", operations: this.#walk(true) };
  }

  #walk(isBlind: boolean): Draft[] {
    const random = this.#random;
    const values = random.pick(domains);
    const store = createStore(this.#model.name, values);
    const size = 2 + random.below(operationsMax - 1);
    const crashRate = random.pick(crashRates);
    const maybeRate = random.pick(maybeRates);
    const clients: (Pending | null)[] = Array.from({ length: 1 + random.below(4) }, () => null);
    const processes = clients.map((_, client) => client);
    const ghosts: Pending[] = [];
    const drafts: Draft[] = [];
    let busy = 0;
    this.#position = 0;
    this.#processes = clients.length;
    this.#fresh = 0;
    this.#seen = [];

    while (drafts.length < size || busy > 0) {
      const client = random.below(clients.length);
      const pending = clients[client] ?? null;
      if (ghosts.length > 0 && random.chance(0.2)) this.#takeEffect(ghosts.pop(), store);
      if (pending === null) {
        if (drafts.length === size) continue;
        const draft = this.#call(processes[client] ?? 0, store, values);
        drafts.push(draft);
        clients[client] = { draft, answer: null };
        busy++;
      } else if (pending.answer === null && random.chance(crashRate)) {
        // It may still take effect, or never does.
        if (random.chance(0.6)) ghosts.push(pending);
        clients[client] = null;
        processes[client] = this.#processes++;
        busy--;
      } else if (pending.answer === null && !this.#isNever(pending, maybeRate)) {
        this.#takeEffect(pending, store);
      } else {
        const isMutation = !this.#model.isObserver(pending.draft);
        const isMaybe = pending.answer === null || (isMutation && random.chance(maybeRate));
        const answer = isMaybe ? errMaybe : (pending.answer as Answer);
        this.#return(pending.draft, isBlind ? this.#drawAnswer(pending) : answer);
        if (pending.draft.outcome === "maybe") processes[client] = this.#processes++;
        clients[client] = null;
        busy--;
      }
    }
    return this.#clean(drafts);
  }

  #call(process: number, store: Store, values: Domain): Draft {
    const random = this.#random;
    const seen = this.#seen.length > 0 ? random.pick(this.#seen) : undefined;
    const { f, value } = store.ask(random, seen ?? undefined, () => `v${this.#fresh++}`);
    const again = values === null && random.chance(0.02) ? "v0" : null;
    const input = again !== null && typeof value === "string" ? again : value;
    const call = this.#position++;
    return { index: call, process, f, input, outcome: "open", call, return: Infinity };
  }

  /** Whether an operation ends with ErrMaybe without having been carried out. */
  #isNever({ draft }: Pending, maybeRate: number): boolean {
    const { maybeIsEvaluated, isObserver } = this.#model;
    return maybeIsEvaluated !== true && !isObserver(draft) && this.#random.chance(maybeRate / 2);
  }

  #takeEffect(pending: Pending | undefined, store: Store): void {
    if (pending === undefined) return;
    const { f, input, process } = pending.draft;
    const answer = store.answer({ f, value: input }, process);
    pending.answer = answer;
    let pool = this.#pool.get(f);
    if (pool === undefined) {
      pool = [];
      this.#pool.set(f, pool);
    }
    if (pool.length < poolMax) pool.push(answer);
    else pool[this.#random.below(poolMax)] = answer;
  }

  #drawAnswer({ draft, answer }: Pending): Answer {
    const random = this.#random;
    if (random.chance(0.05)) return errMaybe;
    const drawn = random.pick(this.#pool.get(draft.f) ?? [answer ?? { type: "ok" as const }]);
    if (drawn.value === undefined || random.chance(0.7)) return drawn;
    return { ...drawn, value: tweak(drawn.value, random) };
  }

  #return(draft: Draft, { type, value, error }: Answer): void {
    draft.return = this.#position++;
    if (value !== undefined) this.#seen.push(value);
    setAnswer(draft, type, value, error);
  }

  /** Changes one or two answers, or the order of two events that follow each other. */
  #corrupt(drafts: Draft[]): Draft[] {
    const changes = this.#random.chance(0.3) ? 2 : 1;
    for (let change = 0; change < changes; change++) {
      const draft = drafts.length === 0 ? undefined : this.#random.pick(drafts);
      if (draft === undefined) break;
      if (this.#random.chance(0.25)) this.#swap(drafts);
      else if (draft.return !== Infinity) {
        this.#changeAnswer(draft);
        if (draft.outcome === "maybe") this.#retire(draft, drafts);
      }
    }
    return this.#clean(drafts);
  }

  #changeAnswer(draft: Draft): void {
    const random = this.#random;
    const { outcome } = draft;
    const draw = random.below(8);
    if (draw === 0) setAnswer(draft, "info", undefined, "ErrMaybe");
    else if (draw === 1) {
      const error = random.pick(["ErrVersion", "ErrNoKey", "held", "fenced"]);
      setAnswer(draft, outcome === "refused" ? "ok" : "fail", undefined, error);
    } else {
      const { type, value, error } = this.#drawAnswer({ draft, answer: null });
      setAnswer(draft, type, value, error);
    }
  }

  /** What the client of an operation did later, it did as another process. */
  #retire({ process, return: end }: Draft, drafts: readonly Draft[]): void {
    const next = this.#processes++;
    for (const later of drafts) {
      if (later.process === process && later.call > end) later.process = next;
    }
  }

  /** Exchanges two events next to each other, of two processes. */
  #swap(drafts: Draft[]): void {
    const at = this.#random.below(this.#position - 1);
    const of = (position: number): Draft | undefined =>
      drafts.find((draft) => draft.call === position || draft.return === position);
    const first = of(at);
    const second = of(at + 1);
    if (first === undefined || second === undefined || first.process === second.process) return;
    move(first, at, at + 1);
    move(second, at + 1, at);
    drafts.sort((a, b) => a.call - b.call);
  }

  /** Without what did nothing and saw nothing, and without what the model cannot read. */
  #clean(drafts: Draft[]): Draft[] {
    return drafts.filter((draft) => {
      if (draft.outcome === "refused" && !isRefusal(draft.error)) return false;
      return this.#model.malformed?.(draft) === undefined;
    });
  }
}

function setAnswer(draft: Draft, type: Answer["type"], value: unknown, error?: string): void {
  // What was never there is not deleted: that would make every object a slow one.
  if (draft.output !== undefined) delete draft.output;
  if (draft.error !== undefined) delete draft.error;
  if (error !== undefined && type !== "ok") draft.error = error;
  if (type === "ok" && value !== undefined) draft.output = value;
  draft.outcome = type === "ok" ? "ok" : type === "fail" ? "refused" : "maybe";
}

function move(draft: Draft, from: number, to: number): void {
  if (draft.call === from) {
    draft.call = to;
    draft.index = to;
  } else draft.return = to;
}

function createStore(model: string, values: Domain): Store {
  const store = stores[model]?.(values);
  if (store === undefined) throw new RangeError(`no store for model ${model}`);
  return store;
}
