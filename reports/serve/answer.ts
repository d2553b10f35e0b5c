import type { ServerResponse } from "node:http";
import { commonHeaders, inertPolicy } from "./headers.ts";

/** Whether only the headers are asked for is the response's own affair: node leaves out the body. */
export function answerText(response: ServerResponse, status: number, text: string): void {
  answer(response, status, `${text}\n`, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Security-Policy": inertPolicy,
    ...(status === 405 ? { Allow: "GET, HEAD" } : {}),
  });
}

export function answerJson(response: ServerResponse, value: unknown): void {
  answer(response, 200, `${JSON.stringify(value)}\n`, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Security-Policy": inertPolicy,
  });
}

export function answerHtml(response: ServerResponse, html: string, policy: string): void {
  answer(response, 200, html, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": policy,
  });
}

function answer(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): void {
  const length = String(Buffer.byteLength(body));
  response.writeHead(status, { ...commonHeaders, ...headers, "Content-Length": length });
  response.end(body);
}
