import type { Json, Network, NodeName } from "./env.ts";

/** A message between nodes as one of its two ends saw it, without the time. */
export type MessageRecord = {
  readonly kind: "send" | "recv";
  readonly peer: NodeName;
  /** Given by the sender, `START.NUMBER`: the same at both ends, and never twice from one sender. */
  readonly id: string;
  /** Of a frame that is sent: what `summaryOf` keeps. Of one that came: its `type` and `term`. */
  readonly frame: Summary;
};

export type Summary = { readonly [field: string]: number | boolean | string };

const textMax = 32;

/**
 * A network whose frames are recorded at both ends.
 *
 * Each frame travels as `[id, frame]`, so that what was lost, doubled or overtaken on the way can be
 * told for certain, also between two frames of the same content. A send is recorded before it
 * happens, an arrival before the node sees it.
 */
export function recordMessages(
  network: Network,
  inc: number,
  record: (message: MessageRecord) => void,
): Network {
  let sent = 0;
  return {
    send(to, frame) {
      sent += 1;
      const id = `${inc}.${sent}`;
      record({ kind: "send", peer: to, id, frame: summaryOf(frame) });
      network.send(to, [id, frame]);
    },
    onFrame(handler) {
      network.onFrame((from, envelope) => {
        const [id, frame] = Array.isArray(envelope) ? (envelope as readonly Json[]) : [];
        // Not from a node of this run.
        if (typeof id !== "string" || frame === undefined) return;
        record({ kind: "recv", peer: from, id, frame: nameOf(frame) });
        handler(from, frame);
      });
    },
  };
}

/** The fields of a frame, and of the objects in it, that fit into a line; of lists only their lengths. */
export function summaryOf(frame: Json): Summary {
  const summary: Record<string, number | boolean | string> = {};
  addFields(summary, frame, true);
  return summary;
}

function addFields(
  summary: Record<string, number | boolean | string>,
  frame: Json,
  isTop: boolean,
): void {
  if (typeof frame !== "object" || frame === null) return;
  const fields = frame as Readonly<Record<string, Json | undefined>>;
  // Not `Object.entries`: this runs for every message.
  for (const name in fields) {
    const value = fields[name];
    if (typeof value === "number" || typeof value === "boolean") summary[name] = value;
    else if (typeof value === "string")
      summary[name] = value.length <= textMax ? value : value.length;
    else if (Array.isArray(value)) summary[name] = value.length;
    else if (isTop && value !== undefined) addFields(summary, value, false);
  }
}

/** Which of its kind it is; the other fields stand where it was sent. */
function nameOf(frame: Json): Summary {
  const { type, term } = (frame ?? {}) as { readonly type?: Json; readonly term?: Json };
  return {
    ...(typeof type === "string" && { type }),
    ...(typeof term === "number" && { term }),
  };
}

/** Its line in a file, without the line's end. Nanoseconds of the run. */
export function messageLine(mono: number, { kind, peer, id, frame }: MessageRecord): string {
  const fields = JSON.stringify(frame).slice(1);
  const stamp = `"mono":${mono},"kind":"${kind}","peer":${JSON.stringify(peer)},"id":"${id}"`;
  return `{${stamp}${fields === "}" ? "" : ","}${fields}`;
}
