// The page with a real service: a wrong key, a dead service, a slow one, and how much it asks of each.
import type { Page } from "playwright";
import { createExchange } from "agentexchange/exchange";
import { afterAll, beforeEach, expect, test } from "vitest";
import { serve } from "../support/server.ts";
import { describePage } from "./browsers.ts";
import { connectToService, VIEWS } from "./pageActions.ts";

const exchange = createExchange({ seed: 3, rateLimits: false });
const { apiKey } = await exchange.register({ startingBalance: "4321" });
let requests: string[] = [];
/** Milliseconds until an answer. */
let latency = 0;
let dead = false;
const service = await serve(async (request) => {
  requests.push(`${request.method} ${new URL(request.url).pathname}`);
  if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
  return dead ? new Response("", { status: 503 }) : exchange.fetch(request);
});

beforeEach(() => {
  requests = [];
  latency = 0;
  dead = false;
});

afterAll(async () => {
  await service.close();
  exchange.close();
});

async function connect(page: Page, key: string): Promise<void> {
  await page.locator(".status").click();
  await connectToService(page, service.url, key);
}

/** Lets time pass on the page, second by second, with what the service answers meanwhile. */
async function pass(page: Page, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await page.clock.runFor(1000);
    await page.evaluate(() => fetch("favicon.svg").then((response) => response.text()));
  }
}

describePage("the page and a service", ({ open }) => {
  const withClock = { contactsOthers: true, before: (page: Page) => page.clock.install() };

  test("a refused key is said in every view, and nothing is asked with it again", async () => {
    const { page } = await open("#/account", { contactsOthers: true });
    await connect(page, "ak_live_wrong");
    await page.locator('.status[data-health="refused"]').waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Enter another key" }).waitFor();
    requests = [];
    for (const view of VIEWS) {
      await page.evaluate((name) => (location.hash = `#/${name}`), view);
      await page.getByRole("status").getByText("does not accept the key").waitFor();
    }
    expect(requests.filter((path) => !path.startsWith("GET /api/v1/market/"))).toEqual([]);
    await page.evaluate(() => (location.hash = "#/account"));
    await page.getByRole("button", { name: "Enter another key" }).click();
    await connectToService(page, service.url, apiKey);
    await page.getByRole("row", { name: /^USDT 4,321/ }).waitFor();
    await page.locator('.status[data-health="connected"]').waitFor();
    await page.context().close();
  });

  test("two minutes of rude use ask no more than what is on screen needs", async () => {
    const { page } = await open("#/board", withClock);
    await connect(page, "ak_live_wrong");
    await page.locator('.status[data-health="refused"]').waitFor();
    await page.keyboard.press("Escape");
    requests = [];
    for (let visit = 0; visit < 40; visit++) {
      await page.evaluate((name) => (location.hash = `#/${name}`), VIEWS[visit % VIEWS.length]);
      await pass(page, 3);
    }
    // The board asks ten times a second, the desk five times.
    expect(requests.length / 120).toBeLessThan(11);
    await page.evaluate(() => (location.hash = "#/agents"));
    await pass(page, 5);
    requests = [];
    await pass(page, 30);
    expect(requests).toEqual([]);
    await page.context().close();
  });

  test("a dead service is asked less and less often, and a hidden page asks nothing", async () => {
    const { page } = await open("#/board", withClock);
    await connect(page, apiKey);
    await page.locator('.status[data-health="connected"]').waitFor();
    await page.keyboard.press("Escape");
    dead = true;
    await pass(page, 60);
    await page.locator('.status[data-health="unreachable"]').waitFor();
    requests = [];
    await pass(page, 60);
    // At most five probes of three attempts each.
    expect(requests.length).toBeLessThanOrEqual(15);
    requests = [];
    for (let visit = 0; visit < 20; visit++) {
      await page.evaluate((name) => (location.hash = `#/${name}`), VIEWS[visit % VIEWS.length]);
      await pass(page, 3);
    }
    expect(requests.length).toBeLessThanOrEqual(15);
    await page.evaluate(() => (location.hash = "#/board"));
    dead = false;
    await pass(page, 60);
    await page.locator('.status[data-health="connected"]').waitFor();
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await pass(page, 2);
    requests = [];
    await pass(page, 60);
    expect(requests).toEqual([]);
    await page.context().close();
  });
});
