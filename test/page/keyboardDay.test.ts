// A whole day at the desk with the keyboard alone: no test of this file uses the pointer.
import type { Page } from "playwright";
import { expect, test } from "vitest";
import { describePage } from "./browsers.ts";

/** What has the focus, as a screen reader names it, with its role in front. */
function focus(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return "nothing";
    const role =
      element.getAttribute("role") ?? (element instanceof HTMLInputElement ? element.type : element.localName);
    const labelled = element.getAttribute("aria-labelledby") ?? "";
    const label =
      element.getAttribute("aria-label") ??
      document.getElementById(labelled)?.textContent ??
      (element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined) ??
      (element.localName === "main" ? "" : element.textContent);
    return `${role} ${label.replaceAll(/\s+/g, " ").trim()}`.trim();
  });
}

const fits = (text: string, name: string | RegExp): boolean =>
  typeof name === "string" ? text === name : name.test(text);

async function expectFocus(page: Page, name: string | RegExp): Promise<void> {
  const found = async (): Promise<string> => {
    const now = await focus(page);
    return fits(now, name) ? String(name) : now;
  };
  await expect.poll(found, { timeout: 10_000 }).toBe(String(name));
}

/** Presses Tab until this has the focus. It must lie in that direction: past either end is the browser itself. */
async function goTo(page: Page, name: string | RegExp, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press(key);
    const now = await focus(page);
    if (fits(now, name)) return;
    passed.push(now);
    if (now === "nothing") break;
  }
  throw new Error(`${String(name)} cannot be reached with ${key}, only ${passed.join(", ")}.`);
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Answers the question that is open with its second button; the first one, which does nothing, has the focus. */
async function agree(page: Page, title: string | RegExp): Promise<void> {
  await page.getByRole("alertdialog", { name: title }).waitFor();
  await expectFocus(page, "button Back");
  await press(page, "Tab", "Enter");
  await page.getByRole("alertdialog").waitFor({ state: "hidden" });
}

async function retype(page: Page, text: string): Promise<void> {
  await press(page, "ControlOrMeta+A");
  await page.keyboard.type(text);
}

/** Runs in the page: notes what had the focus whenever nothing has it for several frames. */
function watchFocus(): void {
  const lost: string[] = [];
  // Some browsers open a window of their own for a saved file, which takes the keyboard away.
  HTMLAnchorElement.prototype.click = () => {};
  Object.assign(globalThis, { lost });
  let had: Element | null = null;
  let frames = 0;
  const look = (): void => {
    const now = document.activeElement;
    if (now !== null && now !== document.body) [had, frames] = [now, 0];
    else if (had !== null && ++frames === 3) lost.push(had.outerHTML.slice(0, 120));
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

describePage("a day by keyboard", ({ open }) => {
  test(
    "from the board to the desk, the account, the agents, the lab, the tour and back",
    { timeout: 300_000 },
    async () => {
      const { page, problems } = await open("", {
        viewport: { width: 1440, height: 900 },
        colorScheme: "light",
        async before(opened) {
          await opened.addInitScript(watchFocus);
        },
      });
      const log = page.getByRole("log").first();
      const kept = async (): Promise<void> => {
        expect(await page.evaluate(() => (globalThis as unknown as { lost: string[] }).lost)).toEqual([]);
      };

      // Find a pair, and open its desk.
      await page.locator(".tile .price").first().waitFor();
      await press(page, "Tab");
      await expectFocus(page, "a Skip to content");
      await press(page, "Enter");
      await expectFocus(page, "main");
      await press(page, "/");
      await expectFocus(page, "combobox Find a pair");
      await page.keyboard.type("eth");
      await page.getByRole("row", { name: /ETHUSDT/, selected: true }).waitFor();
      await press(page, "Enter");
      await page.getByRole("heading", { level: 1, name: "ETHUSDT" }).waitFor();
      await expectFocus(page, "main");

      // Read the candles.
      await page.locator(".chart canvas").first().waitFor();
      await goTo(page, "slider Candles of ETHUSDT");
      const plot = page.getByRole("slider", { name: "Candles of ETHUSDT" });
      const candle = (): Promise<string | null> => plot.getAttribute("aria-valuetext");
      const place = async (): Promise<number> => Number(await plot.getAttribute("aria-valuenow"));
      await expect.poll(place).toBeGreaterThan(2);
      await press(page, "End");
      const newest = await place();
      await press(page, "ArrowLeft", "ArrowLeft");
      await expect.poll(place).toBe(newest - 2);
      expect(await candle()).toMatch(/open [\d,.]+, high [\d,.]+, low [\d,.]+, close [\d,.]+$/);
      const time = (await candle())?.split(", open")[0] ?? "";
      await page.locator(".ohlc").getByText(time).waitFor();
      await press(page, "+", "-", "Escape");
      await expectFocus(page, "slider Candles of ETHUSDT");
      await kept();

      // Buy at the market.
      await page.getByText("Available:").waitFor();
      await press(page, "b");
      await expectFocus(page, "text Amount, ETH");
      expect(await page.getByRole("radio", { name: "Buy", exact: true }).isChecked()).toBe(true);
      await page.keyboard.type("0.01");
      await page.getByText("Sent as 0.01 ETH").waitFor();
      await press(page, "Enter");
      await log.getByText("✓ Placed").waitFor();
      await log.getByText(/Buy 0\.01 ETHUSDT/).waitFor();
      await expectFocus(page, "text Amount, ETH");

      // A limit order whose price is far: first not, then yes.
      await goTo(page, "radio Market", "Shift+Tab");
      await press(page, "ArrowRight");
      await expectFocus(page, "radio Limit");
      await page.getByLabel("Limit price, USDT").waitFor();
      await goTo(page, "text Limit price, USDT");
      await retype(page, "1500");
      await goTo(page, "text Amount, ETH");
      await page.keyboard.type("0.1");
      await page.getByText("Waits until the market reaches 1,500.00.").waitFor();
      await press(page, "Enter");
      await page.getByRole("alertdialog").getByText("% below the last price").waitFor();
      await expectFocus(page, "button Back");
      await press(page, "Escape");
      await page.getByRole("alertdialog").waitFor({ state: "hidden" });
      await expectFocus(page, "text Amount, ETH");
      expect(await log.getByText("✓ Placed").count()).toBe(1);
      await press(page, "Enter");
      await agree(page, "Buy 0.1 ETHUSDT?");
      const row = page.getByRole("row", { name: /ETHUSDT buy limit 0\.1 / });
      await row.getByText("1,500.00").waitFor();
      await expectFocus(page, "text Amount, ETH");
      await kept();

      // Move it, cancel it, and cancel what else waits.
      await goTo(page, "button Move buy ETHUSDT");
      await press(page, "Enter");
      await expectFocus(page, "text New limit price, USDT");
      await retype(page, "1400");
      await press(page, "Enter");
      await agree(page, "Move the order to 1,400.00?");
      await row.getByText("1,400.00").waitFor();
      await row.getByText("1,500.00").waitFor({ state: "detached" });
      await expectFocus(page, /^h2 Open orders/);
      await goTo(page, "button Cancel buy ETHUSDT");
      await press(page, "Enter");
      await row.waitFor({ state: "detached" });
      await page.getByText("Cancelled the ETHUSDT order.").waitFor();
      // Not on the next order's button: a second Enter must not cancel that one, too.
      await expectFocus(page, /^h2 Open orders/);
      await goTo(page, "button Cancel all");
      await press(page, "Enter");
      await agree(page, /^Cancel all \d+ open orders\?$/);
      await page.getByRole("heading", { name: "Open orders (0)" }).waitFor();
      await expectFocus(page, "h2 Open orders (0)");
      await kept();

      // Close a position.
      await goTo(page, "button Close the position in ETHUSDT");
      await press(page, "Enter");
      await agree(page, "Close the position in ETHUSDT?");
      await page.getByRole("button", { name: "Close the position in ETHUSDT" }).waitFor({ state: "detached" });
      await log.getByText(/Sell [\d.]+ ETHUSDT/).waitFor();
      await expectFocus(page, /^(button Close the position|h2 Positions)/);
      await kept();

      // On a phone, tabs, whose content is as reachable; on a wide screen everything again.
      await page.setViewportSize({ width: 390, height: 844 });
      await page.getByRole("tab", { name: "Chart" }).waitFor();
      await expectFocus(page, "main");
      await goTo(page, "tab Chart");
      for (const [tab, shown] of [
        ["Book", "Order book"],
        ["Ticket", "New order"],
        ["Orders", "Open orders (0)"],
        ["Chart", "Candles"],
        ["Book", "Order book"],
      ] as const) {
        await press(page, "ArrowRight");
        await expectFocus(page, `tab ${tab}`);
        await page.getByRole("heading", { name: shown }).waitFor();
      }
      await press(page, "Home", "End");
      await expectFocus(page, "tab Orders");
      await press(page, "s");
      await goTo(page, /^button Close the position in/);
      await page.setViewportSize({ width: 1024, height: 768 });
      await page.getByRole("heading", { name: "New order" }).waitFor();
      await expectFocus(page, "main");
      await page.getByText("Available:").waitFor();
      await press(page, "s");
      await expectFocus(page, "text Amount, ETH");
      await press(page, "Escape");
      await expectFocus(page, "main");
      await page.setViewportSize({ width: 1440, height: 900 });
      await kept();

      // Colours, the list of keys, and the connection.
      await goTo(page, "button Settings", "Shift+Tab");
      await press(page, "Enter");
      await page.getByRole("dialog", { name: "Settings" }).getByText("As the system").waitFor();
      await expectFocus(page, "button Close");
      await goTo(page, "radio As the system");
      await press(page, "ArrowRight", "ArrowRight");
      await expectFocus(page, "radio Dark");
      const scheme = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
      await expect.poll(scheme).toBe("dark");
      await press(page, "Escape");
      await expectFocus(page, "button Settings");
      await press(page, "?");
      await page
        .getByRole("dialog", { name: "Keyboard shortcuts" })
        .getByText("Find a pair among all markets")
        .waitFor();
      await expectFocus(page, "button Close");
      await press(page, "Enter");
      await expectFocus(page, "button Settings");
      await goTo(page, "button Connectedembedded exchange");
      await press(page, "Enter");
      await page.getByRole("dialog", { name: "Connection" }).getByText("Network faults").waitFor();
      await expectFocus(page, "button Close");
      await press(page, "Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      await expectFocus(page, "button Connectedembedded exchange");
      await kept();

      // The account: what was traded, page by page and as a file.
      await press(page, "g", "a");
      await page.getByRole("heading", { level: 1, name: "Account" }).waitFor();
      await expectFocus(page, "main");
      const trades = page.getByRole("table", { name: "Trades, newest first" });
      await trades
        .getByRole("row", { name: /^ETHUSDT sell/ })
        .first()
        .waitFor();
      await trades.getByRole("row", { name: /^ETHUSDT buy 0\.01 / }).waitFor();
      await goTo(page, "button Export CSV");
      await press(page, "Enter");
      await page.getByText(/^Saved \d+ trades as trades-demo-/).waitFor();
      await expectFocus(page, "button Export CSV");
      await goTo(page, "button Older");
      await press(page, "Enter");
      await page.getByText("Page 2").waitFor();
      await expectFocus(page, "button Older");
      await goTo(page, "button Newer", "Shift+Tab");
      await press(page, "Enter");
      await page.getByText("Page 1").waitFor();
      await expectFocus(page, "button Newer");
      await kept();

      // Agents: start, pause, step.
      await press(page, "g", "g");
      await page.getByRole("heading", { level: 1, name: "Agents" }).waitFor();
      await expectFocus(page, "main");
      await goTo(page, "button Start");
      await press(page, "Enter");
      await page.getByText(/Tick \d+, the next in/).waitFor();
      await expectFocus(page, "button Pause");
      await press(page, "Enter");
      const clock = page.locator(".arena-clock");
      await clock.getByText("paused").waitFor();
      await expectFocus(page, "button Continue");
      const tick = Number(/Tick (\d+)/.exec((await clock.textContent()) ?? "")?.[1]);
      await press(page, "Tab");
      await expectFocus(page, "button Step");
      await press(page, "Enter");
      await clock.getByText(`Tick ${tick + 1}, paused`).waitFor();
      await expectFocus(page, "button Step");
      await kept();

      // The lab: one backtest, and its result.
      await press(page, "g", "l");
      await page.getByRole("heading", { level: 1, name: "Lab" }).waitFor();
      await expectFocus(page, "main");
      await page.getByText("Agrees with the schema.").waitFor();
      await expect.poll(() => page.getByLabel("First day (UTC)").inputValue()).not.toBe("");
      await goTo(page, "button Run the backtest");
      await press(page, "Enter");
      await page.getByText("“Buy the dip” is done.").waitFor({ timeout: 60_000 });
      await expectFocus(page, "button Run the backtest");
      await page.getByRole("heading", { name: "Equity and drawdown" }).waitFor();
      await goTo(page, /^checkbox Buy the dip/);
      await press(page, "Space");
      await page.getByRole("heading", { name: "Equity and drawdown" }).waitFor({ state: "detached" });
      await expectFocus(page, /^checkbox Buy the dip/);
      await kept();

      // The tour, step by step, and back to the board.
      await press(page, "g", "t");
      for (let step = 1; step <= 6; step++) {
        await page.getByRole("heading", { level: 1, name: `Step ${step} of 6` }).waitFor();
        await expectFocus(page, new RegExp(`^h1 Step ${step} of 6`));
        await page.getByRole("button", { name: "Run again" }).waitFor({ timeout: 30_000 });
        await goTo(page, step < 6 ? /^a Next: / : "a Watch agents trade");
        if (step < 6) await press(page, "Enter");
      }
      await press(page, "Escape");
      await page.locator(".tile .price").first().waitFor();
      await expectFocus(page, "main");
      await kept();
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );
});
