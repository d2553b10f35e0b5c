import type { Anomaly } from "porcupine-ts";

/** The class of an anomaly, as people call it. */
export type AnomalyClass =
  | "stale-read"
  | "non-monotonic-read"
  | "lost-write"
  | "duplicate-version"
  | "duplicate"
  | "phantom"
  | "dirty-read"
  | "split-brain"
  | "broken-lock"
  | "wrong-error"
  | "wrong-count"
  | "stuck"
  | "broken-invariant"
  | "gave-up"
  | "unordered";

/** Name and meaning of each class, in plain words. */
export const classes: Readonly<
  Record<AnomalyClass, { readonly title: string; readonly meaning: string }>
> = {
  "stale-read": {
    title: "Stale read",
    meaning: "An answer came from a state that had been replaced before the question was asked.",
  },
  "non-monotonic-read": {
    title: "Non-monotonic read",
    meaning: "A client went back in time: it saw something older than what it had seen before.",
  },
  "lost-write": {
    title: "Lost write",
    meaning: "A write was acknowledged, and what came later does not know of it.",
  },
  "duplicate-version": {
    title: "One version given twice",
    meaning:
      "Two writes of one key were accepted as the same version: the one took the place of the other unseen, and is lost.",
  },
  duplicate: {
    title: "Duplicate",
    meaning: "One operation took effect more than once.",
  },
  phantom: {
    title: "Phantom read",
    meaning: "A read returned something that nobody had written by then.",
  },
  "dirty-read": {
    title: "Dirty read",
    meaning: "A read returned the value of a write that the store had refused.",
  },
  "split-brain": {
    title: "Split brain",
    meaning:
      "Two nodes acknowledged or showed different values of the same version or place: only one can be true.",
  },
  "broken-lock": {
    title: "Broken lock",
    meaning:
      "Two clients held one lock at a time, or one was refused, or released, what it could not be.",
  },
  "wrong-error": {
    title: "Wrong error",
    meaning:
      "A client was told of an outcome of its operation that the answers it had got did not bear out.",
  },
  "wrong-count": {
    title: "Wrong count",
    meaning: "A counter was read as something that no choice among the adds around it comes to.",
  },
  stuck: {
    title: "Stuck",
    meaning:
      "A majority was up and connected, and the cluster did not recover in time, or deposed a leader that it heard.",
  },
  "broken-invariant": {
    title: "Invariant broken inside the nodes",
    meaning: "The traces of the nodes show that they broke a promise of Raft.",
  },
  "gave-up": {
    title: "A node gave up",
    meaning: "A node ended by itself, without a fault that asked for it.",
  },
  unordered: {
    title: "No order exists",
    meaning: "Each answer is possible by itself; no order explains all of them together.",
  },
};

/** What a checker says by itself, before the operations are looked at. */
export function classOfKind(kind: Anomaly["kind"]): AnomalyClass {
  switch (kind) {
    case "wrong-answer":
      return "wrong-error";
    case "broken-session":
      return "non-monotonic-read";
    case "too-little":
      return "unordered";
    default:
      return kind;
  }
}

export function isAnomalyClass(name: unknown): name is AnomalyClass {
  return typeof name === "string" && Object.hasOwn(classes, name);
}
