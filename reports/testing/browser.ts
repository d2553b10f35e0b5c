import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { renderReport } from "../render.ts";
import type { RunFiles } from "../result.ts";

// Pages as a reader meets them: in a real browser, from disk, without a network.

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const isRequired = process.env["WHITEWATER_REQUIRE_DOCKER"] === "1";

/** Why tests in a browser are left out here; `false` when they are not. */
export const skip: string | false =
  existsSync(executablePath) || isRequired ? false : `no browser at ${executablePath}`;

export type OpenOptions = {
  readonly hash?: string;
  readonly dark?: boolean;
  readonly width?: number;
  /** Switches them off. */
  readonly scripts?: false;
};

/** A page, and what went wrong on it: console errors and warnings, exceptions, foreign requests. */
export type Opened = { readonly page: Page; readonly troubles: readonly string[] };

export type TestBrowser = {
  /** Writes the page of a run to disk and opens it; resolves when everything is drawn. */
  openRun(files: RunFiles, options?: OpenOptions): Promise<Opened>;
  /** Opens any address; requests to anything but `allowed` (default: the address) are troubles. */
  open(address: string, options?: OpenOptions, allowed?: string): Promise<Opened>;
  close(): Promise<void>;
};

export async function launchBrowser(): Promise<TestBrowser> {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
  const browser: Browser = await chromium.launch({ executablePath, args });
  const folder = await mkdtemp(join(tmpdir(), "whitewater-page-"));
  let count = 0;

  const open: TestBrowser["open"] = async (address, options = {}, allowed = address) => {
    const page = await browser.newPage({
      colorScheme: options.dark === true ? "dark" : "light",
      viewport: { width: options.width ?? 1280, height: 900 },
      javaScriptEnabled: options.scripts ?? true,
    });
    const troubles: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) troubles.push(message.text());
    });
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(allowed) && !/^(data|blob):/.test(url)) troubles.push(url);
    });
    await page.goto(`${address}${options.hash ?? ""}`);
    return { page, troubles };
  };

  return {
    open,
    openRun: async (files, options) => {
      const file = join(folder, `${count++}-${files.result.verdict}.html`);
      await writeFile(file, await renderReport(files));
      const opened = await open(pathToFileURL(file).href, options);
      await opened.page.waitForSelector("#page[data-ready]");
      return opened;
    },
    close: async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
