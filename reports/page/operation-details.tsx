import type { ComponentChildren, VNode } from "preact";
import { describeCall, describeResult, formatMoment, formatTook } from "../describe.ts";
import type { LaidOperation } from "../operations.ts";
import { CopyButton } from "./copy-button.tsx";
import type { Filter } from "./filter.ts";
import { operationJson } from "./operation-json.ts";
import type { Moves } from "./timeline-moves.ts";

type Props = {
  readonly operation: LaidOperation | undefined;
  /** What the address names although this history has no such operation. */
  readonly missing: number | null;
  readonly moves: Moves;
};

/** The whole operation that is selected; keeps its place when none is. */
export function OperationDetails({ operation, missing, moves }: Props): VNode {
  return (
    <div class="details" id="operation" aria-live="polite">
      {operation === undefined ? (
        <p class={missing === null ? "hint" : "missing"}>
          {missing === null
            ? "No operation is selected."
            : `No operation ${missing} in this history.`}
        </p>
      ) : (
        <Fields operation={operation} moves={moves} />
      )}
    </div>
  );
}

function Fields({ operation, moves }: { operation: LaidOperation; moves: Moves }) {
  const { call, return: returned, key, node, process, f } = operation;
  const by = (change: Partial<Filter>, text: string) => (
    <FilterLink change={change} moves={moves}>
      {text}
    </FilterLink>
  );
  const fields: [string, ComponentChildren][] = [
    ["operation", `#${operation.index}`],
    ["function", by({ f }, f)],
    ["key", key === null ? "–" : by({ key }, key)],
    ["client", by({ client: process }, String(process))],
    ["node", node === null ? "unknown" : by({ node }, node)],
    ["asked at", formatMoment(call, 6)],
    ["answered at", returned === null ? "never" : formatMoment(returned, 6)],
    ["took", returned === null ? "–" : formatTook(returned - call)],
    ["outcome", operation.outcome],
    ["error", operation.error ?? "–"],
    ["argument", JSON.stringify(operation.input) ?? "–"],
    ["result", JSON.stringify(operation.output) ?? "–"],
  ];
  return (
    <>
      <div class="bar">
        <p class="op-line">
          {describeCall(operation)} → {describeResult(operation)}
        </p>
        <span class="tools">
          <CopyButton text={() => operationJson(operation)}>Copy JSON</CopyButton>
          <CopyButton text={() => location.href}>Copy link</CopyButton>
          <button type="button" onClick={() => moves.select(null)}>
            Close
          </button>
        </span>
      </div>
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

function FilterLink(props: {
  readonly change: Partial<Filter>;
  readonly moves: Moves;
  readonly children: string;
}) {
  const [name] = Object.keys(props.change);
  return (
    <button
      type="button"
      class="link"
      title={`Show this ${name === "f" ? "function" : name} only`}
      onClick={() => props.moves.filter(props.change)}
    >
      {props.children}
    </button>
  );
}

function isLong(name: string): boolean {
  return name === "argument" || name === "result";
}
