// The built page in Chromium: time to first snapshot, and long tasks and heap with the market at 60× speed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium, type CDPSession, type Page } from "playwright";
import { findChromium } from "../scripts/find-browsers.ts";
import { buildPage } from "../scripts/page/build.ts";
import { MINUTE } from "../src/wire/index.ts";
import { servePage } from "../scripts/page/serve.ts";

const SPEED = 60;
const SIMULATED_MINUTES = 10;

export interface PageFigures {
  /** Gzipped bytes of script loaded before the first snapshot is shown. */
  readonly script: number;
  /** Milliseconds from navigation to the first snapshot. */
  readonly usable: number;
  /** Long tasks of the market view at 60× speed, in milliseconds. */
  readonly longTasks: readonly number[];
  /** Heap bytes after garbage collection: after one simulated minute, and ten minutes later. */
  readonly heap: readonly [before: number, after: number];
}

/** Heap size after a full garbage collection. */
async function heapOf(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize;
}

async function firstView(page: Page, url: string): Promise<{ readonly script: number; readonly usable: number }> {
  let script = 0;
  const bodies: Promise<void>[] = [];
  page.on("response", (response) => {
    if (!response.url().endsWith(".js")) return;
    bodies.push(response.body().then((body) => void (script += gzipSync(body, { level: 9 }).length)));
  });
  await page.goto(url);
  await page.locator(".total strong").waitFor();
  const usable = await page.evaluate(() => performance.now());
  await Promise.all(bodies);
  return { script, usable };
}

export async function pageBench(): Promise<PageFigures> {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  await buildPage(folder);
  const served = await servePage(folder);
  const { executablePath, env } = await findChromium();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], env: { ...process.env, ...env } });
  try {
    const page = await browser.newPage();
    const first = await firstView(page, served.url);
    await page.locator(".status").click();
    await page.getByLabel("Clock speed").selectOption(String(SPEED));
    await page.keyboard.press("Escape");
    await page.goto(`${served.url}#/market`);
    const session = await page.context().newCDPSession(page);
    await page.waitForTimeout(MINUTE / SPEED + 2000);
    const before = await heapOf(session);
    await page.evaluate(() => {
      const tasks: number[] = [];
      Object.assign(globalThis, { longTasks: tasks });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration);
      }).observe({ type: "longtask" });
    });
    await page.waitForTimeout((SIMULATED_MINUTES * MINUTE) / SPEED);
    const longTasks = await page.evaluate(() => (globalThis as unknown as { readonly longTasks: number[] }).longTasks);
    return { ...first, longTasks: longTasks.toSorted((a, b) => b - a), heap: [before, await heapOf(session)] };
  } finally {
    await browser.close();
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
