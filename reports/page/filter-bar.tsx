import type { RefObject, VNode } from "preact";
import { useMemo } from "preact/hooks";
import { formatCount } from "../describe.ts";
import type { OperationTable } from "../operation-table.ts";
import { outcomes } from "../operations.ts";
import { type Filter, isOpen, noFilter } from "./filter.ts";
import { useObserved } from "./observable.ts";
import type { Timeline } from "./timeline-model.ts";
import type { Moves } from "./timeline-moves.ts";

type Props = {
  readonly timeline: Timeline;
  readonly moves: Moves;
  readonly search: RefObject<HTMLInputElement | null>;
};

const outcomeTitles = { ok: "ok", fail: "failed", info: "unknown" } as const;
const searchHelp =
  'Words in keys, values, functions, nodes and errors; "a phrase", -without, and fields: ' +
  "key:k3 client:7 node:n2 f:put outcome:info error:timeout value=v41 version:5 took>100ms op:1234";

/** What to look for, how much of it there is, and steps from one to the next. */
export function FilterBar({ timeline, moves, search }: Props): VNode {
  const filter = useObserved(timeline.state, (state) => state.filter);
  const choices = useMemo(() => choicesOf(timeline.data.table), [timeline]);
  return (
    <search class="filter">
      <input
        ref={search}
        type="search"
        aria-label="Search operations"
        placeholder="Search: v41  key:k3  took>100ms"
        title={searchHelp}
        value={filter.text}
        onInput={(event) => moves.filter({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === "Enter") moves.stepMatch(event.shiftKey ? -1 : 1);
          else if (event.key === "Escape" && filter.text !== "") moves.filter({ text: "" });
          else return;
          event.preventDefault();
        }}
      />
      <Choice
        label="key"
        value={filter.key}
        options={choices.keys}
        onChoice={(key) => moves.filter({ key })}
      />
      <Choice
        label="client"
        value={filter.client === null ? null : String(filter.client)}
        options={choices.clients}
        onChoice={(text) => moves.filter({ client: text === null ? null : Number(text) })}
      />
      <Choice
        label="node"
        value={filter.node}
        options={choices.nodes}
        onChoice={(node) => moves.filter({ node })}
      />
      <Choice
        label="function"
        value={filter.f}
        options={choices.functions}
        onChoice={(f) => moves.filter({ f })}
      />
      <Outcomes filter={filter} moves={moves} />
      <Others filter={filter} moves={moves} />
      <Count timeline={timeline} moves={moves} filter={filter} />
    </search>
  );
}

/** Above this many, one is typed instead of chosen. */
const optionsMax = 60;

function Choice(props: {
  readonly label: string;
  readonly value: string | null;
  readonly options: readonly string[];
  readonly onChoice: (value: string | null) => void;
}) {
  const { label, value, options, onChoice } = props;
  const chosen = (text: string) => onChoice(text === "" ? null : text);
  if (options.length > optionsMax) {
    const list = `options-${label}`;
    return (
      <label>
        {label}{" "}
        <input
          type="text"
          size={7}
          list={list}
          value={value ?? ""}
          placeholder="any"
          onChange={(event) => chosen(event.currentTarget.value.trim())}
        />
        <datalist id={list}>
          {options.slice(0, 1000).map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      </label>
    );
  }
  // What a link asks for stays to be seen, also where this run has none of it.
  const all = value === null || options.includes(value) ? options : [value, ...options];
  return (
    <label>
      {label}{" "}
      <select
        value={value ?? ""}
        onChange={(event) => chosen(event.currentTarget.value)}
        data-chosen={value !== null}
      >
        <option value="">any</option>
        {all.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

function Outcomes({ filter, moves }: { filter: Filter; moves: Moves }) {
  return (
    <fieldset class="toggles" aria-label="Outcomes">
      {outcomes.map((name) => {
        const isShown = filter.outcomes.includes(name);
        const next = outcomes.filter(
          (other) => (other === name) !== filter.outcomes.includes(other),
        );
        return (
          <button
            key={name}
            type="button"
            aria-pressed={isShown}
            onClick={() => moves.filter({ outcomes: next })}
          >
            <i class={`swatch ${name}`} /> {outcomeTitles[name]}
          </button>
        );
      })}
    </fieldset>
  );
}

function Others({ filter, moves }: { filter: Filter; moves: Moves }) {
  return (
    <label>
      <input
        type="checkbox"
        checked={filter.others === "hidden"}
        onChange={(event) =>
          moves.filter({ others: event.currentTarget.checked ? "hidden" : "dimmed" })
        }
      />{" "}
      hide others
    </label>
  );
}

function Count({ timeline, moves, filter }: Omit<Props, "search"> & { filter: Filter }) {
  const { count, problems, isBusy } = useObserved(timeline.matches, (found) => found);
  const all = timeline.data.table.size;
  const isAny = isOpen(filter);
  return (
    <span class="matches">
      <output aria-live="polite" class={problems.length > 0 ? "problem" : undefined}>
        {problems[0] ??
          (isBusy
            ? "searching…"
            : isAny
              ? `${formatCount(all)} operations`
              : `${formatCount(count)} of ${formatCount(all)}`)}
      </output>
      <button
        type="button"
        aria-label="Previous match"
        disabled={count === 0}
        onClick={() => moves.stepMatch(-1)}
      >
        ‹
      </button>
      <button
        type="button"
        aria-label="Next match"
        disabled={count === 0}
        onClick={() => moves.stepMatch(1)}
      >
        ›
      </button>
      <button
        type="button"
        disabled={isAny}
        onClick={() => moves.filter({ ...noFilter, others: filter.others })}
      >
        Clear
      </button>
    </span>
  );
}

type Choices = {
  readonly keys: readonly string[];
  readonly clients: readonly string[];
  readonly nodes: readonly string[];
  readonly functions: readonly string[];
};

/** What there is to choose from, in the order of people: k2 before k10. */
function choicesOf(table: OperationTable): Choices {
  const { compare } = new Intl.Collator("en", { numeric: true });
  const words = (column: Int32Array) => {
    const found = [...new Set(column)].map((code) => table.word(code));
    return found.filter((word) => word !== null).sort(compare);
  };
  return {
    keys: words(table.key),
    clients: [...new Set(table.process)].sort((a, b) => a - b).map(String),
    nodes: words(table.node),
    functions: words(table.f),
  };
}
