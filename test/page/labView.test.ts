// The lab in the browser: a strategy by form and by JSON, backtests with their progress and results, and by keyboard alone.
import type { Page } from "playwright";
import { createExchange } from "agentexchange/exchange";
import { expect, test } from "vitest";
import { serve } from "../support/server.ts";
import { describePage } from "./browsers.ts";
import { connectToService, SCREENS, tabTo, violations } from "./pageActions.ts";

const LONG = { timeout: 40_000 };

/** Opens the lab with a quick line, so that a backtest takes seconds. */
async function openLab(page: Page, latency = "0"): Promise<void> {
  await page.getByLabel("Latency").fill(latency);
  await page.evaluate(() => (location.hash = "#/lab"));
  await page.getByText("Agrees with the schema.").waitFor();
  await expect.poll(() => page.getByLabel("First day (UTC)").inputValue()).not.toBe("");
}

/** What the text says once it is valid JSON; drawing it takes a frame. */
async function definition(page: Page): Promise<Record<string, unknown>> {
  return JSON.parse(await page.getByLabel("Definition as JSON").inputValue()) as Record<string, unknown>;
}

async function run(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Run the backtest" }).click();
  await page.getByText(`“${name}” is done.`).waitFor(LONG);
}

/** What describes an element, as a screen reader says it. */
function described(page: Page, label: string): Promise<string> {
  return page
    .getByLabel(label, { exact: true })
    .first()
    .evaluate((element) =>
      (element.getAttribute("aria-describedby") ?? "")
        .split(" ")
        .map((id) => document.getElementById(id)?.textContent ?? "")
        .join(" ")
        .trim(),
    );
}

describePage("the lab", ({ open, schemes }) => {
  test("form and JSON show the same, and say what is wrong at its place", async () => {
    const { page, problems } = await open();
    await openLab(page);
    await page.getByRole("button", { name: "Follow the trend" }).click();
    await page.getByLabel("Stop loss, %").fill("2.5");
    await expect
      .poll(() => definition(page))
      .toMatchObject({ timeframe: "4h", exit_conditions: { stop_loss_pct: 2.5 } });
    await page.getByLabel("Bollinger below lower").check();
    await page.getByLabel("Timeframe").selectOption("1d");
    await expect
      .poll(() => definition(page))
      .toMatchObject({ timeframe: "1d", entry_conditions: { bb_below_lower: true } });

    await page.getByLabel("Stop loss, %").fill("1,5");
    await expect.poll(() => described(page, "Stop loss, %")).toContain("can mean");
    expect(await page.getByLabel("Stop loss, %").getAttribute("aria-invalid")).toBe("true");
    await page.getByText("Correct the strategy first.").waitFor();
    expect(await page.getByRole("button", { name: "Run the backtest" }).isDisabled()).toBe(true);

    const area = page.getByLabel("Definition as JSON");
    await area.fill(
      JSON.stringify(
        { ...(await definition(page)), pairs: ["NOSUCH"], exit_conditions: { stop_loss_pct: 300 } },
        null,
        2,
      ),
    );
    await page.locator("#lab-problems").getByText("must be a number from 0 to 100").waitFor();
    await expect.poll(() => described(page, "Stop loss, %")).toContain("Must be a number from 0 to 100.");
    expect(await page.getByLabel("Stop loss, %").inputValue()).toBe("300");
    expect(await area.getAttribute("aria-invalid")).toBe("true");
    expect(await violations(page)).toEqual([]);
    await page.getByLabel("Stop loss, %").fill("3");
    await page.locator("#lab-problems").getByText("NOSUCH is not listed here.").waitFor();
    await page.locator("#lab-problems").getByRole("button", { name: "Line 3" }).click();
    expect(await area.evaluate((element) => (element as HTMLTextAreaElement).selectionStart)).toBe(
      (await area.inputValue()).indexOf('"NOSUCH"'),
    );

    await area.fill('{\n  "pairs": ["BTCUSDT"],,\n}');
    await page.getByText("The JSON cannot be read. Correct it to go on with the form.").waitFor();
    await page.locator("#lab-problems").getByText("Expected a key in double quotes.").waitFor();
    expect(await page.getByLabel("Stop loss, %").isDisabled()).toBe(true);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a strategy is saved, versioned, opened and deleted", async () => {
    const { page, problems } = await open();
    await openLab(page);
    await page.getByText("None yet. Saved strategies stay on the exchange").waitFor();
    await page.getByLabel("Name", { exact: true }).fill("Mine");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved “Mine”.").waitFor();
    await page.getByText("version 1,").waitFor();
    await page.getByLabel("Take profit, %").fill("9");
    await page.getByText("Changed since version 1.").waitFor();
    await page.getByRole("button", { name: "Save as version 2" }).click();
    await page.getByText("version 2,").waitFor();
    await page.getByRole("button", { name: "Band reversal" }).click();
    await page.getByRole("button", { name: "Open “Mine”" }).click();
    await page.getByText("Opened “Mine”, version 2.").waitFor();
    expect(await page.getByLabel("Take profit, %").inputValue()).toBe("9");
    await page.getByRole("button", { name: "Delete “Mine”" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("Deleted “Mine”.").waitFor();
    await page.getByText("None yet. Saved strategies stay on the exchange").waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("lab-saved");
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a backtest shows its progress, its figures, its curves and its trades; two are compared", async () => {
    const { page, problems } = await open();
    await openLab(page);
    await page.getByText("No backtest yet.").waitFor();
    await page.getByRole("button", { name: "Run the backtest" }).click();
    await page.getByRole("progressbar").waitFor();
    await expect.poll(() => page.getByRole("progressbar").count(), LONG).toBe(0);
    await page.getByText("“Buy the dip” is done.").waitFor();
    await page.getByRole("heading", { name: "Buy the dip" }).waitFor();
    expect(await page.getByText(/^Trades$/).count()).toBeGreaterThan(0);
    const drawdown = page.getByRole("button", { name: "Maximum drawdown" });
    await drawdown.focus();
    await page.getByRole("tooltip").getByText("The deepest fall of the equity").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("tooltip").getByText("The deepest fall of the equity").waitFor({ state: "hidden" });
    await page.locator(".curves canvas").nth(1).waitFor();
    await page.locator(".lab-trades .chart canvas").first().waitFor();
    await page.getByText(/\d+ purchases and \d+ sales of BTCUSDT\./).waitFor();
    await page.getByLabel("ETHUSDT", { exact: true }).check();
    await page.getByText(/\d+ purchases and \d+ sales of ETHUSDT\./).waitFor();
    const trades = page.getByRole("table", { name: /^Trades of the backtest/ });
    expect(await trades.locator("tbody tr").count()).toBe(10);
    // Fees to the cent; the rest when asked for.
    for (const fee of [trades.locator("td .exact").first(), page.locator(".lab-figures .exact").last()]) {
      expect(await fee.getAttribute("aria-label")).toMatch(/^[\d,]+\.\d\d USDT, exactly [\d,]+\.\d{3,8}$/);
      await fee.hover();
      await fee.locator(".tip").waitFor();
    }
    await page.getByRole("button", { name: "Later" }).click();
    await page.getByText(/^11–/).waitFor();

    await page.getByRole("button", { name: "Follow the trend" }).click();
    await run(page, "Follow the trend");
    await page.getByRole("checkbox", { name: /^Buy the dip/ }).check();
    const comparison = page.getByRole("table", { name: /^Figures of both backtests/ });
    await comparison.waitFor();
    const row = comparison.getByRole("row", { name: /^Return/ });
    const [a, b, difference] = (await row.getByRole("cell").allTextContents()).map((text) =>
      Number(/[-+]?[\d.]+/.exec(text.replaceAll(",", ""))?.[0]),
    );
    expect(difference).toBeCloseTo((b ?? 0) - (a ?? 0), 1);
    expect(await row.textContent()).toMatch(/better|worse/);
    expect(await page.locator(".curves").first().locator("li[data-tone]").count()).toBe(2);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a backtest can be cancelled, and computing one does not block the page", async () => {
    const { page, problems } = await open();
    // Slow enough that it cannot end before it is cancelled.
    await openLab(page, "150");
    await page.evaluate(() => {
      let last = performance.now();
      const gaps = ((globalThis as { gaps?: number[] }).gaps = []) as number[];
      const look = (): void => {
        gaps.push(performance.now() - last);
        last = performance.now();
        setTimeout(look);
      };
      look();
    });
    await page.getByRole("button", { name: "Run the backtest" }).click();
    await page.getByText(/^Trading: candle/).waitFor(LONG);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled.").waitFor();
    await page.getByText("■ cancelled").waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Run the backtest");
    // The limit is 50 ms on a machine of its own; other tests share this one.
    const gaps = await page.evaluate(() => (globalThis as { gaps?: number[] }).gaps ?? []);
    const median = gaps.toSorted((one, other) => one - other)[Math.floor(gaps.length / 2)];
    expect(median).toBeLessThan(50);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("wrong settings are said at their fields", async () => {
    const { page } = await open();
    await openLab(page);
    const last = await page.getByLabel("Up to (UTC)").inputValue();
    await page.getByLabel("First day (UTC)").fill(last);
    await expect.poll(() => described(page, "Up to (UTC)")).toBe("Must be after the first day.");
    await page.getByLabel("First day (UTC)").fill("2019-12-31");
    await expect.poll(() => described(page, "First day (UTC)")).toBe("There are no candles before 2020-01-01.");
    await page.getByLabel("First day (UTC)").fill("2020-01-01");
    await expect.poll(() => described(page, "Up to (UTC)")).toContain("20,000 can be run");
    await page.getByLabel("Starting balance, USDT").fill("none");
    await expect.poll(() => described(page, "Starting balance, USDT")).toBe("“none” is not a number.");
    await page.getByLabel("Starting balance, USDT").fill("0.5");
    await expect.poll(() => described(page, "Starting balance, USDT")).toBe("Enter 1 to 10,000,000.");
    await page.getByText("Correct the fields above.").waitFor();
    expect(await page.getByRole("button", { name: "Run the backtest" }).isDisabled()).toBe(true);
    await page.context().close();
  });

  test("a strategy is changed, run and shown with the keyboard alone", async () => {
    const { page } = await open();
    await openLab(page);
    await page.locator("#main").focus();
    await tabTo(page, "Band reversal");
    await page.keyboard.press("Enter");
    await expect.poll(() => definition(page)).toMatchObject({ timeframe: "15m" });
    await tabTo(page, "Pairs");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("solusdt");
    await expect.poll(() => definition(page)).toMatchObject({ pairs: ["SOLUSDT"], timeframe: "15m" });
    await page.keyboard.press("Tab");
    await tabTo(page, "Run the backtest");
    await page.keyboard.press("Enter");
    await page.getByText("“Band reversal” is done.").waitFor(LONG);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Run the backtest");
    await page.getByRole("checkbox", { name: /^Band reversal/ }).focus();
    await page.keyboard.press("Space");
    await page.getByRole("heading", { name: "Band reversal" }).waitFor({ state: "detached" });
    await page.keyboard.press("Space");
    await page.getByRole("heading", { name: "Band reversal" }).waitFor();
    await page.context().close();
  });

  test("a backtest goes on when the speed of the clock changes, and says that another exchange ended it", async () => {
    const { page, problems } = await open();
    // Slow enough that it cannot end before the speed changes.
    await openLab(page, "150");
    await page.getByRole("button", { name: "Run the backtest" }).click();
    await page.getByText(/^Trading: candle/).waitFor(LONG);
    await page.locator(".status").click();
    for (const speed of ["60", "10"]) await page.getByLabel("Clock speed").selectOption(speed);
    await page.getByLabel("Latency").first().fill("0");
    await page.keyboard.press("Escape");
    await page.getByText(/^“.+” is done\.$/).waitFor(LONG);
    await page.getByRole("heading", { name: "Equity and drawdown" }).waitFor();
    await page.locator(".status").click();
    await page.getByLabel("Latency").first().fill("150");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Run the backtest" }).click();
    await page.getByText(/^Trading: candle/).waitFor(LONG);
    await page.locator(".status").click();
    await page.getByRole("button", { name: "Restart" }).click();
    await page.keyboard.press("Escape");
    await page.getByText("Stopped: the page was connected to another exchange.").waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("it runs on a service, and says so if a service has no backtests", async () => {
    const exchange = createExchange({ seed: 3, rateLimits: false });
    const { apiKey } = await exchange.register({ startingBalance: "4321" });
    let hasLab = false;
    let isBroken = false;
    const service = await serve((request) => {
      const { pathname } = new URL(request.url);
      if (isBroken && pathname.endsWith("/start")) return Promise.resolve(new Response("", { status: 500 }));
      return !hasLab && /strategies|backtest/.test(pathname)
        ? Promise.resolve(Response.json({ error: { code: "NOT_FOUND", message: "Not Found" } }, { status: 404 }))
        : exchange.fetch(request);
    });
    const { page } = await open("#/lab", { contactsOthers: true });
    await page.locator(".status").click();
    await connectToService(page, service.url, apiKey);
    await page.locator('.status[data-health="connected"]').waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("has no backtests or strategies").waitFor();
    hasLab = true;
    await page.evaluate(() => (location.hash = "#/board"));
    await page.getByRole("heading", { name: "Lab", exact: true }).waitFor({ state: "detached" });
    await page.evaluate(() => (location.hash = "#/lab"));
    await page.getByText("No backtest yet.").waitFor();
    await run(page, "Buy the dip");
    await page.getByRole("heading", { name: "Buy the dip" }).waitFor();
    isBroken = true;
    await page.getByRole("button", { name: "Run the backtest" }).click();
    await page.getByText(/^The backtest failed: /).waitFor(LONG);
    expect(await page.getByRole("button", { name: "Run the backtest" }).isEnabled()).toBe(true);
    await page.context().close();
    await service.close();
    exchange.close();
  });

  test("axe finds nothing in a comparison, and nothing is wider than the page", { timeout: 120_000 }, async () => {
    const { page } = await open();
    await openLab(page);
    await run(page, "Buy the dip");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved “Buy the dip”.").waitFor();
    await run(page, "Buy the dip");
    const chosen = page.getByRole("checkbox", { name: /^Buy the dip/ });
    await expect.poll(() => chosen.count(), LONG).toBe(2);
    await chosen.last().check();
    await page.getByRole("table", { name: /^Figures of both backtests/ }).waitFor(LONG);
    await page.locator(".lab-trades .chart canvas").first().waitFor(LONG);
    for (const summary of await page.locator(".lab summary").all()) await summary.click();
    for (const screen of SCREENS) {
      await page.setViewportSize(screen);
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        expect(await violations(page), `${screen.width} ${colorScheme}`).toEqual([]);
      }
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(excess, String(screen.width)).toBeLessThan(1);
    }
    await page.context().close();
  });
});
