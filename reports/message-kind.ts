import { type Messages, messageFates } from "./messages.ts";

/** What a message is about: what its colour and shape tell. */
export type MessageKind = "vote" | "entries" | "heartbeat" | "snapshot" | "other";

export type MessageLook = {
  readonly kind: MessageKind;
  readonly isReply: boolean;
  readonly fate: (typeof messageFates)[number];
};

/** Names of the messages of a Raft in which replies end in `Reply`. */
export function lookOf({ dictionary, type, fields, fate }: Messages, row: number): MessageLook {
  const name = dictionary[type[row] ?? 0] ?? "";
  const lower = name.toLowerCase();
  const isReply = lower.endsWith("reply") || lower.endsWith("response");
  return {
    kind: kindOf(lower, isReply ? "" : (dictionary[fields[row] ?? 0] ?? "")),
    isReply,
    fate: messageFates[fate[row] ?? 0] ?? "unknown",
  };
}

function kindOf(name: string, fields: string): MessageKind {
  if (name.includes("vote") || name.includes("timeoutnow")) return "vote";
  if (name.includes("snapshot")) return "snapshot";
  if (!name.includes("append")) return "other";
  return /\bentries [1-9]/.test(fields) ? "entries" : "heartbeat";
}

/** What was sent, by whom, and what became of it: a line each. */
export function messageLines(
  messages: Messages,
  row: number,
  moment: (ns: number) => string,
): string[] {
  const { dictionary, from, to, type, term, fields, sent, received } = messages;
  const word = (column: readonly number[]) => dictionary[column[row] ?? 0] ?? "";
  const termOf = term[row] ?? -1;
  const more = word(fields);
  const [sentAt, receivedAt] = [sent[row] ?? -1, received[row] ?? -1];
  const fate = {
    arrived: `arrived ${moment(receivedAt)}`,
    copy: `arrived once more ${moment(receivedAt)}`,
    lost: `lost: ${word(to)} has no record of it`,
    unknown: `nothing is known of its arrival: no record of ${word(to)} covers that time`,
  }[lookOf(messages, row).fate];
  const flight =
    sentAt >= 0 && receivedAt >= 0 ? `, ${tookText(receivedAt - sentAt)} on its way` : "";
  return [
    `${word(from)} → ${word(to)} ${word(type)}${termOf < 0 ? "" : `, term ${termOf}`}`,
    ...(more === "" ? [] : [more]),
    sentAt < 0 ? `no record of its sending` : `sent ${moment(sentAt)}`,
    `${fate}${flight}`,
  ];
}

function tookText(ns: number): string {
  return ns < 1e9 ? `${(ns / 1e6).toFixed(2)} ms` : `${(ns / 1e9).toFixed(2)} s`;
}

/** Rows that were sent or arrived in a stretch of time, the telling ones last, at most `max`. */
export function visibleMessages(
  messages: Messages,
  { from, to }: { readonly from: number; readonly to: number },
  max: number,
): { readonly rows: readonly number[]; readonly inView: number } {
  const telling: number[] = [];
  const routine: number[] = [];
  const isShown = (ns: number) => from <= ns && ns <= to;
  for (let row = 0; row < messages.sent.length; row++) {
    if (!isShown(messages.sent[row] as number) && !isShown(messages.received[row] as number))
      continue;
    const { kind, fate } = lookOf(messages, row);
    const isRoutine = fate === "arrived" && (kind === "heartbeat" || kind === "entries");
    (isRoutine ? routine : telling).push(row);
  }
  const inView = telling.length + routine.length;
  // Some of the routine would be arbitrary: all of it, or none.
  const rows = inView <= max ? [...routine, ...telling] : telling.slice(0, max);
  return { rows, inView };
}
