import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { writeReport } from "../store.ts";
import { answerHtml, answerJson, answerText } from "./answer.ts";
import { openEventStream, watchFolder } from "./event-stream.ts";
import {
  commonHeaders,
  contentTypeOf,
  inertPolicy,
  ownPagePolicy,
  storedPagePolicy,
} from "./headers.ts";
import { isAllowedHost, isForeign } from "./host.ts";
import { LedgerTail } from "./ledger-tail.ts";
import { StoreScanner } from "./listing.ts";
import { renderCompare, renderHome, renderLiveCampaign } from "./pages.ts";
import { readNow } from "./read-now.ts";
import { isPlainFolder, openStoreFile, resolveInStore } from "./store-file.ts";
import { parseStorePath, parseUrlPath } from "./store-path.ts";

export type StoreServer = {
  /** `http://127.0.0.1:8090/` */
  readonly url: string;
  /** Ends all streams and resolves when nothing is open any more. */
  close(): Promise<void>;
};

const streamsMax = 100;
const notThere = "not found: the store has no such file, or it is not given away";

/**
 * Serves the runs and campaigns of a folder over HTTP, read only (a missing `report.html` is written).
 *
 * Gives away only plain files of known types below `store`, by their real path, to whoever asks for this
 * host by its own name. Rejects with the system's error (`EADDRINUSE`, `EACCES`, ...) when it cannot listen.
 */
export async function serveStore(options: {
  /** Absolute. */
  readonly store: string;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** For what a request could not be answered because of: it was told no more than that. */
  readonly onError: (error: unknown) => void;
}): Promise<StoreServer> {
  const context: Context = {
    ...options,
    scanner: new StoreScanner(options.store),
    writing: new Map(),
    streams: 0,
  };
  const server = createServer((request, response) => {
    handle(context, request, response).catch((error: unknown) => {
      options.onError(error);
      if (!response.headersSent) answerText(response, 500, "this could not be read");
      else response.destroy();
    });
  });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const name = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `http://${name}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Context = {
  readonly store: string;
  readonly host: string;
  readonly scanner: StoreScanner;
  /** Reports that are being written, by folder: two readers wait for the same one. */
  readonly writing: Map<string, Promise<string>>;
  streams: number;
};

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function handle(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isAllowedHost(request.headers.host, context.host)) {
    return answerText(response, 421, "this server does not answer under that name");
  }
  if (isForeign(request.headers)) {
    return answerText(response, 403, "this server answers its own pages only");
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return answerText(response, 405, "only GET and HEAD: the store is read, never changed");
  }
  const [path = "", search = ""] = splitOnce(request.url ?? "", "?");
  const query = new URLSearchParams(search);
  if (path === "/") return home(context, response);
  if (path === "/listing.json") return answerJson(response, await context.scanner.scan());
  if (path === "/compare") return compare(context, response, query);
  if (path === "/events") return homeEvents(context, request, response);
  if (path === "/events/campaign") return campaignEvents(context, request, response, query);
  if (path.startsWith("/store/")) return storeFile(context, response, path.slice("/store/".length));
  return answerText(response, 404, notThere);
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

async function home(context: Context, response: ServerResponse): Promise<void> {
  const page = await renderHome(context.store, await context.scanner.scan());
  answerHtml(response, page.html, ownPagePolicy(page.scriptHashes));
}

async function compare(
  { store }: Context,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const [left, right] = await Promise.all(
    ["a", "b"].map(async (side) => {
      const names = parseStorePath(query.get(side) ?? "");
      const folder = names === null ? null : await resolveInStore(store, names);
      return names === null || folder === null ? null : { names, folder };
    }),
  );
  const page = left && right ? await renderCompare(left, right) : null;
  if (page === null)
    return answerText(response, 404, "a and b name two finished runs of the store");
  return answerHtml(response, page.html, ownPagePolicy(page.scriptHashes));
}

async function storeFile(context: Context, response: ServerResponse, path: string): Promise<void> {
  const names = parseUrlPath(path);
  const file = names?.at(-1);
  if (names === null || file === undefined) return answerText(response, 404, notThere);
  const type = contentTypeOf(file);
  if (type === null) return answerText(response, 403, "files of this type are not given away");
  const folder = await resolveInStore(context.store, names.slice(0, -1));
  if (folder !== null && file === "index.html") {
    const page = await renderLiveCampaign(folder, names.slice(0, -1));
    if (page !== null) return answerHtml(response, page.html, ownPagePolicy(page.scriptHashes));
  }
  let found = await openStoreFile(context.store, names);
  if (found === null && folder !== null && file === "report.html") {
    await writeMissingReport(context, folder);
    found = await openStoreFile(context.store, names);
  }
  if (found === null) return answerText(response, 404, notThere);
  const { handle: opened, size } = found;
  response.writeHead(200, {
    ...commonHeaders,
    "Content-Type": type,
    "Content-Length": String(size),
    "Content-Security-Policy": type.startsWith("text/html") ? storedPagePolicy : inertPolicy,
  });
  if (response.req.method === "HEAD" || size === 0) {
    await opened.close();
    response.end();
    return;
  }
  // A log may grow meanwhile: what was announced is what is sent.
  const stream = opened.createReadStream({ end: size - 1 });
  stream.on("error", () => response.destroy());
  response.on("close", () => stream.destroy());
  stream.pipe(response);
}

/** Of a finished run; anything else stays without one. */
async function writeMissingReport({ writing }: Context, folder: string): Promise<void> {
  let written = writing.get(folder);
  if (written === undefined) {
    written = writePlain(folder).finally(() => writing.delete(folder));
    writing.set(folder, written);
  }
  // Not a run, or a folder that cannot be written to: then there is no such file.
  await written.catch(() => undefined);
}

async function writePlain(folder: string): Promise<string> {
  if (await isPlainFolder(folder)) return writeReport(folder);
  throw new Error("a page would show what a link leads to");
}

function homeEvents(context: Context, request: IncomingMessage, response: ServerResponse): void {
  follow(context, request, response, context.store, () => {
    let sent = "";
    return async (send) => {
      const listing = await context.scanner.scan();
      const text = JSON.stringify(listing);
      if (text !== sent) send("listing", listing);
      sent = text;
    };
  });
}

async function campaignEvents(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const names = parseStorePath(query.get("path") ?? "");
  const folder = names === null ? null : await resolveInStore(context.store, names);
  if (folder === null) return answerText(response, 404, notThere);
  // After a lost connection the browser says what it had last.
  const last = request.headers["last-event-id"] ?? query.get("from") ?? "0";
  const known = /^\d{1,9}$/.test(String(last)) ? Number(last) : 0;
  follow(context, request, response, folder, () => {
    const tail = new LedgerTail(folder);
    let count = 0;
    let sentNow = "";
    return async (send) => {
      for (const run of await tail.read()) {
        count++;
        if (count > known) send("run", run, count);
      }
      const now = await readNow(folder);
      const text = JSON.stringify(now);
      if (text !== sentNow) send("now", now);
      sentNow = text;
    };
  });
}

type Send = (event: string, data: unknown, id?: number) => void;

/** A stream that looks at a folder whenever it may have changed, until its reader leaves. */
function follow(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  start: () => (send: Send) => Promise<void>,
): void {
  if (context.streams >= streamsMax) {
    answerText(response, 503, "too many live pages are open");
    return;
  }
  if (request.method === "HEAD") {
    answerText(response, 200, "");
    return;
  }
  context.streams++;
  const stream = openEventStream(response);
  const look = start();
  const stop = watchFolder(folder, () => look(stream.send));
  stream.onClose(() => {
    context.streams--;
    stop();
  });
}
