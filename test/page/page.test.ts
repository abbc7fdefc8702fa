// The built page in Chromium and, where installed, Firefox: by pointer, by keyboard alone, and with network faults.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  chromium,
  firefox,
  type Browser,
  type BrowserContextOptions,
  type BrowserType,
  type LaunchOptions,
  type Page,
} from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createExchange } from "agentexchange/exchange";
import { findChromium, findFirefox, type FoundBrowser } from "../../scripts/find-browsers.ts";
import { buildPage } from "../../scripts/page/build.ts";
import { servePage, type ServedPage } from "../../scripts/page/serve.ts";
import { serve } from "../support/server.ts";
import { fill, focused, tabTo, VIEWS, violations } from "./pageActions.ts";

const KIB = 1024;
// Without a browser, these tests are skipped.
interface Engine {
  readonly name: string;
  readonly type: BrowserType;
  readonly found: FoundBrowser | undefined;
  readonly launch: LaunchOptions;
  readonly schemes: readonly ("light" | "dark")[];
}

const engines: readonly Engine[] = [
  {
    name: "Chromium",
    type: chromium,
    found: await findChromium().catch(() => undefined),
    launch: { args: ["--no-sandbox"] },
    schemes: ["light", "dark"],
  },
  {
    // Driven over WebDriver BiDi, which ignores the colour scheme and always renders light.
    name: "Firefox",
    type: firefox,
    found: findFirefox(),
    launch: { channel: "moz-firefox" },
    schemes: ["light"],
  },
];

for (const { name, type, found, launch, schemes } of engines)
  describe.skipIf(found === undefined)(`the page in ${name}`, { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "page-"));
    let served: ServedPage;
    let browser: Browser;

    beforeAll(async () => {
      await buildPage(folder);
      served = await servePage(folder);
      const { executablePath, env } = found ?? { executablePath: "" };
      browser = await type.launch({ ...launch, executablePath, env: { ...process.env, ...env } });
    }, 60_000);

    afterAll(async () => {
      await browser.close();
      await served.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Opens the page; `problems` collects its errors and requests to other hosts. */
    async function open(
      address = "",
      options: BrowserContextOptions = {},
    ): Promise<{ page: Page; problems: string[] }> {
      const context = await browser.newContext({ locale: "en-US", ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      page.on("request", (request) => {
        if (!request.url().startsWith(served.url) && !request.url().startsWith("data:")) problems.push(request.url());
      });
      await page.goto(served.url + address);
      return { page, problems };
    }

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

    test("the drawer reports that its code could not be loaded", async () => {
      const { page } = await open();
      await page.route(/\/connection-[^/]*\.js$/, (route) => route.abort());
      await page.locator(".status").click();
      await page.getByRole("dialog").getByText("could not be loaded").waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: "Close" }).click();
      await page.getByRole("dialog").waitFor({ state: "hidden" });
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
      const { page, problems } = await open("#/trade/ETHUSDT");
      await page.getByLabel("Limit", { exact: true }).check();
      await page.getByLabel("Limit price, USDT").fill("1500");
      await page.getByLabel("Amount, ETH").fill("0.1");
      await page.getByText("Passes all risk checks.").waitFor();
      await page.getByLabel("Stop loss", { exact: true }).check();
      await page.getByLabel("Trigger price, USDT").fill("9000");
      await page.getByText("Triggers immediately").waitFor();
      await page.getByLabel("Limit", { exact: true }).check();
      await page.getByLabel("Limit price, USDT").fill("1500");
      await page.getByText("Triggers immediately").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Buy ETHUSDT" }).click();
      await page.getByRole("log").getByText("✓ Placed").waitFor();
      const row = page.getByRole("row", { name: /ETHUSDT buy limit 0.1 1,500.00/ });
      await row.getByRole("button", { name: "Cancel" }).click();
      await row.waitFor({ state: "detached" });
      await page.getByText("Cancelled the ETHUSDT order.").waitFor();
      expect(problems).toEqual([]);
      await page.context().close();
    });

    test("a rejection is explained before and after sending", async () => {
      const { page } = await open("#/trade/BTCUSDT");
      await page.getByLabel("Amount, BTC").fill("3");
      await page.getByText("Would be rejected. The order is too large").waitFor();
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
      await page.getByLabel("A service").check();
      await page.getByLabel("Base URL").fill("http://127.0.0.1:1");
      await page.getByRole("button", { name: "Connect", exact: true }).click();
      await page
        .getByRole("alert")
        .getByText(/127.0.0.1:1/)
        .waitFor();
      await page.getByLabel("Base URL").fill(service.url);
      await page.getByRole("button", { name: "Connect", exact: true }).click();
      await page.getByText("No key was given").waitFor();
      await page.getByLabel("Agent's key").fill(apiKey);
      await page.getByRole("button", { name: "Connect", exact: true }).click();
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
      const { page, problems } = await open("#/market/BTCUSDT");
      await page.getByText(/streamed live/).waitFor();
      await page.locator(".status").click();
      await page.getByLabel("Seed").fill("5");
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
      const { page, problems } = await open("#/market/BTCUSDT");
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
      const { page } = await open("#/trade/BTCUSDT");
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
      await tabTo(page, "Trade", "Shift+Tab");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Order ticket" }).waitFor();
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

    test.for(VIEWS.flatMap((view) => schemes.map((scheme) => [view, scheme] as const)))(
      "%s in %s has no axe violations and fits 320 pixels",
      async ([view, colorScheme]) => {
        const address = `?symbols=BTCUSDT,ETHUSDT,NOSUCH#/${view}`;
        const { page, problems } = await open(address, { colorScheme, reducedMotion: "reduce" });
        await fill[view](page);
        expect(await violations(page)).toEqual([]);
        await page.setViewportSize({ width: 320, height: 640 });
        const excess = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(excess).toBeLessThanOrEqual(0);
        await page.locator(".status").click();
        expect(await violations(page)).toEqual([]);
        expect(problems).toEqual([]);
        await page.context().close();
      },
    );
  });
