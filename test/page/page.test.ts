// The built page in Chromium and, where installed, Firefox: by pointer, by keyboard alone, and with network faults.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright";
import { expect, test } from "vitest";
import { createExchange } from "agentexchange/exchange";
import { serve } from "../support/server.ts";
import { describePage } from "./browsers.ts";
import { connectToService, focused, tabTo } from "./pageActions.ts";

const KIB = 1024;

describePage("the page", ({ folder, open }) => {
  async function milliseconds(page: Page): Promise<number> {
    return Number(/\d+/.exec((await page.locator(".total strong").textContent()) ?? "")?.[0]);
  }

  test("stays below the script budget, shows five pairs, and contacts no other host", async () => {
    const { page, problems } = await open();
    const scripts = new Set<string>();
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.endsWith(".js")) scripts.add(pathname);
    });
    await page.reload();
    await expect.poll(() => page.locator(".tile .price").count(), { timeout: 10_000 }).toBe(5);
    await expect.poll(() => page.locator(".tile svg").count(), { timeout: 10_000 }).toBe(5);
    const sizes = [...scripts].map((path) => gzipSync(readFileSync(join(folder, path))).length);
    expect(sizes).not.toEqual([]);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150 * KIB);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("sequential mode takes one round trip per pair", async () => {
    const { page, problems } = await open("?symbols=BTCUSDT,ETHUSDT,SOLUSDT,XRPUSDT");
    await page.getByLabel("Latency").fill("200");
    await expect.poll(() => milliseconds(page), { timeout: 10_000 }).toBeGreaterThanOrEqual(200);
    expect(await milliseconds(page)).toBeLessThan(400);
    await page.getByLabel("One by one").check();
    await expect.poll(() => milliseconds(page), { timeout: 10_000 }).toBeGreaterThanOrEqual(800);
    expect(await page.locator(".request").count()).toBe(8);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("an unknown pair shows an error on its own tile", async () => {
    const { page } = await open("?symbols=BTCUSDT,NOSUCH");
    await page.locator(".tile.failed").waitFor();
    expect(await page.locator(".tile.failed").textContent()).toContain("NOSUCH");
    expect(await page.locator(".tile .price").count()).toBe(1);
    await page.getByRole("button", { name: "Remove NOSUCH from the board" }).click();
    await page.locator(".tile.failed").waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.get("symbols")).toBe("BTCUSDT");
    await page.context().close();
  });

  test("an order is previewed, placed and cancelled", async () => {
    const { page, problems } = await open("#/desk/ETHUSDT");
    await page.getByLabel("Limit", { exact: true }).check();
    await page.getByLabel("Limit price, USDT").fill("1500");
    await page.getByLabel("Amount, ETH").fill("0.1");
    await page.getByText("Waits until the market reaches 1,500.00.").waitFor();
    await page.getByLabel("Stop loss", { exact: true }).check();
    await page.getByLabel("Trigger price, USDT").fill("9000");
    await page.getByText("Fills within a second").waitFor();
    await page.getByLabel("Limit", { exact: true }).check();
    await page.getByLabel("Limit price, USDT").fill("1500");
    await page.getByText("Waits until the market reaches 1,500.00.").waitFor();
    await page.getByRole("button", { name: "Buy ETHUSDT", exact: true }).click();
    const question = page.getByRole("alertdialog", { name: "Buy 0.1 ETHUSDT?" });
    await question.getByText("% below the last price").waitFor();
    await question.getByRole("button", { name: "Buy 0.1 ETHUSDT" }).click();
    await page.getByRole("log").getByText("✓ Placed").waitFor();
    const row = page.getByRole("row", { name: /ETHUSDT buy limit 0.1 1,500.00/ });
    await row.getByRole("button", { name: "Cancel" }).click();
    await row.waitFor({ state: "detached" });
    await page.getByText("Cancelled the ETHUSDT order.").waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("an order that is sent before its preview is shown is looked at all the same", async () => {
    const { page, problems } = await open("#/desk/ETHUSDT");
    await page.getByText("Available:").waitFor();
    await page.getByLabel("Limit", { exact: true }).check();
    await page.getByLabel("Amount, ETH").fill("0.1");
    await page.getByLabel("Limit price, USDT").evaluate((field: HTMLInputElement) => {
      field.value = "1500";
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.form?.requestSubmit();
      field.form?.requestSubmit();
    });
    const question = page.getByRole("alertdialog", { name: "Buy 0.1 ETHUSDT?" });
    await question.getByText("% below the last price").waitFor();
    await question.getByRole("button", { name: "Back" }).click();
    await question.waitFor({ state: "hidden" });
    expect(await page.getByRole("log").textContent()).toBe("No orders sent yet.");
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a rejection is explained before and after sending", async () => {
    const { page } = await open("#/desk/BTCUSDT");
    await page.getByLabel("Amount, BTC").fill("3");
    await page.getByText("be rejected. The order is worth").waitFor();
    await page.getByLabel("Amount, BTC").press("Enter");
    await page.getByRole("log").getByText("✕ Rejected").waitFor();
    expect(await page.getByRole("log").textContent()).toContain("Lower the quantity");
    await page.context().close();
  });

  test("the client recovers from network faults, and the drawer counts retries", async () => {
    const { page } = await open();
    await page.locator(".tile .price").first().waitFor();
    await page.locator(".status").click();
    await page.getByRole("switch", { name: /Network faults/ }).check();
    await expect
      .poll(async () => Number(await page.locator("#retries").textContent()), { timeout: 20_000 })
      .toBeGreaterThan(3);
    await page.getByRole("switch", { name: /Network faults/ }).uncheck();
    await page.keyboard.press("Escape");
    await page.locator('.status[data-health="connected"]').waitFor({ timeout: 20_000 });
    await expect.poll(() => page.locator(".tile .price").count(), { timeout: 10_000 }).toBe(5);
    await page.context().close();
  });

  test("a service with a key, without a key, and unreachable", async () => {
    const exchange = createExchange({ seed: 3 });
    const { apiKey } = await exchange.register({ startingBalance: "4321" });
    const service = await serve((request) => exchange.fetch(request));
    const { page } = await open("#/account");
    await page.getByText("Equity, USDT").waitFor();
    await page.locator(".status").click();
    await connectToService(page, "http://127.0.0.1:1");
    await page
      .getByRole("alert")
      .getByText(/127.0.0.1:1/)
      .waitFor();
    await connectToService(page, service.url);
    await page.getByText("No key was given").waitFor();
    await connectToService(page, service.url, apiKey);
    await page.getByText("4,321.00").first().waitFor();
    await page.keyboard.press("Escape");
    expect(await page.locator(".status").textContent()).toContain(new URL(service.url).host);
    expect(await page.content()).not.toContain(apiKey);
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([
      0,
      0,
      "",
    ]);
    await service.close();
    await page.getByText("The service does not respond").waitFor({ timeout: 20_000 });
    await page.context().close();
    exchange.close();
  });

  test("a restarted exchange runs at the selected speed", async () => {
    const { page, problems } = await open("#/desk/BTCUSDT");
    await page.getByText(/streamed live/).waitFor();
    await page.locator(".status").click();
    const seed = page.getByLabel("Seed");
    for (const wrong of ["1.5", "-1", "five", ""]) {
      await seed.fill(wrong);
      await expect.poll(() => seed.getAttribute("aria-invalid")).toBe("true");
      await page.getByText(/^Enter a whole number from 0|^Not a number|^“/).waitFor();
    }
    await seed.fill("5");
    await page.getByRole("button", { name: "Restart" }).click();
    await page.getByLabel("Clock speed").selectOption("60");
    await page.keyboard.press("Escape");
    const seconds = (text: string | null): number => new Date(`1970-01-01 ${text ?? ""} UTC`).getTime() / 1000;
    const newest = page.locator('[aria-labelledby="public-trades"] tbody th').first();
    const start = seconds(await newest.textContent());
    const ahead = async (): Promise<number> => (seconds(await newest.textContent()) - start + 86_400) % 86_400;
    await expect.poll(ahead, { timeout: 10_000 }).toBeGreaterThan(120);
    expect(await ahead()).toBeLessThan(3600);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("prices and candles are streamed, also after faults", async () => {
    const { page, problems } = await open("#/desk/BTCUSDT");
    await page.getByText(/streamed live/).waitFor();
    const last = page.locator(".last strong");
    const before = await last.textContent();
    await expect.poll(() => last.textContent(), { timeout: 15_000 }).not.toBe(before);
    await page.locator(".chart canvas").first().waitFor();
    await page.locator(".status").click();
    await page.getByLabel("Clock speed").selectOption("10");
    await page.getByRole("switch", { name: /Network faults/ }).check();
    await page.locator("#stream").getByText(/gaps/).waitFor({ timeout: 20_000 });
    await page.getByRole("switch", { name: /Network faults/ }).uncheck();
    await page.locator("#stream").getByText(/^live/).waitFor({ timeout: 20_000 });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("an order whose response is lost is searched for, not sent again", async () => {
    const { page } = await open("#/desk/BTCUSDT");
    await page.getByText("Available:").waitFor();
    await page.locator(".status").click();
    await page.getByRole("switch", { name: /Network faults/ }).check();
    await page.keyboard.press("Escape");
    const amount = page.getByLabel("Amount, BTC");
    // Until a fault leaves an order's outcome unknown.
    const log = page.getByRole("log");
    const unsettled = log.getByText(/the response was lost|Still unknown/);
    for (let tries = 0; tries < 60 && (await unsettled.count()) === 0; tries++) {
      await amount.fill(`0.00${100 + tries}`);
      await amount.press("Enter");
      await page.waitForTimeout(250);
    }
    await page.locator(".status").click();
    await page.getByRole("switch", { name: /Network faults/ }).uncheck();
    await page.keyboard.press("Escape");
    const settled = log.getByText(/The order was placed|Not found within 15 seconds/);
    await expect
      .poll(
        async () => {
          for (const again of await page.getByRole("button", { name: "Search again" }).all()) await again.click();
          return settled.count();
        },
        { timeout: 30_000 },
      )
      .toBeGreaterThan(0);
    await page.context().close();
  });

  test("everything is reachable and usable by keyboard alone", async () => {
    const { page } = await open();
    await page.locator(".tile .price").first().waitFor();
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Skip to content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    await tabTo(page, "Desk", "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "New order" }).waitFor();
    await tabTo(page, "Buy");
    await page.keyboard.press("ArrowRight");
    await tabTo(page, "Market");
    await page.keyboard.press("ArrowRight");
    expect(await page.getByLabel("Limit", { exact: true }).isChecked()).toBe(true);
    await page.keyboard.press("ArrowLeft");
    await page.getByLabel("Limit price, USDT").waitFor({ state: "detached" });
    await page.keyboard.press("Tab");
    await page.keyboard.type("0.001");
    await page.keyboard.press("Enter");
    await page.getByRole("log").getByText("✓ Placed").waitFor();
    expect(await page.getByRole("log").textContent()).toContain("Sell 0.001 BTCUSDT");
    await tabTo(page, "Connectedembedded exchange", "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await focused(page)).toContain("Connected");
    await page.context().close();
  });
});
