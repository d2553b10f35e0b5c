import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Bug, NodeProgram } from "../env/program.ts";
import type { RaftRules } from "../raft/rules.ts";
import type { BugInfo, Subject } from "../subject.ts";
import { letDraw } from "./raft-draw.ts";
import { runWitness } from "./run-witness.ts";
import type { Witness } from "./witness.ts";

/** A witness is timed, not forced: it may need another seed. */
const seedsMax = 8;

type Rules = { readonly raft: RaftRules };

/**
 * Plays the witnesses of the subjects' bugs: whether one shows its bug under one of a few seeds, null
 * for a bug that has none in the folder `witnesses` beside its subject's program.
 */
export async function loadWitnesses(
  subjects: ReadonlyMap<string, Subject>,
): Promise<(bug: BugInfo) => boolean | null> {
  const plays = new Map<string, () => boolean>();
  for (const subject of subjects.values()) {
    for (const info of subject.bugs) {
      const file = join(dirname(subject.programFile), "witnesses", basename(info.file));
      if (!existsSync(file)) continue;
      const { witness } = await load<{ witness: Witness }>(file);
      const { program } = await load<{ program: NodeProgram<Rules> }>(subject.programFile);
      const { bug } = await load<{ bug: Bug<Rules> }>(info.file);
      const planted = { ...subject, openClient: info.openClient ?? subject.openClient };
      plays.set(info.file, () => isShown({ witness, program, subject: planted, bug, letDraw }));
    }
  }
  return ({ file }) => plays.get(file)?.() ?? null;
}

function isShown(request: Omit<Parameters<typeof runWitness<Rules>>[0], "seed">): boolean {
  for (let seed = 1; seed <= seedsMax; seed++) {
    const { findings } = runWitness({ ...request, seed });
    if (findings.some(({ kind }) => kind === request.witness.shows)) return true;
  }
  return false;
}

async function load<T>(file: string): Promise<T> {
  return import(pathToFileURL(file).href);
}
