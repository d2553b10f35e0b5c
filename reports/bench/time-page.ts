import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const readyWithinMs = 120_000;
const canvas = "#timeline canvas[tabindex]";
const framesMeasured = 240;

/** Milliseconds from the start of the navigation. */
export type Opening = { readonly firstPaintMs: number; readonly interactiveMs: number };

/** What the page's thread needed itself: says more than the clock on a busy machine. */
export type Cpu = { readonly openingCpuMs: number; readonly frameCpuMs: number };

/** Of a timeline that is moved and zoomed in every frame. */
export type Moving = {
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Share of frames that came within one and a half periods of 60 Hz: none was left out before them. */
  readonly onTime: number;
  /** Longest task of the page's thread meanwhile; tasks below 50 ms count as 0. */
  readonly longestTaskMs: number;
};

/** Opens a report in a fresh headless browser, times it, and closes it. */
export async function timePage(file: string): Promise<Opening & Cpu & { readonly moving: Moving }> {
  if (!existsSync(executablePath)) {
    throw new Error(`no browser at ${executablePath}: name one in the variable CHROMIUM`);
  }
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
  const browser: Browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    // The loader that runs this file wraps named functions in a helper that the page does not have.
    await page.addInitScript("globalThis.__name = (named) => named");
    await page.addInitScript(watchReady);
    const metrics = await page.context().newCDPSession(page);
    await metrics.send("Performance.enable", { timeDomain: "threadTicks" });
    const cpuMs = async () => {
      const found = (await metrics.send("Performance.getMetrics")).metrics;
      return 1000 * (found.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
    };
    await page.goto(pathToFileURL(file).href, { timeout: readyWithinMs });
    await page.waitForSelector("#page[data-ready]", { timeout: readyWithinMs });
    const opening = await page.evaluate(readOpening);
    const openingCpuMs = await cpuMs();
    const moving = await move(page);
    const frameCpuMs = ((await cpuMs()) - openingCpuMs) / framesMeasured;
    return { ...opening, openingCpuMs, frameCpuMs, moving };
  } finally {
    await browser.close();
  }
}

/** Runs in the page, before its own scripts: notes when the timeline has its operations. */
function watchReady(): void {
  new MutationObserver((_, observer) => {
    if (document.querySelector("#page[data-ready]") === null) return;
    observer.disconnect();
    // Not before the frame is drawn in which they show.
    requestAnimationFrame(() => setTimeout(() => performance.mark("ready")));
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

/** Runs in the page. */
async function readOpening(): Promise<Opening> {
  while (performance.getEntriesByName("ready").length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const at = (name: string) => performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN;
  return { firstPaintMs: at("first-contentful-paint"), interactiveMs: at("ready") };
}

async function move(page: Page): Promise<Moving> {
  await page.locator(canvas).scrollIntoViewIfNeeded();
  await page.locator(canvas).focus();
  // Half of the run, wherever it opens: what is drawn is most while there is still something to move.
  await page.keyboard.press("0");
  await page.keyboard.press("ArrowUp");
  const { frames, tasks } = await page.evaluate(moveForSomeFrames, {
    selector: canvas,
    count: framesMeasured,
  });
  const sorted = frames.sort((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return {
    medianMs: quantile(0.5),
    p95Ms: quantile(0.95),
    onTime: sorted.filter((ms) => ms <= 25).length / sorted.length,
    longestTaskMs: Math.max(0, ...tasks),
  };
}

/** Runs in the page: turns the wheel in each frame, to and fro, sideways and in and out. */
function moveForSomeFrames(options: { readonly selector: string; readonly count: number }) {
  const element = document.querySelector(options.selector);
  // Once: asking in each frame would make the browser lay out the page each time.
  const { left = 0, top = 0, width = 0 } = element?.getBoundingClientRect() ?? {};
  const place = { clientX: left + width / 2, clientY: top + 60 };
  const tasks: number[] = [];
  const frames: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  });
  observer.observe({ type: "longtask" });
  return new Promise<{ frames: number[]; tasks: number[] }>((resolve) => {
    let before: number | null = null;
    const step = (now: number) => {
      if (before !== null) frames.push(now - before);
      before = now;
      if (frames.length === options.count) {
        // The observer tells of the last frame's task only after it.
        setTimeout(() => resolve({ frames, tasks }), 300);
        return;
      }
      const way = Math.floor(frames.length / 30) % 2 === 0 ? 1 : -1;
      const isZoom = Math.floor(frames.length / 60) % 2 === 1;
      const turn = isZoom ? { deltaY: -20 * way } : { deltaX: 25 * way };
      element?.dispatchEvent(
        new WheelEvent("wheel", { ...turn, ...place, bubbles: true, cancelable: true }),
      );
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}
