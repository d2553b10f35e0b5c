import type { Op } from "../history.ts";
import type { Random } from "./random.ts";

/** The history with one answer changed at random: usually, but not always, no longer linearizable. */
export function corrupt(ops: readonly Op[], random: Random): Op[] {
  const changed = [...ops];
  const answers = ops.filter(({ type }) => type === "ok" || type === "fail");
  if (answers.length === 0) return changed;
  const answer = random.pick(answers);
  const others = answers.filter(({ f, type }) => f === answer.f && type === "ok");
  changed[answer.index] = changeAnswer(answer, others, random);
  return changed;
}

function changeAnswer(answer: Op, others: readonly Op[], random: Random): Op {
  const isRead = ["get", "read", "dequeue"].includes(answer.f);
  if (isRead && answer.type === "ok") {
    const value = random.chance(0.5) ? random.pick(others).value : tweak(answer.value, random);
    return { ...answer, value };
  }
  const { error: _, ...rest } = answer;
  if (answer.type === "fail") return { ...rest, type: "ok" };
  return { ...rest, type: "fail", error: random.pick(["ErrVersion", "ErrNoKey", "refused"]) };
}

/** Another value of the same kind, near it. */
export function tweak(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0) return ["a"];
    const at = random.below(value.length);
    const kept = value.filter((_, i) => i !== at);
    return random.pick([kept, [...value, value[at]], [...kept, value[at]]]);
  }
  if (typeof value === "object" && value !== null && "version" in value) {
    return random.pick([
      { ...value, version: Number(value.version) + 1 },
      { ...value, version: Math.max(0, Number(value.version) - 1) },
      { ...value, value: "b" },
    ]);
  }
  if (typeof value === "object" && value !== null && "token" in value) {
    return { ...value, token: Math.max(0, Number(value.token) + random.pick([-1, 1, 2])) };
  }
  if (typeof value === "number") return value + random.pick([-2, -1, 1, 3]);
  return random.pick([null, "a", "b"]);
}
