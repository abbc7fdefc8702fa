// What fits where: every view on three screens, and the desk's book, panels and focus.
import { expect, test } from "vitest";
import { describePage } from "./browsers.ts";
import { misplaced, SCREENS, tabTo } from "./pageActions.ts";

/** Each view, what shows that it is filled, and further tabs on small screens. */
const VIEWS = [
  { hash: "#/board", filled: ".waterfall" },
  { hash: "#/desk/PEPEUSDT", filled: "#tab-book, .depth", tabs: ["book", "ticket", "orders", "chart"] },
  { hash: "#/account", filled: ".summary" },
  { hash: "#/agents", filled: "main h1" },
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

  test("the desk fits one screen; a level of the book sets the price, and panels are resized by keyboard", async () => {
    const { page } = await open("#/market/BTCUSDT", { viewport: SCREENS[0] });
    await page.locator(".depth").first().waitFor();
    const height = (): Promise<number> => page.evaluate(() => document.documentElement.scrollHeight);
    expect(await height()).toBeLessThanOrEqual(900);

    const level = page.getByRole("button", { name: /^Bid .*take as limit price$/ }).first();
    await level.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page
      .locator('[aria-labelledby="book"]')
      .getByText("is the limit price in the ticket")
      .waitFor({ state: "attached" });
    await expect.poll(() => page.getByLabel("Limit", { exact: true }).isChecked()).toBe(true);
    expect(await page.getByLabel("Limit price, USDT").inputValue()).toMatch(/^\d{5}\.\d+$/);

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
