import type { Operation } from "../model.ts";

/** A copy of the operation that tells when anybody reads who called it, or when. */
export function watched(operation: Operation, onRead: () => void): Operation {
  const { index, process, call, return: end, ...rest } = operation;
  return {
    ...rest,
    get index(): number {
      onRead();
      return index;
    },
    get process(): number {
      onRead();
      return process;
    },
    get call(): number {
      onRead();
      return call;
    },
    get return(): number {
      onRead();
      return end;
    },
  };
}
