import assert from "node:assert/strict";
import type { Rng } from "../cluster/env/rng.ts";
import type { Completion, Invocation } from "../cluster/subject.ts";
import { createCasRegister } from "./generators/cas-register.ts";
import { createFencedLock } from "./generators/fenced-lock.ts";
import type { Caller, Draws, ModelGenerator } from "./generators/model-generator.ts";
import { createMutex } from "./generators/mutex.ts";
import { createUniqueValues } from "./generators/unique-values.ts";
import { createVersionedKv } from "./generators/versioned-kv.ts";
import { createSlotChooser } from "./key-chooser.ts";
import type { OperationSpec, Workload } from "./workload.ts";
import { readFunctionOf } from "./workload-model.ts";

/**
 * Decides what each client does next. Pure: the same workload, seed and order of calls give the
 * same operations.
 */
export type Generator = {
  /** The next operation of a process, which has none in flight. */
  next(caller: Caller): Invocation;
  /** What became of the operation that `next` gave this caller. */
  observe(caller: Caller, invocation: Invocation, completion: Completion): void;
  /** One read of each key that was touched, the last 1000 at most; none where nothing can be read. */
  finalReads(): Invocation[];
};

/** Final reads at most, so that they end in seconds: of keys touched before, only later ones. */
const finalReadsMax = 1000;

const modelGenerators: Readonly<Record<string, (draws: Draws) => ModelGenerator>> = {
  "versioned-kv": createVersionedKv,
  "cas-register": createCasRegister,
  "append-list": createUniqueValues,
  kv: createUniqueValues,
  register: createUniqueValues,
  mutex: createMutex,
  "fenced-lock": createFencedLock,
};

/** A place that holds one key at a time: `k3`, then `k3-1`, `k3-2`, ... as it is rotated. */
type Slot = { generation: number; operations: number; key: string };

export function createGenerator(
  { keys, operations }: Pick<Workload, "keys" | "operations">,
  model: string,
  rng: Rng,
): Generator {
  const createModel = modelGenerators[model];
  assert(createModel !== undefined, `model ${model} has a generator`);
  let valueCount = 0;
  const uniqueValue = (): string => {
    valueCount += 1;
    return `v${valueCount}`;
  };
  const modelGenerator = createModel({ rng: rng.fork("arguments"), uniqueValue });
  const chooseSlot = createSlotChooser(keys.choose, keys.count, rng.fork("keys"));
  const chooseOperation = createOperationChooser(operations, rng.fork("operations"));
  const slots: Slot[] = Array.from({ length: keys.count }, (_, index) => ({
    generation: 0,
    operations: 0,
    key: `k${index}`,
  }));
  const touched: string[] = [];

  function nextKey(): string {
    const index = chooseSlot();
    const slot = slots[index] as Slot;
    if (slot.operations === keys.rotateAfterOps) {
      modelGenerator.forgetKey(slot.key);
      slot.generation += 1;
      slot.operations = 0;
      slot.key = `k${index}-${slot.generation}`;
    }
    if (slot.operations === 0) touch(slot.key);
    slot.operations += 1;
    return slot.key;
  }

  function touch(key: string): void {
    touched.push(key);
    if (touched.length >= 2 * finalReadsMax) touched.splice(0, touched.length - finalReadsMax);
  }

  return {
    next: (caller) =>
      modelGenerator.owed?.(caller) ?? modelGenerator.build(chooseOperation(), nextKey(), caller),
    observe: modelGenerator.observe,
    finalReads: () => {
      const f = readFunctionOf(model);
      return f === undefined ? [] : touched.slice(-finalReadsMax).map((key) => ({ f, key }));
    },
  };
}

function createOperationChooser(
  operations: readonly OperationSpec[],
  rng: Rng,
): () => OperationSpec {
  const total = operations.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let draw = rng.int(1, total);
    for (const operation of operations) {
      draw -= operation.weight;
      if (draw <= 0) return operation;
    }
    throw new RangeError("the weights add up to their total");
  };
}
