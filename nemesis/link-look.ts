import type { LinkState } from "../cluster/control.ts";
import { byName } from "./each.ts";
import type { Fault, Judgement, Observation } from "./fault.ts";
import { linkKey } from "./grudge.ts";

/** The probe of faults that cut links: whether a probe arrives over each of them. */
export const lookAtLinks: Fault["probe"] = ({ control }, { effect }, done) => {
  const links = effect.cut ?? [];
  if (links.length === 0) {
    done(null, {});
    return;
  }
  control.probeLinks(links, (error, states) =>
    done(
      error,
      byName(links.map(linkKey), (_, at) => states[at] ?? "unknown"),
    ),
  );
};

export function judgeCut(looks: Parameters<Fault["judge"]>[1]): Judgement {
  const before = count(looks.before);
  const during = count(looks.during);
  const after = count(looks.after);
  return {
    effective: wasCut(before, during),
    healed: after.cut === 0 && after.unknown === 0,
    evidence: () =>
      `sent probes over the links: before ${describe(before)}; ` +
      `during ${describe(during)}; after ${describe(after)}`,
  };
}

/** A link to a node that another fault stopped shows nothing, neither for nor against. */
function wasCut(before: Counts, during: Counts): boolean | null {
  if (during.cut + during.open === 0 || before.cut + before.open === 0) return null;
  return before.cut === 0 && during.cut > 0 && during.open === 0;
}

type Counts = Record<LinkState, number>;

function count(look: Observation): Counts {
  const counts: Counts = { open: 0, cut: 0, unknown: 0 };
  for (const state of Object.values(look)) counts[state as LinkState] += 1;
  return counts;
}

function describe({ open, cut, unknown }: Counts): string {
  const hidden = unknown === 0 ? "" : `, ${unknown} unknown`;
  return `${cut} cut, ${open} open${hidden}`;
}
