// The built page in Chromium: loading, the main thread, frames, typing, the heap, and what each view asks of a service.
// npm exec -- node bench/page.ts [--full]; with --full it takes three quarters of an hour.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createExchange } from "agentexchange/exchange";
import { chromium, type Browser, type CDPSession, type Page } from "playwright";
import { findChromium } from "../scripts/find-browsers.ts";
import { buildPage } from "../scripts/page/build.ts";
import { servePage } from "../scripts/page/serve.ts";
import { createStreams } from "../src/cli/serve/streams.ts";
import { connectToService, VIEWS } from "../test/page/pageActions.ts";
import { serve } from "../test/support/server.ts";
import { quantile } from "./harness.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const MIB = 2 ** 20;
const LOADS = 5;
const KEYS = 300;
const HEAP_SAMPLES = 10;
const WIDE = { width: 1440, height: 900 } as const;

/** Minutes of real time. */
interface PageLengths {
  readonly desk: number;
  readonly agents: number;
}

const SHORT: PageLengths = { desk: 0.5, agents: 0.5 };
const FULL: PageLengths = { desk: 10, agents: 30 };

/** Long enough to see whether the page works, or with `--full` for the figures of README.md. */
export const chosenLengths = (): PageLengths => (process.argv.includes("--full") ? FULL : SHORT);

/** A figure as a row of a table. */
interface PageFigure {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
}

/** Share of the main thread that is in use, and its tasks above 50 ms, longest first. */
interface MainThread {
  readonly busy: number;
  readonly longTasks: readonly number[];
}

async function sessionOf(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  // Processor time of the thread, which other programs do not lengthen.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return session;
}

/** Seconds that the main thread has worked. */
async function workOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
}

/** Heap size after a full garbage collection. */
async function heapOf(session: CDPSession): Promise<number> {
  // What is found in the first collection may hold on to more.
  for (let round = 0; round < 2; round++) await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize;
}

/** Observes the main thread while something happens. */
async function observeThread(page: Page, session: CDPSession, during: () => Promise<unknown>): Promise<MainThread> {
  await page.evaluate(() => {
    const longTasks: number[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasks.push(duration);
    });
    observer.observe({ type: "longtask" });
    Object.assign(globalThis, { takeLongTasks: () => (observer.disconnect(), longTasks) });
  });
  const [work, start] = [await workOf(session), performance.now()];
  await during();
  const busy = (await workOf(session)) - work;
  const elapsed = (performance.now() - start) / SECOND;
  const longTasks = await page.evaluate(() =>
    (globalThis as unknown as { readonly takeLongTasks: () => number[] }).takeLongTasks(),
  );
  return { busy: busy / elapsed, longTasks: longTasks.toSorted((a, b) => b - a) };
}

/** Gzipped bytes of the script that the page names, and of all until the board is whole. */
async function scriptSizes(browser: Browser, url: string, folder: string): Promise<{ first: number; all: number }> {
  const page = await browser.newPage();
  const paths = new Set<string>();
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith(".js")) paths.add(pathname);
  });
  await page.goto(url);
  await page.locator(".tile svg").first().waitFor();
  const sizeOf = (path: string): number => gzipSync(readFileSync(join(folder, path)), { level: 9 }).length;
  const first = new URL((await page.locator('script[type="module"]').first().getAttribute("src")) ?? "", url).pathname;
  await page.context().close();
  return { first: sizeOf(first), all: [...paths].reduce((sum, path) => sum + sizeOf(path), 0) };
}

/** Milliseconds from navigation to the first contentful paint, the first price, and the first whole snapshot. */
interface LoadTimes {
  readonly paint: number;
  readonly price: number;
  readonly snapshot: number;
}

async function loadOnce(browser: Browser, url: string): Promise<LoadTimes> {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    const seen: Record<string, number> = {};
    const targets = { price: ".tile .price", snapshot: ".total strong" };
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      for (const [name, selector] of Object.entries(targets))
        if (seen[name] === undefined && document.querySelector(selector) !== null) seen[name] = performance.now();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(url);
  await page.locator(".total strong").waitFor();
  const times = await page.evaluate(() => {
    const { seen } = globalThis as unknown as { readonly seen: Record<string, number> };
    const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    return { paint: paint ?? Number.NaN, price: seen["price"] ?? Number.NaN, snapshot: seen["snapshot"] ?? Number.NaN };
  });
  await page.context().close();
  return times;
}

async function loading(browser: Browser, url: string): Promise<LoadTimes> {
  const loads: LoadTimes[] = [];
  for (let load = 0; load < LOADS; load++) loads.push(await loadOnce(browser, url));
  const median = (name: keyof LoadTimes): number =>
    quantile(
      loads.map((times) => times[name]),
      0.5,
    );
  return { paint: median("paint"), price: median("price"), snapshot: median("snapshot") };
}

async function boardAtRest(browser: Browser, url: string): Promise<MainThread> {
  const page = await browser.newPage({ viewport: WIDE });
  await page.goto(url);
  await page.locator(".total strong").waitFor();
  const session = await sessionOf(page);
  await page.waitForTimeout(5 * SECOND);
  const thread = await observeThread(page, session, () => page.waitForTimeout(30 * SECOND));
  await page.context().close();
  return thread;
}

/** Milliseconds between the frames of a board of 50 pairs: median and 99th percentile. */
async function framesOfBoard(browser: Browser, url: string): Promise<readonly [p50: number, p99: number]> {
  const exchange = createExchange();
  const symbols = exchange.market.pairs().map(({ symbol }) => symbol);
  exchange.close();
  const page = await browser.newPage({ viewport: WIDE });
  await page.goto(`${url}?symbols=${symbols.slice(0, 50).join(",")}`);
  await page.locator(".tile svg").nth(49).waitFor();
  await page.waitForTimeout(5 * SECOND);
  const gaps = await page.evaluate(async (ms) => {
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    const times = [await frame()];
    for (const start = performance.now(); performance.now() - start < ms;) times.push(await frame());
    return times.slice(1).map((time, index) => time - (times[index] ?? 0));
  }, 30 * SECOND);
  await page.context().close();
  return [quantile(gaps, 0.5), quantile(gaps, 0.99)];
}

interface DeskFigures extends MainThread {
  readonly heap: readonly number[];
  readonly typing: Typing;
  /** The same in a page that has nothing but a field: what the browser itself needs. */
  readonly bareTyping: Typing;
}

async function deskAtSpeed(browser: Browser, url: string, minutes: number): Promise<DeskFigures> {
  const page = await browser.newPage({ viewport: WIDE });
  await page.goto(`${url}#/desk`);
  await page.locator(".chart canvas").first().waitFor();
  await page.locator(".status").click();
  await page.getByLabel("Clock speed").selectOption("60");
  await page.keyboard.press("Escape");
  await page.getByText(/streamed live/).waitFor();
  const session = await sessionOf(page);
  await page.waitForTimeout(10 * SECOND);
  const before = await heapOf(session);
  const thread = await observeThread(page, session, () => page.waitForTimeout(minutes * MINUTE));
  const heap = [before, await heapOf(session)];
  const typing = await typeInto(page, "#order-amount");
  await page.context().close();
  const empty = await browser.newPage({ viewport: WIDE });
  await empty.setContent("<input>");
  const bareTyping = await typeInto(empty, "input");
  await empty.context().close();
  return { ...thread, heap, typing, bareTyping };
}

/** Milliseconds of one key. */
interface Typing {
  /** Until the handlers begin, the handlers, other work that delays the frame, and the frame that shows it. */
  readonly work: number;
  /** From the key to the end of that frame, with the wait for the screen's next refresh. */
  readonly shown: number;
}

/** 98th percentiles. */
async function typeInto(page: Page, selector: string): Promise<Typing> {
  await page.locator(selector).focus();
  await page.evaluate(() => {
    const keys: { work: number; shown: number }[] = [];
    Object.assign(globalThis, { keys });
    const afterTask = (run: () => void): void => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", run);
      port1.start();
      port2.postMessage(null);
    };
    let handled = 0;
    const noteHandled = (): void => {
      handled = performance.now();
    };
    // The last listener: those of the page and their microtasks are done. A key that selects has no input.
    addEventListener("keydown", noteHandled);
    addEventListener("input", noteHandled);
    addEventListener(
      "keydown",
      ({ timeStamp }) => {
        requestAnimationFrame((refresh) => {
          const [until, frame] = [handled, performance.now()];
          // Not counted is the wait for the refresh; a frame that begins later than that was held up.
          const heldUp = frame - Math.max(until, refresh);
          afterTask(() => {
            const end = performance.now();
            keys.push({ work: until - timeStamp + heldUp + end - frame, shown: end - timeStamp });
          });
        });
      },
      { capture: true },
    );
  });
  for (let key = 0; key < KEYS; key++) {
    // Valid and invalid amounts, which grow and shrink.
    await page.keyboard.press(key % 10 === 9 ? "Control+A" : (["0", ".", "0", "1", "5"][key % 5] ?? "0"));
    await page.waitForTimeout(30 + ((key * 7) % 40));
  }
  const keys = await page.evaluate(() => (globalThis as unknown as { readonly keys: readonly Typing[] }).keys);
  const p98 = (name: keyof Typing): number =>
    quantile(
      keys.map((key) => key[name]),
      0.98,
    );
  return { work: p98("work"), shown: p98("shown") };
}

/** Six agents at 600×. The first heap sample is taken after a tenth of the time, when lists with a maximum are filling. */
async function agentsAtSpeed(
  browser: Browser,
  url: string,
  minutes: number,
): Promise<MainThread & { readonly heap: readonly number[] }> {
  const page = await browser.newPage({ viewport: WIDE });
  await page.goto(`${url}#/agents`);
  await page.getByRole("radio", { name: "600×", exact: true }).check();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.locator(".traders").waitFor();
  const session = await sessionOf(page);
  await page.waitForTimeout(5 * SECOND);
  const heap: number[] = [];
  // Not during a forced collection, which is a long task of the measurement's own.
  const threads: MainThread[] = [];
  for (let sample = 0; sample < HEAP_SAMPLES; sample++) {
    threads.push(await observeThread(page, session, () => page.waitForTimeout((minutes * MINUTE) / HEAP_SAMPLES)));
    heap.push(await heapOf(session));
  }
  await page.context().close();
  return {
    busy: threads.reduce((sum, { busy }) => sum + busy, 0) / threads.length,
    longTasks: threads.flatMap(({ longTasks }) => longTasks).toSorted((a, b) => b - a),
    heap,
  };
}

/** Requests per second that each view sends to a service without a limit. */
async function requestsOfViews(browser: Browser, url: string): Promise<ReadonlyMap<string, number>> {
  const exchange = createExchange({ seed: 3, rateLimits: false });
  const { apiKey } = await exchange.register();
  const streams = createStreams(exchange);
  let count = 0;
  const service = await serve(
    (request) => {
      count++;
      return exchange.fetch(request);
    },
    { upgrade: streams.upgrade },
  );
  const page = await browser.newPage({ viewport: WIDE });
  await page.goto(url);
  await page.locator(".status").click();
  await connectToService(page, service.url, apiKey);
  await page.locator("#stream").getByText(/^live/).waitFor();
  await page.keyboard.press("Escape");
  const rates = new Map<string, number>();
  for (const view of VIEWS) {
    await page.evaluate((name) => (location.hash = `#/${name}`), view);
    await page.waitForTimeout(5 * SECOND);
    count = 0;
    await page.waitForTimeout(20 * SECOND);
    rates.set(view, count / 20);
  }
  await page.context().close();
  await streams.close();
  await service.close();
  exchange.close();
  return rates;
}

const ms = (time: number): string => `${time.toFixed(time < 100 ? 1 : 0)} ms`;
const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
const mib = (bytes: number): string => (bytes / MIB).toFixed(1);
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const long = (tasks: readonly number[]): string =>
  tasks[0] === undefined ? "0" : `${tasks.length}, the longest ${ms(tasks[0])}`;
const minutesOf = (count: number): string => `${count} minute${count === 1 ? "" : "s"}`;

/** Measures the page; the machine should have nothing else to do. */
export async function pageBench({ desk, agents }: PageLengths): Promise<readonly PageFigure[]> {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  await buildPage(folder);
  const served = await servePage(folder);
  const { executablePath, env } = await findChromium();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], env: { ...process.env, ...env } });
  try {
    const { url } = served;
    const script = await scriptSizes(browser, url, folder);
    const load = await loading(browser, url);
    const board = await boardAtRest(browser, url);
    const [p50, p99] = await framesOfBoard(browser, url);
    const fast = await deskAtSpeed(browser, url, desk);
    const rates = await requestsOfViews(browser, url);
    const arena = await agentsAtSpeed(browser, url, agents);
    const row = (what: string, goal: string, measured: string): PageFigure => ({ what, goal, measured });
    return [
      row("first script, gzip", "150 KiB", kib(script.first)),
      row("all scripts until the first snapshot, gzip", "150 KiB", kib(script.all)),
      row("from navigation to the first contentful paint", "", ms(load.paint)),
      row("to the first price", "", ms(load.price)),
      row("to the first whole snapshot", "1 s", ms(load.snapshot)),
      row("main thread in use, board at rest", "3 %", percent(board.busy)),
      row(`the same, desk at 60×, ${minutesOf(desk)}`, "20 %", percent(fast.busy)),
      row("tasks above 50 ms there", "0", long(fast.longTasks)),
      row("heap there, before and after", "unchanged", `${fast.heap.map(mib).join(", ")} MiB`),
      row("between frames, board of 50 pairs: median, p99", "60 a second, 20 ms", `${ms(p50)}, ${ms(p99)}`),
      row("a key in the ticket, desk at 60×: wait, handlers and frame, p98", "16 ms", ms(fast.typing.work)),
      row("the same with the wait for the screen's next refresh, p98", "", ms(fast.typing.shown)),
      row(
        "both in a page with nothing but a field, p98",
        "",
        `${ms(fast.bareTyping.work)}, ${ms(fast.bareTyping.shown)}`,
      ),
      row(`main thread in use, six agents at 600×, ${minutesOf(agents)}`, "", percent(arena.busy)),
      row("tasks above 50 ms there", "", long(arena.longTasks)),
      row("heap there, ten samples", "flat", `${arena.heap.map(mib).join(", ")} MiB`),
      row(
        `requests per second to a service: ${[...rates.keys()].join(", ")}`,
        "",
        [...rates.values()].map((rate) => rate.toFixed(1)).join(", "),
      ),
    ];
  } finally {
    await browser.close();
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The rows of the table in README.md. */
export function pageTable(figures: readonly PageFigure[]): string {
  return [
    "| what | goal | measured |",
    "| --- | --- | --- |",
    ...figures.map(({ what, goal, measured }) => `| ${what} | ${goal} | ${measured} |`),
  ].join("\n");
}

if (import.meta.main) console.log(pageTable(await pageBench(chosenLengths())));
