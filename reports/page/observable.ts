import { useEffect, useState } from "preact/hooks";

/** A value outside of any component: what changes 60 times a second must not render any. */
export type Observable<T> = {
  readonly get: () => T;
  readonly set: (value: T) => void;
  /** Calls back after each change; returns what ends that. */
  readonly subscribe: (listener: (value: T, before: T) => void) => () => void;
};

export function observable<T>(initial: T): Observable<T> {
  let value = initial;
  const listeners = new Set<(value: T, before: T) => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      const before = value;
      value = next;
      for (const listener of [...listeners]) listener(next, before);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A part of a value; the component renders again when this part is another one. */
export function useObserved<T, Part>(from: Observable<T>, pick: (value: T) => Part): Part {
  const [part, setPart] = useState(() => pick(from.get()));
  useEffect(() => {
    const update = () => setPart(() => pick(from.get()));
    update();
    return from.subscribe(update);
  }, [from]);
  return part;
}

/** The value once it has stood still for `ms`: for what is too slow to follow every frame. */
export function useSettled<T>(from: Observable<T>, ms: number): T {
  const [value, setValue] = useState(from.get);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = from.subscribe((next) => {
      clearTimeout(timer);
      timer = setTimeout(() => setValue(() => next), ms);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [from]);
  return value;
}
