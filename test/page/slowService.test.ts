// A service that is slow, hangs, fails now and then, or goes away: what every view says, and what is mended by itself.
import type { Page } from "playwright";
import { createExchange } from "agentexchange/exchange";
import { afterAll, beforeEach, expect, test } from "vitest";
import { serve } from "../support/server.ts";
import { describePage } from "./browsers.ts";
import { connectToService, VIEWS } from "./pageActions.ts";

type Behaviour = "fine" | "slow" | "hanging" | "flaky" | "dead";

const exchange = createExchange({ seed: 3, rateLimits: false });
const { apiKey } = await exchange.register({ startingBalance: "10000" });
let behaviour: Behaviour = "fine";
let count = 0;
let release = (): void => {};
let released = Promise.resolve();

const service = await serve(async (request) => {
  if (behaviour === "slow") await new Promise((resolve) => setTimeout(resolve, 3000));
  if (behaviour === "hanging") await released;
  const fails = behaviour === "dead" || (behaviour === "flaky" && ++count % 4 === 0);
  return fails ? new Response("", { status: 503 }) : exchange.fetch(request);
});

function hang(): void {
  behaviour = "hanging";
  released = new Promise((resolve) => (release = resolve));
}

function goOn(): void {
  behaviour = "fine";
  release();
}

beforeEach(goOn);

afterAll(async () => {
  await service.close();
  exchange.close();
});

async function connect(page: Page): Promise<void> {
  await page.locator(".status").click();
  await connectToService(page, service.url, apiKey);
}

/** Calls that failed, as the connection dialog tells them. This service has no stream, which is told, too. */
async function failedCalls(page: Page): Promise<string[]> {
  await page.getByText("/ws/v1").first().waitFor();
  return page.locator(".failures > *").filter({ hasNotText: "/ws/v1" }).allTextContents();
}

/** Lets time pass on the page, second by second, with what the service answers meanwhile. */
async function pass(page: Page, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await page.clock.runFor(1000);
    await page.evaluate(() => fetch("favicon.svg").then((response) => response.text()));
  }
}

/** Lets time pass until something is seen. */
async function passUntil(page: Page, isSeen: () => Promise<boolean>, seconds: number): Promise<void> {
  for (let second = 0; second < seconds && !(await isSeen()); second++) await pass(page, 1);
  expect(await isSeen()).toBe(true);
}

const isIn = (page: Page, health: string) => (): Promise<boolean> =>
  page.locator(`.status[data-health="${health}"]`).isVisible();

/** In every view: the state in the header, and what to do, there or above the view. */
async function expectEverywhere(page: Page, label: string, advice: string): Promise<void> {
  for (const view of VIEWS) {
    await page.evaluate((name) => (location.hash = `#/${name}`), view);
    await page.getByRole("main").getByRole("heading", { level: 1 }).waitFor();
    await page.locator(".status").getByText(label).waitFor();
    await page.getByText(advice).first().waitFor();
  }
  await page.evaluate(() => (location.hash = "#/board"));
}

describePage("the page and a service in trouble", ({ open }) => {
  const withClock = { contactsOthers: true, before: (page: Page) => page.clock.install() };

  test("every view says in which state the connection is, and what to do", async () => {
    const { page } = await open("#/board", withClock);
    await connect(page);
    await page.locator('.status[data-health="connected"]').waitFor();
    await page.keyboard.press("Escape");
    await expectEverywhere(page, "Connected", new URL(service.url).host);
    behaviour = "flaky";
    await passUntil(page, isIn(page, "recovering"), 10);
    await expectEverywhere(page, "Recovering", "failed requests are sent again");
    behaviour = "fine";
    await passUntil(page, isIn(page, "connected"), 20);
    hang();
    await passUntil(page, isIn(page, "stale"), 20);
    await expectEverywhere(page, "Out of date", "the page keeps asking");
    goOn();
    await passUntil(page, isIn(page, "connected"), 20);
    behaviour = "dead";
    await passUntil(page, isIn(page, "unreachable"), 60);
    await expectEverywhere(page, "Unreachable", "the page asks again, less and less often");
    goOn();
    hang();
    await page.locator(".status").click();
    await connectToService(page, service.url, apiKey);
    await page.keyboard.press("Escape");
    await expectEverywhere(page, "Opening", "one moment");
    goOn();
    await page.context().close();
  });

  test("a hundred seconds in the queue are no failure", async () => {
    const { page } = await open("#/board", withClock);
    await connect(page);
    await page.locator('.status[data-health="connected"]').waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".tile .price").first().waitFor();
    hang();
    await page.clock.runFor(2000);
    await page.clock.runFor(100_000);
    goOn();
    await passUntil(page, isIn(page, "connected"), 20);
    await page.locator(".status").click();
    expect(await failedCalls(page)).toEqual([]);
    await page.context().close();
  });

  test("a service that hangs can be given up, and is by itself after its time", async () => {
    const { page } = await open("#/board", withClock);
    await page.locator('.status[data-health="connected"]').waitFor();
    const cancel = page.getByRole("button", { name: "Cancel", exact: true });
    hang();
    await connect(page);
    await cancel.waitFor();
    // The dialog may be closed meanwhile.
    await page.keyboard.press("Escape");
    await page.locator(".status").click();
    await page.getByLabel("Service", { exact: true }).check();
    await cancel.click();
    await cancel.waitFor({ state: "detached" });
    await page.locator('button:focus[type="submit"]').getByText("Connect", { exact: true }).waitFor();
    await page.locator('.status[data-health="connected"]').waitFor();
    await connectToService(page, service.url, apiKey);
    await cancel.waitFor();
    const problem = page.getByRole("alert").getByText(`${new URL(service.url).host} does not respond.`);
    await passUntil(page, () => problem.isVisible(), 200);
    await page.getByRole("button", { name: "Connect", exact: true }).waitFor();
    await page.locator('.status[data-health="connected"]').waitFor();
    expect(await problem.count()).toBe(1);
    goOn();
    await page.context().close();
  });

  test("with three seconds for an answer, an order says what it waits for and is placed", async () => {
    const { page } = await open("#/trade/BTCUSDT", { contactsOthers: true });
    await connect(page);
    await page.locator('.status[data-health="connected"]').waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Available:").waitFor();
    behaviour = "slow";
    await page.getByLabel("Amount, BTC").fill("0.01");
    await page
      .getByText("Fills within a second")
      .or(page.getByText("Passes the rules"))
      .first()
      .waitFor({ timeout: 30_000 });
    await page.getByLabel("Amount, BTC").press("Enter");
    const log = page.getByRole("log");
    await log.getByText("waiting for the answer of the exchange").waitFor();
    await log.getByText("✓ Placed").waitFor({ timeout: 30_000 });
    await page.locator(".status").click();
    expect(await failedCalls(page)).toEqual([]);
    await page.context().close();
  });
});
