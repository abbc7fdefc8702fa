// A service that is stopped and started again: what stays on the page, what is said, and that an order is sent once.
import type { Page } from "playwright";
import { createClient, listOrders } from "agentexchange/core";
import { createExchange } from "agentexchange/exchange";
import { afterAll, expect, test } from "vitest";
import { serve, type RunningServer } from "../support/server.ts";
import { describePage } from "./browsers.ts";
import { connectToService } from "./pageActions.ts";

const exchange = createExchange({ seed: 3, rateLimits: false });
afterAll(() => exchange.close());

/** When the service goes away with an order. */
type Death = "never" | "before the order" | "after the order";

/** A service that can be stopped, by itself with an order, and started again at the same address. */
async function startService() {
  const { apiKey } = await exchange.register({ startingBalance: "10000" });
  let death: Death = "never";
  let orders = 0;
  let running: RunningServer;
  const answer = async (request: Request): Promise<Response> => {
    const isOrder = request.method === "POST" && new URL(request.url).pathname.includes("/trade/order");
    if (isOrder) orders++;
    if (isOrder && death === "before the order") await running.close();
    const response = isOrder && death === "before the order" ? Response.error() : await exchange.fetch(request);
    if (isOrder && death === "after the order") await running.close();
    return response;
  };
  running = await serve(answer);
  const { url } = running;
  return {
    url,
    apiKey,
    dieWith(next: Death) {
      death = next;
    },
    stop: () => running.close(),
    async start() {
      death = "never";
      running = await serve(answer, { port: Number(new URL(url).port) });
    },
    /** Orders that the page has sent, and orders that the exchange has. */
    async count(): Promise<{ sent: number; placed: number }> {
      const client = createClient({ ...exchange.connection, apiKey });
      const placed = await client.send(listOrders, {});
      await client.close();
      return { sent: orders, placed: placed.length };
    },
  };
}

type Service = Awaited<ReturnType<typeof startService>>;

async function connect(page: Page, { url, apiKey }: Service): Promise<void> {
  await page.locator(".status").click();
  await connectToService(page, url, apiKey);
  await page.locator('.status[data-health="connected"]').waitFor();
  await page.keyboard.press("Escape");
}

/** Lets time pass on the page, second by second, until something is seen. */
async function passUntil(page: Page, isSeen: () => Promise<boolean>, seconds: number): Promise<void> {
  for (let second = 0; second < seconds && !(await isSeen()); second++) {
    await page.clock.runFor(1000);
    await page.evaluate(() => fetch("favicon.svg").then((response) => response.text()));
  }
  expect(await isSeen()).toBe(true);
}

const show = (page: Page, view: string): Promise<void> => page.evaluate((name) => void (location.hash = name), view);

describePage("the page and a service that stops", ({ open }) => {
  const withClock = { contactsOthers: true, before: (page: Page) => page.clock.install() };
  const isIn = (page: Page, health: string) => (): Promise<boolean> =>
    page.locator(`.status[data-health="${health}"]`).isVisible();

  test("figures stay with their age, the estimate goes stale, and all recovers by itself", async () => {
    const service = await startService();
    const { page } = await open("#/board", withClock);
    await connect(page, service);
    const price = page.locator(".tile .price").first();
    await price.waitFor();
    await show(page, "#/desk/BTCUSDT");
    await page.getByLabel("Amount, BTC").fill("0.01");
    const verdict = page.getByText("Passes the rules that are known.");
    await passUntil(page, () => verdict.isVisible(), 10);
    await page.locator(".depth").first().waitFor();
    const last = page.locator(".last strong");
    await last.waitFor();

    await service.stop();
    const old = page.getByText(/This estimate is .* old: the exchange does not answer/);
    await passUntil(page, () => old.isVisible(), 40);
    await passUntil(page, isIn(page, "unreachable"), 60);
    expect(await page.locator("[data-stale='true']").count()).toBe(1);
    expect(await verdict.isVisible()).toBe(true);
    expect(await last.isVisible()).toBe(true);
    expect(await page.locator(".depth").first().isVisible()).toBe(true);
    await page.getByText("the page asks again, less and less often").waitFor();
    await page.getByText(/^Last answer \d.* ago\.$/).waitFor();
    await page.getByText("No order can be sent now").waitFor();
    await show(page, "#/board");
    await page
      .locator(".tile")
      .first()
      .getByText(/^Stale: .* old$/)
      .waitFor();
    expect(await price.textContent()).toMatch(/\d/);

    await service.start();
    await passUntil(page, isIn(page, "connected"), 60);
    await page
      .locator(".tile")
      .first()
      .getByText(/^\d.* ago$/)
      .waitFor();
    await show(page, "#/desk/BTCUSDT");
    await passUntil(page, async () => (await verdict.isVisible()) && !(await old.isVisible()), 10);
    expect(await page.getByText(/^Last answer/).count()).toBe(0);
    await service.stop();
    await page.context().close();
  });

  test.for([
    ["after the order", "The order was placed: ", 1],
    ["before the order", "Not found within 15 seconds of sending.", 0],
  ] as const)("a service that stops %s: it is looked up when the line returns, and sent once", async (example) => {
    const [death, said, placed] = example;
    const service = await startService();
    const { page } = await open("#/desk/BTCUSDT", withClock);
    await connect(page, service);
    await page.getByLabel("Amount, BTC").fill("0.01");
    const verdict = page.getByText("Passes the rules that are known.");
    await passUntil(page, () => verdict.isVisible(), 10);
    service.dieWith(death);
    await page.getByLabel("Amount, BTC").press("Enter");
    const log = page.getByRole("log");
    await passUntil(page, () => log.getByText("It is looked up again when the line returns").isVisible(), 90);
    // The amount is gone: pressing Enter again is not the same order once more.
    expect(await page.getByLabel("Amount, BTC").inputValue()).toBe("");
    await page.getByLabel("Amount, BTC").press("Enter");
    await passUntil(page, isIn(page, "unreachable"), 60);
    expect(await service.count()).toEqual({ sent: 1, placed });
    await service.start();
    await passUntil(page, () => log.getByText(said).isVisible(), 90);
    await passUntil(page, isIn(page, "connected"), 60);
    expect(await service.count()).toEqual({ sent: 1, placed });
    await service.stop();
    await page.context().close();
  });
});
