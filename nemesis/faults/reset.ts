import { describeHits, isQuiet, lookAtCounters, sendersOf, wasHit } from "../counted.ts";
import type { Fault } from "../fault.ts";
import { drawLinks, linkParameters } from "../link-fault.ts";
import { startStrobe, stopStrobe } from "../strobe.ts";

/** Shorter than a look at counters, so that one sees whether it goes on. */
const everyMinMs = 20;
const everyMaxMs = 90;

/** Breaks the connections of its targets again and again: frames on their way are lost. */
export const fault: Fault = {
  name: "reset",
  summary: "break connections between nodes, over and over",
  needs: "reset-links",
  parameters: linkParameters,
  required: [],

  resolve(view, parameters, rng) {
    // The counters of a node do not tell two instances apart.
    if (view.reset.length > 0) return "links already reset";
    const drawn = drawLinks(view, parameters, rng);
    if (typeof drawn === "string") return drawn;
    const { targets, direction, links } = drawn;
    const everyMs = rng.int(everyMinMs, everyMaxMs);
    return { targets, detail: { direction, everyMs }, effect: { reset: links } };
  },

  inject({ control, clock }, instance, done) {
    const links = instance.effect.reset ?? [];
    const everyMs = Number(instance.detail["everyMs"] ?? everyMaxMs);
    startStrobe(clock, instance, everyMs, () => control.resetLinks(links, ignore));
    control.resetLinks(links, done);
  },

  heal(_context, instance, done) {
    stopStrobe(instance);
    done(null);
  },

  probe(context, { effect }, done) {
    const counted = { met: ["linksReset"], hit: ["linksReset"] } as const;
    lookAtCounters(context, sendersOf(effect.reset ?? []), counted, done);
  },

  judge(_instance, looks) {
    return {
      effective: wasHit(looks, 1000),
      healed: isQuiet(looks.after),
      evidence: () => `the network broke connections ${describeHits(looks)} times`,
    };
  },
};

/** One that fails is made up for by the next; the looks decide. */
function ignore(): void {}
