import type { KvLab, LabClient } from "./kv-lab.ts";

/** What a client's puts came to. */
export type PutCounts = { ok: number; maybe: number };

/**
 * A client that puts onto the version it has seen last, until it is told to stop: after each put it
 * looks, and what it was told was stored must be there if nobody came in between.
 */
export class PutLoop {
  readonly counts: PutCounts = { ok: 0, maybe: 0 };
  isIdle = true;
  readonly #lab: KvLab;
  readonly #client: LabClient;
  readonly #chooseKey: () => string;
  readonly #versions = new Map<string, number>();
  #isStopping = false;
  #count = 0;

  constructor(lab: KvLab, client: LabClient, chooseKey: () => string) {
    this.#lab = lab;
    this.#client = client;
    this.#chooseKey = chooseKey;
  }

  start(): void {
    this.#isStopping = false;
    this.isIdle = false;
    this.#put();
  }

  stop(): void {
    this.#isStopping = true;
  }

  #put(): void {
    if (this.#isStopping) {
      this.isIdle = true;
      return;
    }
    const key = this.#chooseKey();
    const version = this.#versions.get(key) ?? 0;
    const value = `${this.#client.name}-${++this.#count}`;
    this.#client.call({ f: "put", key, value: { value, version } }, ({ type, error }) => {
      const isAllowed = type === "ok" || error === "ErrVersion" || error === "ErrMaybe";
      if (!isAllowed) this.#lab.fail(`a put ended ${error}, expected an answer of the lab`);
      if (type === "ok") this.counts.ok += 1;
      if (error === "ErrMaybe") this.counts.maybe += 1;
      this.#look(key, { value, version, isStored: type === "ok" });
    });
  }

  #look(
    key: string,
    mine: { readonly value: string; readonly version: number; readonly isStored: boolean },
  ): void {
    this.#client.call({ f: "get", key }, ({ type, value, error }) => {
      if (type !== "ok") this.#lab.fail(`a get ended ${error}, expected ok`);
      const found = value as { value: string | null; version: number };
      if (mine.isStored && found.version === mine.version + 1 && found.value !== mine.value) {
        this.#lab.fail(`version ${found.version} is ${found.value}, was stored as ${mine.value}`);
      }
      this.#versions.set(key, found.version);
      this.#put();
    });
  }
}

/** Lets the loops work for so long, then waits until each has its last answer. */
export function runLoops(lab: KvLab, loops: readonly PutLoop[], ms: number): void {
  for (const loop of loops) loop.start();
  lab.sleep(ms);
  stopLoops(lab, loops);
}

export function stopLoops(lab: KvLab, loops: readonly PutLoop[]): void {
  for (const loop of loops) loop.stop();
  if (!lab.until(() => loops.every(({ isIdle }) => isIdle), 30_000)) {
    lab.fail("a client got no answer within 30 s");
  }
}

/** As many versions as puts that were told to be stored; and at most those that may have been. */
export function checkCounts(
  lab: KvLab,
  loops: readonly PutLoop[],
  keys: readonly string[],
  isExact: boolean,
): void {
  const client = lab.openClient();
  const versions = keys.reduce((sum, key) => sum + lab.get(client, key).version, 0);
  const ok = loops.reduce((sum, { counts }) => sum + counts.ok, 0);
  const maybe = loops.reduce((sum, { counts }) => sum + counts.maybe, 0);
  if (versions < ok || versions > ok + maybe || (isExact && maybe > 0)) {
    lab.fail(`${versions} versions after ${ok} ok and ${maybe} ErrMaybe`);
  }
}
