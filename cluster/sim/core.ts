import { forEach } from "../../nemesis/each.ts";
import type { Control, Done, Link } from "../control.ts";
import type { NodeName } from "../env/env.ts";
import type { Rng } from "../env/rng.ts";

/**
 * How the others stay away while the core must serve: stopped, or up and cut off from it, both ways
 * or one way only. A node that hears nobody and is heard by all must not disturb who leads.
 */
const absences = ["stopped", "cut-off", "only-sends", "only-hears"] as const;
export type Absence = (typeof absences)[number];

/** The nodes that must serve in the end, and those that stay away while they show it. */
export type CorePlan = {
  readonly core: readonly NodeName[];
  readonly away: readonly NodeName[];
  /** Of `away`, those that have lost their data: they are stopped in any case, and for good. */
  readonly lost: ReadonlySet<NodeName>;
  readonly absence: Absence;
};

/**
 * Draws a core: in every second run all nodes that can be asked, else a majority or more of the
 * cluster. `lost`: nodes that have lost their data and must never take part again.
 */
export function drawCore(
  nodes: readonly NodeName[],
  lost: ReadonlySet<NodeName>,
  rng: Rng,
): CorePlan {
  const able = nodes.filter((node) => !lost.has(node));
  const majority = Math.floor(nodes.length / 2) + 1;
  const isSmall = able.length > majority && rng.chance(1, 2);
  const size = isSmall ? rng.int(majority, able.length - 1) : able.length;
  const drawn = new Set(rng.shuffle(able).slice(0, size));
  const core = nodes.filter((node) => drawn.has(node));
  const away = nodes.filter((node) => !drawn.has(node));
  return { core, away, lost, absence: rng.pick(absences) };
}

/** Whether somebody is up who could disturb the core. */
export function isDisturbed({ away, lost, absence }: CorePlan): boolean {
  return absence !== "stopped" && away.some((node) => !lost.has(node));
}

/** Stops or cuts off who stays away, and starts the rest: a node that had given up is not given up. */
export function isolateCore(plan: CorePlan, control: Control, done: Done): void {
  const stopped = plan.away.filter((node) => plan.absence === "stopped" || plan.lost.has(node));
  const up = control.nodes.filter((node) => !stopped.includes(node));
  forEach(stopped, control.kill, (error) => {
    if (error !== null) done(error);
    else
      control.cut(linksCut(plan), (cutError) => {
        if (cutError !== null) done(cutError);
        else forEach(up, control.start, done);
      });
  });
}

/** How those that stay away do, for whoever reads of the demand: `n4 was cut off from them`; null when all are there. */
export function describeAway({ away, lost, absence }: CorePlan): string | null {
  const clauses = away.map(
    (node) => `${node} ${lost.has(node) ? "was down for good" : absenceClauses[absence]}`,
  );
  return clauses.length === 0 ? null : clauses.join(", ");
}

const absenceClauses: Readonly<Record<Absence, string>> = {
  stopped: "was down",
  "cut-off": "was cut off from them",
  "only-sends": "was heard by them and heard none of them",
  "only-hears": "heard them and was heard by none of them",
};

/** Undoes `isolateCore`, but for nodes that have lost their data. */
export function reunite(plan: CorePlan, control: Control, done: Done): void {
  const returning = plan.away.filter((node) => !plan.lost.has(node));
  control.join(linksCut(plan), (error) => {
    if (error !== null) done(error);
    else forEach(returning, control.start, done);
  });
}

function linksCut({ core, away, absence }: CorePlan): Link[] {
  if (absence === "stopped") return [];
  return away.flatMap((other) =>
    core.flatMap((member) => [
      ...(absence === "only-sends" ? [] : [{ from: other, to: member }]),
      ...(absence === "only-hears" ? [] : [{ from: member, to: other }]),
    ]),
  );
}
