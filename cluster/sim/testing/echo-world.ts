import type { Control, DiskShape, Done, Link, LinkShape } from "../../control.ts";
import type { Json, NodeName, Outcome, Request, TraceRecord } from "../../env/env.ts";
import { program } from "../../testing/echo.ts";
import { calm, type Hostility } from "../hostility.ts";
import { createWorld, type World } from "../world.ts";

export const nodes: readonly NodeName[] = ["n1", "n2", "n3"];

/** A link that does nothing. */
export const plainLink: LinkShape = {
  lossPermille: 0,
  duplicatePermille: 0,
  delayMinMs: 0,
  delayMaxMs: 0,
  isClogged: false,
};

/** A disk that does nothing wrong. */
export const plainDisk: DiskShape = {
  slowMs: 0,
  isFull: false,
  readErrorPermille: 0,
  writeErrorPermille: 0,
  lostWritePermille: 0,
  misdirectedWritePermille: 0,
  rotPermille: 0,
};

/** Three nodes of the echo program, and short ways to talk to them. */
export type EchoWorld = {
  readonly world: World;
  readonly control: Control;
  /** Everything traced, as text. */
  readonly traced: string[];
  runMs(ms: number): void;
  /** Performs a call of `Control` and runs until it is done. */
  perform(act: (done: Done) => void): void;
  /** Sends a request and runs until its outcome is there. */
  ask(node: NodeName, request: Request, timeoutMs?: number): Outcome;
  body(node: NodeName, path: string): Json;
  send(link: Link, text: string): void;
  /** Texts that the far end heard over this link since it started. */
  heard(link: Link): readonly string[];
};

export function createEchoWorld(
  options: {
    readonly seed?: number;
    readonly hostility?: Partial<Hostility>;
    readonly codecs?: boolean;
  } = {},
): EchoWorld {
  const traced: string[] = [];
  const world = createWorld({
    program,
    rules: program.rules,
    nodes,
    options: {},
    seed: options.seed ?? 1,
    hostility: { ...calm, ...options.hostility },
    codecs: options.codecs ?? false,
    onTrace: (node: NodeName, inc: number, record: TraceRecord) =>
      traced.push(`${world.now()} ${node} ${inc} ${JSON.stringify(record)}`),
  });
  const runMs: EchoWorld["runMs"] = (ms) => world.runUntil(world.now() + ms * 1e6);

  function untilDone(start: (done: () => void) => void): void {
    let isDone = false;
    start(() => {
      isDone = true;
    });
    world.runUntil(world.now() + 60e9, () => isDone);
    if (!isDone) throw new Error("not done within a minute");
  }

  const ask: EchoWorld["ask"] = (node, request, timeoutMs = 1000) => {
    let outcome: Outcome | null = null;
    untilDone((done) =>
      world.clientEnv.requester.request(node, request, timeoutMs, (got) => {
        outcome = got;
        done();
      }),
    );
    return outcome as unknown as Outcome;
  };
  const body: EchoWorld["body"] = (node, path) => {
    const outcome = ask(node, { method: "GET", path });
    return outcome.kind === "response" ? outcome.body : outcome.error;
  };

  runMs(10);
  return {
    world,
    control: world.control,
    traced,
    runMs,
    perform: (act) =>
      untilDone((done) =>
        act((error) => {
          if (error !== null) throw error;
          done();
        }),
      ),
    ask,
    body,
    send: ({ from, to }, text) => {
      ask(from, { method: "POST", path: "/send", body: { to, text } });
    },
    heard: ({ from, to }) =>
      (body(to, "/heard") as readonly { from: NodeName; frame: string }[])
        .filter((frame) => frame.from === from)
        .map(({ frame }) => frame),
  };
}

/** `POST /append` of the echo program. */
export function append(text: string): Request {
  return { method: "POST", path: "/append", body: text };
}

export const echo: Request = { method: "POST", path: "/echo", body: "hello" };
