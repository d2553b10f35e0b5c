/** Something that happens at a moment: a timer, a frame that arrives, a write that is done. */
export type SimEvent = {
  /** Fired or called off: the schedule's own mark. */
  isOver: boolean;
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
};

/** Fewer called-off events than this are not worth a rebuild. */
const canceledMin = 256;

export function createSchedule(): Schedule {
  return new Heap();
}

/**
 * A binary heap in three parallel arrays, so that comparing touches numbers only. Called-off events
 * stay until their time comes or they are the majority.
 */
class Heap implements Schedule {
  nowNs = 0;
  fired = 0;
  #times = new Float64Array(1024);
  #orders = new Float64Array(1024);
  readonly #events: SimEvent[] = [];
  #length = 0;
  #order = 0;
  #canceled = 0;

  add(delayNs: number, event: SimEvent): void {
    if (!(delayNs >= 0)) throw new RangeError(`an event cannot be due in ${delayNs} ns`);
    if (this.#length === this.#times.length) this.#grow();
    event.isOver = false;
    this.#length += 1;
    this.#order += 1;
    this.#siftUp(this.#length - 1, this.nowNs + Math.ceil(delayNs), this.#order, event);
  }

  cancel(event: SimEvent): void {
    if (event.isOver) return;
    event.isOver = true;
    this.#canceled += 1;
    if (this.#canceled > canceledMin && this.#canceled * 2 > this.#length) this.#rebuild();
  }

  runUntil(untilNs: number, stop?: () => boolean): void {
    while (this.#length > 0 && (this.#times[0] as number) <= untilNs) {
      this.nowNs = this.#times[0] as number;
      const event = this.#events[0] as SimEvent;
      this.#removeFirst();
      if (event.isOver) {
        this.#canceled -= 1;
        continue;
      }
      event.isOver = true;
      this.fired += 1;
      event.fire();
      if (stop?.() === true) return;
    }
    this.nowNs = Math.max(this.nowNs, untilNs);
  }

  #siftUp(from: number, time: number, order: number, event: SimEvent): void {
    const times = this.#times;
    const orders = this.#orders;
    const events = this.#events;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTime = times[parent] as number;
      if (parentTime < time || (parentTime === time && (orders[parent] as number) < order)) break;
      times[at] = parentTime;
      orders[at] = orders[parent] as number;
      events[at] = events[parent] as SimEvent;
      at = parent;
    }
    times[at] = time;
    orders[at] = order;
    events[at] = event;
  }

  /** Moves the last event down from the top. */
  #removeFirst(): void {
    this.#length -= 1;
    const last = this.#length;
    const event = this.#events.pop() as SimEvent;
    if (last === 0) return;
    const times = this.#times;
    const orders = this.#orders;
    const events = this.#events;
    const time = times[last] as number;
    const order = orders[last] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      const right = child + 1;
      if (right < last && this.#isBefore(right, child)) child = right;
      const childTime = times[child] as number;
      if (time < childTime || (time === childTime && order < (orders[child] as number))) break;
      times[at] = childTime;
      orders[at] = orders[child] as number;
      events[at] = events[child] as SimEvent;
      at = child;
    }
    times[at] = time;
    orders[at] = order;
    events[at] = event;
  }

  #isBefore(one: number, other: number): boolean {
    const oneTime = this.#times[one] as number;
    const otherTime = this.#times[other] as number;
    if (oneTime !== otherTime) return oneTime < otherTime;
    return (this.#orders[one] as number) < (this.#orders[other] as number);
  }

  /** Leaves out what was called off. */
  #rebuild(): void {
    const times = this.#times;
    const orders = this.#orders;
    const events = [...this.#events];
    this.#events.length = 0;
    this.#length = 0;
    this.#canceled = 0;
    // Each event moves to a place at or before its own, so nothing is overwritten before it is read.
    events.forEach((event, at) => {
      if (event.isOver) return;
      this.#length += 1;
      this.#siftUp(this.#length - 1, times[at] as number, orders[at] as number, event);
    });
  }

  #grow(): void {
    const [times, orders] = [this.#times, this.#orders];
    this.#times = new Float64Array(times.length * 2);
    this.#orders = new Float64Array(times.length * 2);
    this.#times.set(times);
    this.#orders.set(orders);
  }
}
