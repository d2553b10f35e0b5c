import { createLastSeen } from "./last-seen.ts";
import type { Draws, ModelGenerator } from "./model-generator.ts";

/** `read`, `write`, and `cas` from the value the thread saw last (`null` before) to a unique one. */
export function createCasRegister({ uniqueValue }: Draws): ModelGenerator {
  const values = createLastSeen<unknown>();
  return {
    build: ({ f }, key, { thread }) => {
      if (f === "read") return { f, key };
      const to = uniqueValue();
      return { f, key, value: f === "cas" ? [values.get(thread, key) ?? null, to] : to };
    },
    observe: ({ thread }, { f, key = "", value }, completion) => {
      if (completion.type !== "ok") return;
      if (f === "read") values.set(thread, key, completion.value);
      else values.set(thread, key, Array.isArray(value) ? value[1] : value);
    },
    forgetKey: values.forgetKey,
  };
}
