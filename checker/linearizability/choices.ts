import { type ChoiceList, type Configuration, impossible, neverHappened } from "./machine.ts";
import type { Partition } from "./partition.ts";

/** What a machine of which nothing but its steps is known says of the operations that may go next. */
type Steps = {
  next(state: number, id: number): number;
  /** Whether an optional operation, which leads to the state `next`, is worth while. */
  isUseful(configuration: Configuration, id: number, next: number): boolean;
};

/**
 * Writes what may be ordered next, see `Machine.choices`: first what enables the due operation, then "it
 * never happened", then everything else.
 */
export function listChoices(
  machine: Steps,
  partition: Partition,
  configuration: Configuration,
  out: ChoiceList,
): number {
  const { e, state } = configuration;
  const { from, underWay, isOptional, completed } = partition;
  const isStuck = isOptional[e] === 0 && machine.next(state, e) === impossible;
  const first = from[e] ?? 0;
  const done = (from[e + 1] ?? 0) - first;
  const candidates = done + (partition.openBefore[e] ?? 0);
  for (let pass = isStuck ? 0 : 1; pass < 2; pass++) {
    if (pass === 1 && isOptional[e] === 1) out.push(neverHappened);
    for (let i = 1; i < candidates; i++) {
      const id = i < done ? (underWay[first + i] ?? 0) : completed + i - done;
      const next = machine.next(state, id);
      if (next === impossible || configuration.isSettled(id)) continue;
      const isEnabler = isStuck && next !== state && machine.next(next, e) !== impossible;
      if (isEnabler === (pass === 1)) continue;
      if (isOptional[id] === 0 || machine.isUseful(configuration, id, next)) out.push(id);
    }
  }
  return candidates;
}

/** Whether the operation, which leads to `next`, makes another one possible, or makes it end otherwise. */
export function enablesAny(
  machine: Pick<Steps, "next">,
  partition: Partition,
  configuration: Configuration,
  { id, next }: { readonly id: number; readonly next: number },
): boolean {
  const { e, state } = configuration;
  const { from, underWay, openBefore, completed, isOptional } = partition;
  const first = from[e] ?? 0;
  const done = (from[e + 1] ?? 0) - first;
  const count = done + (openBefore[e] ?? 0);
  for (let i = 0; i < count; i++) {
    const other = i < done ? (underWay[first + i] ?? 0) : completed + i - done;
    if (other === id || configuration.isSettled(other)) continue;
    const after = machine.next(next, other);
    if (after === impossible || (isOptional[other] === 1 && after === next)) continue;
    if (after !== machine.next(state, other)) return true;
  }
  return false;
}
