import type { VNode } from "preact";
import { classes } from "../../anomaly/classes.ts";
import type { AnomalyGroup, SeenAt } from "../../campaign/night.ts";
import { formatCount, plural } from "../../describe.ts";
import { fileHref, formatDay } from "./format.ts";

/** Anomalies by signature, over all nights that the page knows. */
export function AnomaliesSection(props: {
  readonly groups: readonly AnomalyGroup[];
  readonly nights: number;
  readonly chosen: string | null;
  readonly onChoose: (text: string | null) => void;
}): VNode | null {
  const { groups, nights, chosen, onChoose } = props;
  if (groups.length === 0) return null;
  return (
    <section id="anomalies" aria-labelledby="anomalies-title">
      <h2 id="anomalies-title">
        Anomalies <small>{plural(groups.length, "signature")}</small>
      </h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Anomaly</th>
              <th>Faults at its node</th>
              <th>Found by</th>
              <th>Subject</th>
              <th class="number">Runs</th>
              <th class="number">Nights</th>
              <th>First seen</th>
              <th>Last seen</th>
              <th>Signature</th>
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <tr key={group.signature.text} class={group.isCurrent ? undefined : "past"}>
                <th scope="row">
                  <span class="invalid tone" aria-hidden="true">
                    ✕
                  </span>{" "}
                  <span title={classes[group.signature.class].meaning}>
                    {classes[group.signature.class].title}
                  </span>
                  {group.signature.rule !== null && <small> {group.signature.rule}</small>}
                  {group.isNew && <span class="tag">new</span>}
                  {!group.isCurrent && <span class="tag quiet">not this time</span>}
                </th>
                <td>{group.signature.faults.join(", ") || "none"}</td>
                <td>{group.signature.checker}</td>
                <td>{group.signature.text.split("; ").at(-1)}</td>
                <td class="number">{formatCount(group.count)}</td>
                <td class="number">
                  {group.nights} of {nights}
                </td>
                <td>
                  <Seen seen={group.first} />
                </td>
                <td>
                  <Seen seen={group.last} />
                </td>
                <td>
                  <button
                    type="button"
                    class="signature"
                    aria-pressed={chosen === group.signature.text}
                    disabled={!group.isCurrent}
                    title={`${group.signature.text}: show its runs`}
                    onClick={() =>
                      onChoose(chosen === group.signature.text ? null : group.signature.text)
                    }
                  >
                    {group.signature.id}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Seen({ seen }: { seen: SeenAt }): VNode {
  const text = `${seen.workload}, seed ${seen.seed}`;
  return (
    <>
      {formatDay(seen.startedAt)}
      <br />
      {seen.runDir === null ? (
        <small>{text}</small>
      ) : (
        <a href={fileHref(seen.base, seen.runDir, "report.html")}>
          <small>{text}</small>
        </a>
      )}
    </>
  );
}
