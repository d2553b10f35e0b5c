import { type Anomaly, HistoryStream, type Model, models, OpFeed } from "porcupine-ts";
import type { Journal } from "../workloads/recorder.ts";
import type { Workload } from "../workloads/workload.ts";
import type { RunRequest } from "./testbed.ts";

export type LiveCheckOptions = {
  readonly workload: Workload;
  /** Where lines go first. */
  readonly journal: Journal;
  /** Called at once for each key whose operations no order explains any more. */
  readonly onAnomaly: (anomaly: Anomaly) => void;
};

export type LiveCheck = {
  /** Takes the place of the journal. */
  readonly journal: Journal;
  stop(): void;
};

/** Few enough that nobody's answer waits for them. */
const configurationsMax = 1_000;
const probeEveryMs = 2_000;

/**
 * Judges the history of a run while it is recorded, where the workload asks for linearizability.
 *
 * Only tells: the check at the end is what counts, so whatever goes wrong in here ends it without a word.
 * Looks further ahead every two seconds of real time, where its thread is free then: in a simulation it is not.
 */
export function watchJournal({ workload, journal, onAnomaly }: LiveCheckOptions): LiveCheck {
  const model = modelOf(workload);
  if (model === undefined) return { journal, stop: () => undefined };
  const stream = new HistoryStream(model, { onAnomaly, configurationsMax });
  let feed: OpFeed | null = new OpFeed(stream);
  const attempt = (step: (feed: OpFeed) => void): void => {
    if (feed === null) return;
    try {
      step(feed);
    } catch {
      // The check at the end says what is wrong with the history.
      feed = null;
    }
  };
  const timer = setInterval(() => attempt(() => stream.probe()), probeEveryMs);
  timer.unref();
  return {
    journal: {
      append: (op) => {
        journal.append(op);
        attempt((open) => open.push(op));
      },
    },
    stop: () => clearInterval(timer),
  };
}

function modelOf({ check }: Workload): Model | undefined {
  const asked = check.find(({ checker }) => checker === "linearizable");
  return models[String(asked?.options["model"])];
}

/** Tells whoever watches the run. */
export function tellAnomaly(
  request: Pick<RunRequest, "onAnomaly" | "onNote" | "onProgress">,
  anomaly: Anomaly,
): void {
  request.onAnomaly?.(anomaly);
  (request.onNote ?? request.onProgress)(describeAnomaly(anomaly));
}

/** One line for a person who watches. */
export function describeAnomaly(anomaly: Anomaly): string {
  const { kind, key, operation, related, expected, observed } = anomaly;
  const where = key === undefined ? "" : ` on key ${key}`;
  const others = related.length === 0 ? "" : ` (see op ${related.join(", ")})`;
  const wanted = expected === undefined ? "" : `; expected ${expected}`;
  return `violation: ${kind}${where} at op ${operation}: ${observed}${wanted}${others}`;
}
