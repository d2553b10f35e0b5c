import type { Done } from "../../cluster/control.ts";
import { describeHits, isQuiet, wasHit } from "../counted.ts";
import { answersIn, lookAtStops, partOf } from "../counted-stop.ts";
import { diskEffect, diskKind, diskKindNames, diskShape } from "../disk-kinds.ts";
import { forEach, inTurn } from "../each.ts";
import type { Effect, Fault, Observation } from "../fault.ts";
import { drawNumber, durationSchema, shareSchema } from "../parameters.ts";
import { drawAwake, drawWord, nodesSchema, wordsSchema } from "../select.ts";
import { type Answers, allAre, describeAnswers } from "../status-look.ts";

/**
 * Breaks the disks of its targets in one way. Kinds that show at a start only kill their targets
 * first and start them on the bad disk.
 *
 * A node whose data is gone never comes back in the run, unless the atlas allows `beyond`: after
 * rot it ends itself; one whose writes were lost or misdirected is killed at heal, before it could
 * start without them.
 */
export const fault: Fault = {
  name: "disk",
  summary: "disks that are slow, full, rotten, fail, lose writes or put them elsewhere",
  needs: "disk",
  parameters: {
    nodes: nodesSchema,
    kind: wordsSchema(diskKindNames),
    chance: shareSchema,
    slowBy: durationSchema,
  },
  required: [],

  resolve(view, parameters, rng) {
    const kind = drawWord(parameters["kind"], diskKindNames, rng);
    const drawn = drawAwake(view, parameters, rng);
    if (typeof drawn === "string") return drawn;
    const targets = drawn.filter((node) => !view.disks.has(node));
    if (targets.length === 0) return "disks already broken";
    const chance = drawNumber(parameters["chance"], rng, { fallback: 200, stepsPerUnit: 1 });
    const slowMs = drawNumber(parameters["slowBy"], rng, { fallback: 50, stepsPerUnit: 1 });
    const { hasChance } = diskKind(kind);
    const detail = {
      kind,
      ...(hasChance && { chancePermille: chance }),
      ...(kind === "slow" && { slowMs }),
    };
    return { targets, detail, effect: diskEffect(diskKind(kind), targets, view.atlas) };
  },

  inject({ control }, { targets, detail }, done) {
    const { shape, restarts } = diskKind(detail["kind"]);
    const broken = diskShape(shape(chanceOf(detail), Number(detail["slowMs"] ?? 0)));
    forEach(
      targets,
      (node, next) => {
        const calls = [(step: Done) => control.setDisk(node, broken, step)];
        if (restarts) {
          calls.unshift((step) => control.kill(node, step));
          calls.push((step) => control.start(node, step));
        }
        inTurn(calls, next);
      },
      done,
    );
  },

  heal({ control }, { targets, detail, effect }, done) {
    const then = isKeptAway(detail, effect) ? control.kill : control.start;
    forEach(
      targets,
      (node, next) =>
        inTurn([(step) => control.setDisk(node, null, step), (step) => then(node, step)], next),
      done,
    );
  },

  probe: lookAtStops((detail) => diskKind(detail["kind"]).counted),

  // A node that must stay away after the heal answers before the injection.
  isClean: (look) => {
    const looks = { before: {}, during: {}, after: look };
    return isQuiet(partOf(looks, "counts").after) && allAre(answersIn(looks).after, "answers");
  },

  judge({ detail, effect }, looks) {
    const { before, during, after } = answersIn(looks);
    const counts = partOf(looks, "counts");
    return {
      effective: wasHit(counts, chanceOf(detail)),
      healed: isQuiet(counts.after) && isWhereItBelongs(detail, effect, after),
      evidence: () =>
        `${String(detail["kind"])}: ${describeHits(counts)} operations of the disk; ` +
        `asked for status: ${describeAnswers({ before, during, after })}`,
    };
  },
};

function chanceOf(detail: Observation): number {
  return Number(detail["chancePermille"] ?? 1000);
}

/** It does not know that data is gone, so it is the heal that keeps it away. */
function isKeptAway(detail: Observation, effect: Effect): boolean {
  return diskKind(detail["kind"]).node === "deceived" && effect.retired !== undefined;
}

function isWhereItBelongs(detail: Observation, effect: Effect, after: Answers): boolean {
  if (isKeptAway(detail, effect))
    return Object.values(after).every((answer) => answer !== "answers");
  // One that found its data gone may stay away, or may have found that nothing is missing.
  const mayStayAway = effect.retired !== undefined || effect.forgets !== undefined;
  return mayStayAway || allAre(after, "answers");
}
