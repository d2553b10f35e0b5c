import type { Clock, Timer } from "../cluster/env/env.ts";
import type { Instance } from "./fault.ts";

/** Things that a fault does again and again while an instance of it is active. */
const timers = new WeakMap<Instance, Timer>();

/** Calls after every `everyMs`, with the number of the call (from 1), until `stopStrobe`. */
export function startStrobe(
  clock: Clock,
  instance: Instance,
  everyMs: number,
  call: (count: number) => void,
): void {
  stopStrobe(instance);
  const again = (count: number): void => {
    const timer = clock.setTimer(everyMs, () => {
      again(count + 1);
      call(count);
    });
    timers.set(instance, timer);
  };
  again(1);
}

export function stopStrobe(instance: Instance): void {
  timers.get(instance)?.cancel();
  timers.delete(instance);
}
