/** On every answer. Nothing is cached: pages are live, and files are near. */
export const commonHeaders: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

const closed =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "style-src 'unsafe-inline'; img-src data: blob:; font-src data:";

/** Of pages that the server draws: their own script only, and our own address only. */
export function ownPagePolicy(scriptHashes: readonly string[]): string {
  return `${closed}; script-src ${scriptHashes.join(" ")}; connect-src 'self'`;
}

/**
 * Of files that lie in the store, whoever wrote them: their scripts draw, but reach neither the network
 * nor other pages of this server (`sandbox` gives them an origin of their own).
 */
export const storedPagePolicy: string =
  `${closed}; script-src 'unsafe-inline'; worker-src blob:; connect-src data: blob:; ` +
  "sandbox allow-scripts allow-popups allow-modals allow-downloads";

/** What is not a page never runs anything. */
export const inertPolicy: string = `${closed}; sandbox`;

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".jsonl": "text/plain; charset=utf-8",
  ".log": "text/plain; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".txt": "text/plain; charset=utf-8",
  ".xml": "text/plain; charset=utf-8",
  ".yaml": "text/plain; charset=utf-8",
};

/** By the file's name; null for what is not served. */
export function contentTypeOf(name: string): string | null {
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? null : (contentTypes[name.slice(dot).toLowerCase()] ?? null);
}
