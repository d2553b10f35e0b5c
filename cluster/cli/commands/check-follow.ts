import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { formats, models } from "porcupine-ts";
import { streamHistory } from "porcupine-ts/node";
import { plural } from "../../../reports/describe.ts";
import { describeAnomaly } from "../../live-check.ts";
import { checkJson } from "../check-json.ts";
import { formatError } from "../errors.ts";
import { exitCodes, worstExitCode } from "../exit-code.ts";
import { lookUp } from "../inputs.ts";
import { type InterruptWords, watchInterrupts } from "../interrupt.ts";
import { createOutput, visible } from "../output.ts";

const words: InterruptWords = {
  first: "interrupted: judging what was read",
  second: "interrupted again: still judging what was read",
  further: "still judging what was read",
};

/**
 * Judges a history that is being written: a violation is told at once, on stderr; the verdict when
 * the run is over (its `result.json` lies beside the history) or at Ctrl-C.
 */
export async function followHistory(options: {
  readonly file: string;
  /** Instead of the model that the file names. */
  readonly model?: string;
  /** A name of `formats`, or `auto`. */
  readonly format: string;
  readonly json: boolean;
}): Promise<number> {
  const { file } = options;
  const isAuto = options.format === "auto";
  const format = isAuto
    ? undefined
    : lookUp("format", options.format, new Map(Object.entries(formats)));
  const output = createOutput({ json: options.json, ...process });
  const interrupt = watchInterrupts(output.note, words);
  const known = new Map(Object.entries(models));
  const everyMs = process.stderr.isTTY === true ? 500 : 10_000;
  const rssBytes = process.memoryUsage.rss();
  let shownMs = Number.NEGATIVE_INFINITY;
  try {
    const resultFile = join(dirname(resolve(file)), "result.json");
    const { result, ...facts } = await streamHistory({
      file,
      ...(format === undefined ? {} : { format }),
      chooseModel: (named) => lookUp("model", options.model ?? named ?? "", known),
      isOver: () => existsSync(resultFile),
      signal: interrupt.soft,
      onAnomaly: (anomaly) => output.note(describeAnomaly(anomaly)),
      onProgress: ({ operations }) => {
        if (performance.now() - shownMs < everyMs) return;
        shownMs = performance.now();
        output.progress(`${plural(operations, "operation")} so far`);
      },
    });
    const { truncatedAtLine } = facts;
    if (truncatedAtLine !== null) output.note(`line ${truncatedAtLine} is torn, it is left out`);
    const { verdict, summary, anomalies, stats } = result;
    output.say(`${output.paint(verdict)}: ${visible(summary)}`);
    const operationCount = Number(stats?.["operations"] ?? 0);
    output.json(
      checkJson({
        ...{ file, checker: "linearizable", result, core: anomalies[0]?.core ?? [] },
        // Read and judged at once, and mostly waited for.
        ...{ checkMs: null, facts: { ...facts, operationCount, parseMs: null } },
        peakRssBytes: Math.max(0, process.resourceUsage().maxRSS * 1024 - rssBytes),
      }),
    );
    const isEarly = interrupt.soft.aborted;
    return worstExitCode([exitCodes[verdict], ...(isEarly ? [exitCodes.interrupted] : [])]);
  } catch (error) {
    if (!interrupt.soft.aborted) throw error;
    output.note(formatError(error));
    return exitCodes.interrupted;
  } finally {
    interrupt.dispose();
  }
}
