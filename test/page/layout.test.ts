// What fits where: every view on three screens, and the desk's book, panels and focus.
import { expect, test } from "vitest";
import { describePage } from "./browsers.ts";
import { misplaced, SCREENS, tabTo } from "./pageActions.ts";

/** Each view, what shows that it is filled, and further tabs on small screens. */
const VIEWS = [
  { hash: "#/board", filled: ".waterfall" },
  { hash: "#/desk/PEPEUSDT", filled: "#tab-book, .depth", tabs: ["book", "ticket", "orders", "chart"] },
  { hash: "#/account", filled: ".summary[aria-busy=false]" },
  { hash: "#/agents", filled: "main h1" },
] as const;

/** Each view, and what shows that all of its first screen has been read. */
const LOADED = [
  { hash: "#/board", filled: ".waterfall" },
  { hash: "#/desk/BTCUSDT", filled: "dl.ohlc" },
  { hash: "#/account", filled: ".summary[aria-busy=false]" },
  { hash: "#/agents", filled: "main h1" },
  { hash: "#/lab", filled: "main h1" },
  { hash: "#/tour", filled: ".tour .actions" },
] as const;

describePage("the layout", ({ open }) => {
  test("nothing is cut off or scrolls sideways, with 50 pairs and tiny prices", async () => {
    const listed = ["BTCUSDT", "PEPEUSDT", "SHIBUSDT", "NOSUCHPAIRWITHALONGNAME"];
    const many = Array.from({ length: 46 }, (_, index) => `MISSING${index}`);
    const { page, problems } = await open(`?symbols=${[...listed, ...many].join(",")}`, { viewport: SCREENS[0] });
    await page.locator(".tile.failed").first().waitFor();
    // A full board says so, and the field keeps the focus.
    await page.getByLabel("Add a pair").focus();
    await page.getByRole("combobox", { name: "Add a pair" }).waitFor();
    await page.keyboard.type("doge");
    await page.getByRole("option", { name: "DOGEUSDT" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("The board is full. Remove a pair, then add DOGEUSDT.").waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("add-pair");
    const found: Record<string, string[]> = {};
    for (const { hash, filled, ...view } of VIEWS) {
      await page.evaluate((next) => (location.hash = next), hash);
      for (const screen of SCREENS) {
        await page.setViewportSize(screen);
        await page.locator(filled).first().waitFor();
        const tabs = "tabs" in view && screen.width < 1024 ? view.tabs : [null];
        for (const tab of tabs) {
          if (tab !== null) await page.locator(`#tab-${tab}`).click();
          const key = `${hash} ${screen.width} ${tab ?? ""}`.trim();
          // What is drawn in the next frames may still move.
          for (let tries = 0; tries < 20 && (found[key] = await misplaced(page)).length > 0; tries++)
            await page.evaluate(() => new Promise(requestAnimationFrame));
        }
      }
    }
    expect(Object.fromEntries(Object.entries(found).filter(([, texts]) => texts.length > 0))).toEqual({});
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("what is pressed does not move away while a view loads", async ({ skip }) => {
    const moves: Record<string, number> = {};
    for (const screen of SCREENS)
      for (const { hash, filled } of LOADED) {
        const { page } = await open(hash, {
          viewport: screen,
          async before(next) {
            // The answers of the exchange come late, so that the view is drawn without them first.
            await next.addInitScript(() => {
              localStorage.setItem("agentexchange.latency", "500");
              const all: number[] = [];
              Object.assign(window, { shifts: all });
              new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) all.push("value" in entry ? Number(entry.value) : 0);
              }).observe({ type: "layout-shift", buffered: true });
            });
          },
        });
        const measured = await page.evaluate(() => PerformanceObserver.supportedEntryTypes.includes("layout-shift"));
        if (!measured) await page.context().close();
        skip(!measured, "This browser does not tell what moves.");
        await page.locator(filled).first().waitFor();
        await page.evaluate(() => new Promise(requestAnimationFrame));
        const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
        const sum = shifts.reduce((total, value) => total + value, 0);
        if (sum > 0.1) moves[`${hash} ${screen.width}`] = sum;
        await page.context().close();
      }
    expect(moves).toEqual({});
  });

  test("the desk fits one screen; a level of the book sets the price, and panels are resized by keyboard", async () => {
    const { page } = await open("#/market/BTCUSDT", { viewport: SCREENS[0] });
    await page.locator(".depth").first().waitFor();
    const height = (): Promise<number> => page.evaluate(() => document.documentElement.scrollHeight);
    expect(await height()).toBeLessThanOrEqual(900);

    const level = page.getByRole("button", { name: /^Bid .*take as limit price$/ }).first();
    await level.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const taken = page.locator('[aria-labelledby="book"]').getByText("is the limit price in the ticket");
    const price = /[\d,.]*\d/.exec((await taken.textContent()) ?? "")?.[0].replaceAll(",", "");
    await expect.poll(() => page.getByLabel("Limit", { exact: true }).isChecked()).toBe(true);
    expect(Number(await page.getByLabel("Limit price, USDT").inputValue())).toBe(Number(price));

    const line = page.getByRole("separator", { name: "Resize the order book" });
    const width = async (): Promise<number> => (await page.locator('[data-panel="book"]').boundingBox())?.width ?? 0;
    const before = await width();
    await line.focus();
    await page.keyboard.press("ArrowLeft");
    await expect.poll(width).toBe(before + 16);
    expect(await line.getAttribute("aria-valuenow")).toBe(String(before + 16));
    await page.reload();
    await page.locator(".depth").first().waitFor();
    expect(await width()).toBe(before + 16);
    await page.context().close();
  });

  test("on a small screen tabs lead to the ticket, and a level goes there with its price", async () => {
    const { page } = await open("#/desk/BTCUSDT", { viewport: SCREENS[2] });
    await page.getByRole("tab", { name: "Chart" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("tab", { name: "Book", selected: true }).waitFor();
    await page.locator(".depth").first().waitFor();
    await tabTo(page, await page.locator('.level[tabindex="0"]').innerText());
    await page.keyboard.press("Enter");
    await page.getByLabel("Limit price, USDT").waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("order-amount");
    await page.context().close();
  });

  test("the focus stays on the page when what had it disappears", async () => {
    const { page } = await open("#/account", { viewport: SCREENS[0] });
    const close = page.getByRole("button", { name: "Close the position in XRPUSDT" });
    await close.click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Sell at the market" }).click();
    await close.waitFor({ state: "detached" });
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
    await page.context().close();
  });
});
