import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { AnomalySection } from "./anomaly.tsx";
import type { PageData } from "./data.ts";
import { operationInHash, putOperationInHash } from "./hash.ts";
import { Logs } from "./logs.tsx";
import { Plots } from "./plots.tsx";
import { Checks, Environment, Faults, NothingClaimed, Repeat } from "./sections.tsx";
import { Timeline } from "./timeline.tsx";

const noMarks: readonly number[] = [];

/** Everything below the verdict, in the order in which a reader asks for it. */
export function App({ data }: { data: PageData }): VNode {
  const { view } = data;
  const { result } = view;
  const [position, setPosition] = useState(0);
  const [selected, setSelected] = useState(operationInHash);
  const focus = view.focuses[position];
  const [marked, setMarked] = useState(() => marksOf(view.focuses[0]));

  const showAnomaly = (next: number) => {
    setPosition(next);
    setMarked(marksOf(view.focuses[next]));
  };
  const select = (index: number | null) => {
    setSelected(index);
    putOperationInHash(index);
  };
  useEffect(() => {
    const toTimeline = () => document.querySelector("#timeline")?.scrollIntoView();
    const onHash = () => {
      setSelected(operationInHash());
      if (operationInHash() !== null) toTimeline();
    };
    addEventListener("hashchange", onHash);
    if (operationInHash() !== null) toTimeline();
    return () => removeEventListener("hashchange", onHash);
  }, []);

  return (
    <main>
      <NothingClaimed result={result} />
      {focus !== undefined && (
        <AnomalySection
          focuses={view.focuses}
          position={position}
          bands={view.bands}
          nodes={view.nodes}
          selected={selected}
          onPosition={showAnomaly}
          onSelect={select}
        />
      )}
      <Timeline data={data} marked={marked} selected={selected} onSelect={select} />
      <Faults view={view} />
      <Repeat command={result.repeat} />
      <Logs view={view} inside={data.inside} />
      <Plots data={data} />
      <Checks checks={result.checks} />
      <Environment result={result} />
    </main>
  );
}

function marksOf(focus: PageData["view"]["focuses"][number] | undefined): readonly number[] {
  if (focus === undefined) return noMarks;
  const named = focus.operations.filter(({ part }) => part !== "context");
  const rank = { culprit: 0, related: 1, context: 2 };
  return named.sort((a, b) => rank[a.part] - rank[b.part]).map(({ index }) => index);
}
