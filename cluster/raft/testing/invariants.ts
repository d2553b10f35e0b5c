import type { Traced } from "../../env/testing/fake-env.ts";

/**
 * The first place where a trace breaks a property of figure 3, or null: Election Safety, Log Matching
 * and State Machine Safety, the latter over all incarnations of a node; and that an incarnation
 * commits and executes without steps back or gaps.
 */
export function findViolation(trace: readonly Traced[]): string | null {
  const leaders = new Map<number, string>();
  const appended = new Map<string, unknown>();
  const applied = new Map<number, unknown>();
  const lastApplied = new Map<string, number>();
  const lastCommitted = new Map<string, number>();

  function check(record: Traced): string | null {
    const { node, kind, term } = record as Traced & { term: number };
    if (kind === "start") {
      lastApplied.set(node, 0);
      lastCommitted.set(node, 0);
    }
    if (kind === "role" && record["role"] === "leader") {
      if ((leaders.get(term) ?? node) !== node) return "two leaders in one term";
      leaders.set(term, node);
    }
    if (kind === "commit") {
      if (Number(record["index"]) <= (lastCommitted.get(node) ?? 0)) return "commit went back";
      lastCommitted.set(node, Number(record["index"]));
    }
    for (const { index, hash } of kind === "append" ? hashesIn(record) : []) {
      const place = `${index}/${term}`;
      if ((appended.get(place) ?? hash) !== hash) return "two entries of one index and term";
      appended.set(place, hash);
    }
    for (const { index, hash } of kind === "apply" ? hashesIn(record) : []) {
      if (index !== (lastApplied.get(node) ?? 0) + 1) return "executed out of order";
      lastApplied.set(node, index);
      if ((applied.get(index) ?? hash) !== hash) return "two entries executed at one index";
      applied.set(index, hash);
    }
    return null;
  }

  for (const record of trace) {
    const broken = check(record);
    if (broken !== null) return `${broken}: ${JSON.stringify(record)}`;
  }
  return null;
}

function hashesIn(record: Traced): readonly { readonly index: number; readonly hash: unknown }[] {
  const hashes = record["hashes"] as readonly number[];
  const first = Number(record["index"]) - hashes.length + 1;
  return hashes.map((hash, at) => ({ index: first + at, hash }));
}
