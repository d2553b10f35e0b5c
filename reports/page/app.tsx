import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { followAddress } from "./address.ts";
import { AnomalySection } from "./anomaly.tsx";
import type { PageData } from "./data.ts";
import { stateOfHash } from "./hash.ts";
import { LinearizationSection } from "./linearization.tsx";
import { Logs } from "./logs.tsx";
import { observable, useObserved } from "./observable.ts";
import { Plots } from "./plots.tsx";
import { Checks, Environment, Faults, NothingClaimed, Repeat } from "./sections.tsx";
import { Timeline } from "./timeline.tsx";
import { createTimeline } from "./timeline-model.ts";
import { movesOf } from "./timeline-moves.ts";
import { initialState } from "./timeline-state.ts";

/** Everything below the verdict, in the order in which a reader asks for it. */
export function App({ data }: { data: PageData }): VNode {
  const { view } = data;
  const { result } = view;
  const [state] = useState(() =>
    observable(stateOfHash(location.hash, view) ?? initialState(view)),
  );
  const timeline = useMemo(() => createTimeline(data, state), [data]);
  const moves = useMemo(() => movesOf(timeline), [timeline]);
  const position = useObserved(state, ({ anomaly }) => anomaly);
  const selected = useObserved(state, (now) => now.selected);

  useEffect(() => timeline.end, [timeline]);
  // Before the operations are there, an address cannot be shown.
  useEffect(() => (data.isRead ? followAddress(timeline, moves) : undefined), [timeline]);
  useEffect(() => {
    const toTimeline = () => {
      if (state.get().selected !== null) document.querySelector("#timeline")?.scrollIntoView();
    };
    toTimeline();
    addEventListener("hashchange", toTimeline);
    return () => removeEventListener("hashchange", toTimeline);
  }, []);

  return (
    <main>
      <NothingClaimed result={result} />
      {view.focuses[position] !== undefined && (
        <AnomalySection
          focuses={view.focuses}
          position={position}
          bands={view.bands}
          nodes={view.nodes}
          selected={selected}
          onPosition={moves.showAnomaly}
          onSelect={moves.select}
        />
      )}
      <Timeline timeline={timeline} moves={moves} />
      <Faults view={view} />
      <Repeat command={result.repeat} />
      <Logs view={view} inside={data.inside} />
      <Plots timeline={timeline} moves={moves} />
      <LinearizationSection
        data={data}
        keyAtFirst={view.focuses[position]?.key ?? null}
        onSelect={moves.select}
      />
      <Checks checks={result.checks} />
      <Environment result={result} />
    </main>
  );
}
