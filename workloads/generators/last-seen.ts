/** What each thread saw last of each key; bounded by keys in use times threads. */
export type LastSeen<Value> = {
  get(thread: number, key: string): Value | undefined;
  /** What any thread saw last. */
  latest(key: string): Value | undefined;
  set(thread: number, key: string, value: Value): void;
  forgetKey(key: string): void;
};

export function createLastSeen<Value>(): LastSeen<Value> {
  const byKey = new Map<string, Map<number, Value>>();
  const latestByKey = new Map<string, Value>();
  return {
    get: (thread, key) => byKey.get(key)?.get(thread),
    latest: (key) => latestByKey.get(key),
    set: (thread, key, value) => {
      latestByKey.set(key, value);
      const byThread = byKey.get(key) ?? new Map<number, Value>();
      byThread.set(thread, value);
      byKey.set(key, byThread);
    },
    forgetKey: (key) => {
      byKey.delete(key);
      latestByKey.delete(key);
    },
  };
}
