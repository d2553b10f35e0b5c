import type { Model } from "../model.ts";
import { type Operations, outcomes } from "../operations.ts";
import { type TextForm, type TextRule, textKinds } from "../texts.ts";
import { enablesAny, listChoices } from "./choices.ts";
import { type ChoiceList, type Configuration, impossible, type Machine } from "./machine.ts";
import type { Partition } from "./partition.ts";
import { Prefixes, unseen } from "./prefixes.ts";
import { atLeast, TupleSet } from "./tuple-set.ts";

const stride = 1 << 12;
/** Letters looked at for traces of appends: some tenths of a second. */
const vainCostMax = 400_000_000;
/** Of fewer operations the search is over before that is found out. */
const vainFromDefault = 64;

/**
 * A model whose state is a text. Only texts that somebody saw the beginning of are told apart, see
 * `Prefixes`; all others are one state, as no operation can tell them apart, neither now nor after the same
 * operations were ordered on both.
 *
 * What nobody saw a trace of goes as soon as the text is one that nobody sees, see `#markVain`.
 *
 * A text that was seen must stay until all who saw it have been called, if it cannot come about again: it
 * grows from one put, or from the beginning, and from there it only gets longer.
 */
export class TextMachine implements Machine {
  /** Without puts the text never gets shorter. */
  hasLimits: boolean = false;
  readonly hasBlind: boolean = false;
  shouldStop: () => boolean = () => false;
  readonly findsObservers: boolean = false;
  readonly isMistaken: boolean = false;
  first: number = unseen;
  readonly #model: Model;
  readonly #form: TextForm;
  readonly #isLax: boolean;
  readonly #vainFrom: number;
  #operations: Operations;
  #ruleOf: ReturnType<TextForm["prepare"]>;
  readonly #rule: TextRule = { kind: textKinds.stay, text: "" };
  #partition: Partition | null = null;
  #rows: Int32Array = new Int32Array(0);
  readonly #prefixes = new Prefixes();
  // By id.
  #kinds = new Uint8Array(64);
  readonly #texts: string[] = [];
  /** The state that it sees or puts; before there are any, the branch of the text that it sees. */
  #states = new Int32Array(64);
  /** The previous open operation that does the same, or -1. */
  #twins = new Int32Array(64);
  readonly #puts: string[] = [];
  /** The states that were seen, and by their number there: the latest call, and whether it is unique. */
  readonly #seen = new TupleSet(1);
  #needed = new Float64Array(64);
  #unique = new Int8Array(64);
  /** By text of the prefixes: the shortest append that it begins with; -1 when nobody asked yet. */
  readonly #grows: number[] = [];
  readonly #one = new Int32Array(1);

  /** Partitions of `vainFrom` operations and more are looked through for what nobody saw a trace of. */
  constructor(
    model: Model,
    form: TextForm,
    operations: Operations,
    vainFrom: number = vainFromDefault,
  ) {
    this.#model = model;
    this.#form = form;
    this.#isLax = model.maybeIsEvaluated !== true;
    this.#vainFrom = vainFrom;
    this.#operations = operations;
    this.#ruleOf = form.prepare(operations);
  }

  /** Goes over to another history. */
  turnTo(operations: Operations): void {
    this.#operations = operations;
    this.#ruleOf = this.#form.prepare(operations);
  }

  get bytes(): number {
    return 17 * this.#states.length + this.#seen.bytes + 9 * this.#needed.length;
  }

  load(partition: Partition, rows: Int32Array, shouldStop: () => boolean): boolean {
    this.#partition = partition;
    this.#rows = rows;
    const { count } = partition;
    if (count > this.#kinds.length) this.#resize(Math.max(count, 2 * this.#kinds.length));
    this.#prefixes.clear();
    this.#texts.length = 0;
    this.#puts.length = 0;
    for (let id = 0; id < count; id++) {
      this.#loadRule(partition, id);
      if (id % stride === stride - 1 && shouldStop()) return false;
    }
    this.#prefixes.number();
    this.hasLimits = this.#puts.length === 0;
    this.first = this.#prefixes.of("");
    this.#seen.clear();
    this.#grows.length = 0;
    for (let id = 0; id < count; id++) {
      this.#loadState(partition, id);
      if (id % stride === stride - 1 && shouldStop()) return false;
    }
    this.#findTwins(partition);
    if (this.#puts.length > 0 && count >= this.#vainFrom) this.#markVain(partition);
    return !shouldStop();
  }

  next(state: number, id: number): number {
    switch (this.#kinds[id]) {
      case textKinds.stay:
        return state;
      case textKinds.see:
        return state === this.#states[id] ? state : impossible;
      case textKinds.put:
        return this.#states[id] ?? 0;
      case textKinds.append:
        return this.#prefixes.after(state, this.#texts[id] as string);
      default:
        return impossible;
    }
  }

  isAdmitted(): boolean {
    return true;
  }

  progress(state: number): number {
    if (!this.hasLimits) return 0;
    return state === unseen ? Infinity : this.#prefixes.lengthOf(state);
  }

  limit(id: number): number {
    return this.#kinds[id] === textKinds.see ? (this.#texts[id] as string).length : Infinity;
  }

  neededUntil(state: number): number {
    this.#one[0] = state;
    const place = this.#seen.find(this.#one, 0);
    return place === -1 ? -Infinity : (this.#needed[place] ?? 0);
  }

  isUnique(state: number): boolean {
    this.#one[0] = state;
    const place = this.#seen.find(this.#one, 0);
    if (place === -1) return false;
    if (this.#unique[place] === -1) this.#unique[place] = this.#comesOnce(state) ? 1 : 0;
    return this.#unique[place] === 1;
  }

  isBlind(): boolean {
    return false;
  }

  choices(configuration: Configuration, out: ChoiceList): number {
    return listChoices(this, this.#partition as Partition, configuration, out);
  }

  /** Before the next put, or the end, some get must see what was made of it: else nobody misses it. */
  isUseful(configuration: Configuration, id: number, next: number): boolean {
    const { state } = configuration;
    if (next === state || next === unseen) return false;
    for (let other = this.#twins[id] ?? -1; other !== -1; other = this.#twins[other] ?? -1) {
      if (!configuration.isSettled(other)) return false;
    }
    return enablesAny(this, this.#partition as Partition, configuration, { id, next });
  }

  checkObservers(): void {}

  describe(order: Int32Array): string {
    const rule = this.#rule;
    let text = "";
    for (const id of order) {
      this.#ruleOf(this.#rowOf(id), rule);
      if (rule.kind === textKinds.put) text = rule.text;
      else if (rule.kind === textKinds.append) text += rule.text;
    }
    return this.#model.describeState(text);
  }

  #rowOf(id: number): number {
    return this.#rows[this.#partition?.places[id] ?? 0] ?? 0;
  }

  #loadRule(partition: Partition, id: number): void {
    const rule = this.#rule;
    const row = this.#rowOf(id);
    this.#ruleOf(row, rule);
    const { kind, text } = rule;
    const outcome = this.#operations.outcome[row];
    const isOpen = outcome === outcomes.open;
    const isMutation = kind === textKinds.put || kind === textKinds.append;
    this.#kinds[id] = kind;
    this.#texts.push(text);
    partition.isOptional[id] = isOpen || (outcome === outcomes.maybe && this.#isLax) ? 1 : 0;
    partition.isObserver[id] = isMutation ? 0 : 1;
    if (isOpen && !isMutation) partition.isSlotless[id] = 1;
    if (kind === textKinds.put) this.#puts.push(text);
    else if (kind === textKinds.see) this.#states[id] = this.#prefixes.add(text);
  }

  #loadState(partition: Partition, id: number): void {
    const kind = this.#kinds[id];
    const text = this.#texts[id] as string;
    if (kind === textKinds.put) this.#states[id] = this.#prefixes.of(text);
    if (kind !== textKinds.see) return;
    const state = this.#prefixes.ofAdded(text, this.#states[id] ?? 0);
    this.#states[id] = state;
    this.#one[0] = state;
    const { size } = this.#seen;
    const place = this.#seen.intern(this.#one, 0);
    const call = partition.call[id] ?? 0;
    if (this.#seen.size === size) {
      this.#needed[place] = Math.max(this.#needed[place] ?? 0, call);
      return;
    }
    if (place === this.#needed.length) this.#resizeSeen(2 * place);
    this.#needed[place] = call;
    this.#unique[place] = -1;
  }

  /**
   * A mutation that no text seen has a trace of leads to `unseen` wherever it goes, and nobody sees anything
   * from there to the next put. So in `unseen` it goes at once, like an observer: missed in its later place,
   * it lets a state stay that nobody sees before that put either.
   */
  #markVain(partition: Partition): void {
    const seen = this.#prefixes.joined();
    const { completed } = partition;
    let costLeft = vainCostMax;
    for (let id = 0; id < completed && costLeft > 0; id++) {
      const kind = this.#kinds[id];
      if (kind === textKinds.put) {
        if (this.#states[id] === unseen) partition.isObserver[id] = 1;
      } else if (kind === textKinds.append) {
        costLeft -= seen.length;
        if (!seen.includes(this.#texts[id] as string)) partition.isObserver[id] = 1;
      }
    }
  }

  /** Whether at most one put, or the beginning, can have grown into the state. */
  #comesOnce(state: number): boolean {
    if (this.#puts.length === 0) return true;
    const place = this.#prefixes.textOf(state);
    const length = this.#prefixes.lengthOf(state);
    const text = this.#prefixes.at(place);
    let starts = 0;
    for (const put of this.#puts) if (put.length <= length && text.startsWith(put)) starts++;
    if (starts !== 1) return starts === 0;
    return length > 0 && this.#shortestGrowth(place) > length;
  }

  /** The length of the shortest append that the text begins with: what may grow from nothing. */
  #shortestGrowth(place: number): number {
    let shortest = this.#grows[place];
    if (shortest !== undefined) return shortest;
    shortest = Infinity;
    const text = this.#prefixes.at(place);
    for (let id = 0; id < this.#texts.length; id++) {
      if (this.#kinds[id] !== textKinds.append) continue;
      const append = this.#texts[id] as string;
      if (append === "" || append.length >= shortest) continue;
      if (text.startsWith(append)) shortest = append.length;
    }
    this.#grows[place] = shortest;
    return shortest;
  }

  #findTwins({ completed, count }: Partition): void {
    this.#twins.fill(-1, 0, count);
    if (completed === count) return;
    const last = [new Map<string, number>(), new Map<string, number>()];
    for (let id = completed; id < count; id++) {
      const kind = this.#kinds[id];
      if (kind !== textKinds.put && kind !== textKinds.append) continue;
      const latest = last[kind - textKinds.put] as Map<string, number>;
      const text = this.#texts[id] as string;
      this.#twins[id] = latest.get(text) ?? -1;
      latest.set(text, id);
    }
  }

  #resize(length: number): void {
    this.#kinds = new Uint8Array(length);
    this.#states = atLeast(this.#states, length);
    this.#twins = atLeast(this.#twins, length);
  }

  #resizeSeen(length: number): void {
    const needed = this.#needed;
    const unique = this.#unique;
    this.#needed = new Float64Array(length);
    this.#needed.set(needed);
    this.#unique = new Int8Array(length);
    this.#unique.set(unique);
  }
}
