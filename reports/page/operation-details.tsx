import type { VNode } from "preact";
import { describeCall, describeResult, formatMoment, formatTook } from "../describe.ts";
import type { LaidOperation } from "../operations.ts";

/** The whole operation that is selected; keeps its place when none is. */
export function OperationDetails(props: { readonly operation: LaidOperation | undefined }): VNode {
  const { operation } = props;
  return (
    <div class="details" id="operation" aria-live="polite">
      {operation === undefined ? (
        <p class="hint">No operation is selected.</p>
      ) : (
        <Fields operation={operation} />
      )}
    </div>
  );
}

function Fields({ operation }: { operation: LaidOperation }) {
  const { call, return: returned } = operation;
  const fields: [string, string][] = [
    ["operation", `#${operation.index}`],
    ["client", String(operation.process)],
    ["node", operation.node ?? "unknown"],
    ["asked at", formatMoment(call, 6)],
    ["answered at", returned === null ? "never" : formatMoment(returned, 6)],
    ["took", returned === null ? "–" : formatTook(returned - call)],
    ["outcome", operation.outcome],
    ["error", operation.error ?? "–"],
    ["argument", JSON.stringify(operation.input)],
    ["result", JSON.stringify(operation.output)],
  ];
  return (
    <>
      <p class="op-line">
        {describeCall(operation)} → {describeResult(operation)}
      </p>
      <dl>
        {fields.map(([name, value]) => (
          <div key={name} class={isLong(name) ? "wide" : undefined}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function isLong(name: string): boolean {
  return name === "argument" || name === "result";
}
