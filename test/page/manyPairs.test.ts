// A service with 600 pairs that each trade ten times a second, and the list of all markets open before them.
import { createExchange, manualMarket, type StreamPeer } from "agentexchange/exchange";
import type { Page } from "playwright";
import { afterAll, expect, test } from "vitest";
import { createStreams } from "../../src/cli/serve/streams.ts";
import { serve } from "../support/server.ts";
import { describePage } from "./browsers.ts";
import { connectToService } from "./pageActions.ts";

const PAIRS = 600;
const RATE = 10;
/** Milliseconds from one group of ticks to the next. */
const BEAT = 10;

const symbols = Array.from({ length: PAIRS }, (_, index) => `C${String(index).padStart(3, "0")}USDT`);
const quotes = symbols.map((symbol, index) => [symbol, { price: 10 + index, volume: 1000 * (index + 1) }] as const);
const exchange = createExchange({ seed: 3, rateLimits: false, market: manualMarket(Object.fromEntries(quotes)) });
const { apiKey } = await exchange.register({ startingBalance: "4321" });
const peers = new Set<StreamPeer>();
const streams = createStreams({
  connect(url, peer) {
    peers.add(peer);
    return exchange.connect(url, peer);
  },
});
const service = await serve((request) => exchange.fetch(request), { upgrade: streams.upgrade });

let sent = 0;
let from = 0;
let start = 0;
/** Sends what is due of 6,000 ticks a second, evenly. */
function trade(): void {
  if (start === 0) start = performance.now();
  const due = ((performance.now() - start) / 1000) * PAIRS * RATE;
  for (; sent < due; sent++) {
    const symbol = symbols[from] ?? "";
    const price = (10 + from) * (1 + Math.sin(sent / 5000 + from) / 50);
    const data = `"price":"${price.toFixed(4)}","quantity":"1","timestamp":"${new Date().toISOString()}","is_buyer_maker":false`;
    for (const peer of peers) peer.send(`{"channel":"ticker","symbol":"${symbol}","data":{${data}}}`);
    from = (from + 1) % PAIRS;
  }
}
let timer: ReturnType<typeof setInterval> | undefined;

afterAll(async () => {
  clearInterval(timer);
  await streams.close();
  await service.close();
  exchange.close();
});

/** Scrolls through the list for two seconds. */
function scrollThrough(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const grid = document.querySelector("#markets-grid");
    for (const begin = performance.now(); performance.now() - begin < 2000;) {
      await new Promise(requestAnimationFrame);
      if (grid !== null) grid.scrollTop = (grid.scrollTop + 7) % 10_000;
    }
  });
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of the processor, which other programs do not lengthen. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Milliseconds of processor time of each task of the page's main thread meanwhile; only Chromium tells. */
async function tasksDuring(page: Page, work: () => Promise<unknown>): Promise<number[]> {
  const browser = page.context().browser();
  if (browser?.browserType().name() !== "chromium") {
    await work();
    return [];
  }
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] });
  await work();
  // The trace is fetched from the page, which has nothing else to do then.
  clearInterval(timer);
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
  const main = traceEvents.find(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  return traceEvents
    .filter(({ name, pid, tid }) => name === "RunTask" && pid === main?.pid && tid === main.tid)
    .map(({ tdur = 0 }) => tdur / 1000);
}

describePage("600 pairs", ({ open }) => {
  test("stream ten times a second each, without a long task", async () => {
    const { page } = await open("#/agents", { contactsOthers: true });
    await page.locator(".status").click();
    await connectToService(page, service.url, apiKey);
    await page.locator("#stream").getByText(/^live/).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Board" }).click();
    await page.getByRole("button", { name: "All markets" }).click();
    const grid = page.getByRole("grid", { name: "Markets" });
    await expect.poll(() => grid.getAttribute("aria-rowcount"), { timeout: 10_000 }).toBe(String(PAIRS + 1));
    await grid.getByRole("row").nth(3).getByText("%").waitFor();
    expect(await grid.getByRole("row").count()).toBeLessThan(60);
    start = 0;
    sent = 0;
    timer = setInterval(trade, BEAT);
    const row = grid.getByRole("row").nth(2);
    const before = await row.textContent();
    await expect.poll(() => row.textContent(), { timeout: 10_000 }).not.toBe(before);
    const tasks = await tasksDuring(page, () => scrollThrough(page));
    expect(tasks.filter((ms) => ms > 50)).toEqual([]);
    clearInterval(timer);
    peers.clear();
    await page.context().close();
  });
});
