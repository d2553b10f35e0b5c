/** What each thread saw last of each key; bounded by keys in use times threads. */
export type LastSeen<Value> = {
  get(thread: number, key: string): Value | undefined;
  /** What any thread saw last. */
  latest(key: string): Value | undefined;
  set(thread: number, key: string, value: Value): void;
  forgetKey(key: string): void;
};

type Seen<Value> = { latest: Value; readonly byThread: (Value | undefined)[] };

export function createLastSeen<Value>(): LastSeen<Value> {
  const byKey = new Map<string, Seen<Value>>();
  return {
    get: (thread, key) => byKey.get(key)?.byThread[thread],
    latest: (key) => byKey.get(key)?.latest,
    set: (thread, key, value) => {
      let seen = byKey.get(key);
      if (seen === undefined) {
        seen = { latest: value, byThread: [] };
        byKey.set(key, seen);
      }
      seen.latest = value;
      seen.byThread[thread] = value;
    },
    forgetKey: (key) => {
      byKey.delete(key);
    },
  };
}
