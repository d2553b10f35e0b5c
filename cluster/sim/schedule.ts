/** Something that happens at a moment: a timer, a frame that arrives, a write that is done. */
export type SimEvent = {
  /** Where the schedule keeps it: the schedule's own mark. */
  place: number;
  fire(): void;
};

/** Virtual time in whole nanoseconds, from 0. Events fire by their time, then in the order they were added. */
export type Schedule = {
  readonly nowNs: number;
  /** How many have fired. */
  readonly fired: number;
  add(delayNs: number, event: SimEvent): void;
  /** Calls an event off; nothing happens when it is over. */
  cancel(event: SimEvent): void;
  /** Fires everything due up to this moment; ends early, after an event, once `stop` says so. */
  runUntil(untilNs: number, stop?: () => boolean): void;
  /** Has `runUntil` end early, after the event that fires now, or the next one at once. */
  halt(): void;
};

/** Fewer called-off events than this are not worth a rebuild. */
const canceledMin = 32;

/** What is due within this is soon: frames, answers and writes, four events in five, a few at a time. */
const soonNs = 8_000_000;
/** More of them than this wait with the others. */
const soonMax = 64;

export function createSchedule(): Schedule {
  return new TwoQueues();
}

/**
 * Events that are due soon lie in a short sorted list, all others in a heap, both in parallel arrays of
 * numbers: events of many kinds lie still, at places of their own, and are touched only to be fired.
 * Called-off events keep their time until it comes or they are the majority.
 */
class TwoQueues implements Schedule {
  nowNs = 0;
  fired = 0;
  readonly #later = new Heap();
  /** The first to fire stands last. */
  readonly #times = new Float64Array(soonMax);
  readonly #orders = new Float64Array(soonMax);
  readonly #places = new Int32Array(soonMax);
  #length = 0;
  #order = 0;
  #canceled = 0;
  #isHalted = false;
  /** By place; null when it was called off, or is free. */
  readonly #events: (SimEvent | null)[] = [];
  readonly #free: number[] = [];

  add(delayNs: number, event: SimEvent): void {
    if (!(delayNs >= 0)) throw new RangeError(`an event cannot be due in ${delayNs} ns`);
    const place = this.#free.pop() ?? this.#events.length;
    this.#events[place] = event;
    event.place = place;
    this.#order += 1;
    const time = this.nowNs + Math.ceil(delayNs);
    if (delayNs < soonNs && this.#length < soonMax) this.#insert(time, this.#order, place);
    else this.#later.add(time, this.#order, place);
  }

  cancel(event: SimEvent): void {
    // When it is over another one may have its place.
    if (this.#events[event.place] !== event) return;
    this.#events[event.place] = null;
    this.#canceled += 1;
    const pending = this.#length + this.#later.length;
    if (this.#canceled <= canceledMin || this.#canceled * 2 <= pending) return;
    this.#canceled -= this.#later.leaveOut(this.#events, this.#free);
  }

  runUntil(untilNs: number, stop?: () => boolean): void {
    const later = this.#later;
    while (!this.#isHalted) {
      const isSoon = this.#isSoon();
      if (!isSoon && later.length === 0) break;
      const time = (isSoon ? this.#times[this.#length - 1] : later.times[0]) as number;
      if (time > untilNs) break;
      this.nowNs = time;
      const place = (isSoon ? this.#places[this.#length - 1] : later.places[0]) as number;
      if (isSoon) this.#length -= 1;
      else later.removeFirst();
      const event = this.#events[place] as SimEvent | null;
      this.#events[place] = null;
      this.#free.push(place);
      if (event === null) {
        this.#canceled -= 1;
        continue;
      }
      this.fired += 1;
      event.fire();
      if (stop?.() === true) return;
    }
    if (this.#isHalted) this.#isHalted = false;
    else this.nowNs = Math.max(this.nowNs, untilNs);
  }

  halt(): void {
    this.#isHalted = true;
  }

  /** Whether the next event stands in the list. */
  #isSoon(): boolean {
    const last = this.#length - 1;
    if (last < 0) return false;
    const later = this.#later;
    if (later.length === 0) return true;
    const time = this.#times[last] as number;
    const laterTime = later.times[0] as number;
    if (time !== laterTime) return time < laterTime;
    return (this.#orders[last] as number) < (later.orders[0] as number);
  }

  /** Before all that fire later, at most at the same time: those were added earlier. */
  #insert(time: number, order: number, place: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const places = this.#places;
    let at = this.#length;
    this.#length += 1;
    while (at > 0 && (times[at - 1] as number) <= time) {
      times[at] = times[at - 1] as number;
      orders[at] = orders[at - 1] as number;
      places[at] = places[at - 1] as number;
      at -= 1;
    }
    times[at] = time;
    orders[at] = order;
    places[at] = place;
  }
}

/** A heap of four children each: of times, at one time of orders. */
class Heap {
  times: Float64Array = new Float64Array(1024);
  orders: Float64Array = new Float64Array(1024);
  places: Int32Array = new Int32Array(1024);
  length = 0;

  add(time: number, order: number, place: number): void {
    if (this.length === this.times.length) this.#grow();
    this.length += 1;
    this.#siftUp(this.length - 1, time, order, place);
  }

  #siftUp(from: number, time: number, order: number, place: number): void {
    const times = this.times;
    const orders = this.orders;
    const places = this.places;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const parentTime = times[parent] as number;
      if (parentTime < time || (parentTime === time && (orders[parent] as number) < order)) break;
      times[at] = parentTime;
      orders[at] = orders[parent] as number;
      places[at] = places[parent] as number;
      at = parent;
    }
    times[at] = time;
    orders[at] = order;
    places[at] = place;
  }

  /** Moves the last event down from the top. */
  removeFirst(): void {
    this.length -= 1;
    const last = this.length;
    if (last === 0) return;
    const times = this.times;
    const orders = this.orders;
    const places = this.places;
    const place = places[last] as number;
    const time = times[last] as number;
    const order = orders[last] as number;
    let at = 0;
    for (;;) {
      const first = 4 * at + 1;
      if (first >= last) break;
      const end = Math.min(first + 4, last);
      let child = first;
      for (let other = first + 1; other < end; other++) {
        if (this.#isBefore(other, child)) child = other;
      }
      const childTime = times[child] as number;
      if (time < childTime || (time === childTime && order < (orders[child] as number))) break;
      times[at] = childTime;
      orders[at] = orders[child] as number;
      places[at] = places[child] as number;
      at = child;
    }
    times[at] = time;
    orders[at] = order;
    places[at] = place;
  }

  #isBefore(one: number, other: number): boolean {
    const oneTime = this.times[one] as number;
    const otherTime = this.times[other] as number;
    if (oneTime !== otherTime) return oneTime < otherTime;
    return (this.orders[one] as number) < (this.orders[other] as number);
  }

  /** Forgets what was called off, and says how many that were; their places are free. */
  leaveOut(events: readonly (SimEvent | null)[], free: number[]): number {
    const { times, orders, places, length } = this;
    this.length = 0;
    for (let at = 0; at < length; at++) {
      const place = places[at] as number;
      if (events[place] === null) {
        free.push(place);
        continue;
      }
      // It moves to a place at or before its own, so nothing is overwritten before it is read.
      this.length += 1;
      this.#siftUp(this.length - 1, times[at] as number, orders[at] as number, place);
    }
    return length - this.length;
  }

  #grow(): void {
    const { length } = this.times;
    const [times, orders, places] = [this.times, this.orders, this.places];
    this.times = new Float64Array(length * 2);
    this.orders = new Float64Array(length * 2);
    this.places = new Int32Array(length * 2);
    this.times.set(times);
    this.orders.set(orders);
    this.places.set(places);
  }
}
