import { setTimeout as wait } from "node:timers/promises";
import { execa } from "execa";

/** What fails at all fails sooner. */
const failsWithinMs = 1500;

/**
 * Asks the desktop to show an address or a file. Never waits for the browser and never ends it; where none
 * can be opened, as on a machine without a display, `note` says so, and what to open elsewhere.
 */
export async function openInBrowser(address: string, note: (line: string) => void): Promise<void> {
  const opener = { darwin: "open", win32: "explorer" }[process.platform as string] ?? "xdg-open";
  const started = execa(opener, [address], {
    reject: false,
    stdio: "ignore",
    detached: true,
    cleanup: false,
  });
  started.unref();
  // Some openers end at once, others with the browser.
  const controller = new AbortController();
  const ended = await Promise.race([
    started,
    wait(failsWithinMs, null, { signal: controller.signal }).catch(() => null),
  ]);
  controller.abort();
  if (ended?.failed !== true) return;
  const why = ended.code === "ENOENT" ? `there is no ${opener}` : `${opener} found none`;
  note(`no browser could be opened here (${why}); open it yourself: ${address}`);
}
