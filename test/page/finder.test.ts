// Finding and choosing pairs, with the keyboard alone.
import type { Page } from "playwright";
import { expect, test } from "vitest";
import { describePage } from "./browsers.ts";
import { violations } from "./pageActions.ts";

/** The pair of the row that the field with the focus points to. */
const activePair = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const id = document.activeElement?.getAttribute("aria-activedescendant");
    return (id ? document.getElementById(id)?.querySelector("strong")?.textContent : null) ?? "";
  });

/** Waits until the page has drawn what a key did. */
async function expectActive(page: Page, pair: string): Promise<void> {
  await expect.poll(() => activePair(page), { timeout: 10_000 }).toBe(pair);
}

describePage("finding a pair", ({ schemes, open }) => {
  test("a part of a name finds a pair, and Enter puts it on the board", async () => {
    const { page, problems } = await open("?symbols=BTCUSDT");
    await page.locator(".tile .price").first().waitFor();
    await page.getByLabel("Add a pair").focus();
    const field = page.getByRole("combobox", { name: "Add a pair" });
    await field.waitFor();
    await page.keyboard.type("doge");
    await page.getByRole("option", { name: "DOGEUSDT" }).waitFor();
    await page.getByRole("status").getByText("1 pair.").waitFor({ state: "attached" });
    await expectActive(page, "DOGEUSDT");
    await page.keyboard.press("Enter");
    await page.getByText("DOGEUSDT is on the board.").waitFor();
    await page.getByRole("listitem").filter({ hasText: "DOGEUSDT" }).locator(".price").waitFor();
    expect(new URL(page.url()).searchParams.get("symbols")).toBe("BTCUSDT,DOGEUSDT");
    // The field keeps the focus, for the next one.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("add-pair");
    await page.keyboard.type("nothing like it");
    await page.getByRole("status").getByText("No pair is like").waitFor({ state: "attached" });
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator(".popup").waitFor({ state: "hidden" });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("arrows, Home and End move in the list, Esc gives the text back, and favourites come first and stay", async () => {
    const { page, problems } = await open("#/market/BTCUSDT");
    const field = page.getByRole("combobox", { name: "Pair", exact: true });
    const symbols = page.getByRole("option").locator("strong");
    await field.focus();
    await page.keyboard.press("ArrowDown");
    await symbols.first().waitFor();
    const first = (await symbols.first().textContent()) ?? "";
    const last = (await symbols.last().textContent()) ?? "";
    await expectActive(page, first);
    await page.keyboard.press("End");
    await expectActive(page, last);
    await page.keyboard.press("Shift+Enter");
    await page.getByRole("option").last().getByText("favourite").waitFor({ state: "attached" });
    await page.keyboard.press("ArrowDown");
    await expectActive(page, first);
    await page.keyboard.type("eth");
    await expectActive(page, "ETHUSDT");
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect.poll(() => field.inputValue()).toBe("BTCUSDT");
    // The favourite is the first now.
    await page.keyboard.press("ArrowDown");
    await expectActive(page, last);
    await page.keyboard.press("Escape");
    await field.fill("eth");
    await expectActive(page, "ETHUSDT");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/ETHUSDT$/);
    await expect.poll(() => field.inputValue()).toBe("ETHUSDT");
    await page.reload();
    await field.focus();
    await page.keyboard.press("ArrowDown");
    await expectActive(page, last);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test.for([
    ["en-US", /[\d,]+\.\d+/],
    ["de-DE", /[\d.]+,\d+/],
    ["ar-EG", /[٠-٩٬]+٫[٠-٩]+/],
  ] as const)("rows show figures in the digits of %s", async ([locale, figure]) => {
    const { page, problems } = await open("#/board", { locale });
    await page.getByRole("button", { name: "All markets" }).click();
    const row = page.getByRole("row", { name: /BTCUSDT/ });
    await expect.poll(() => row.textContent()).toMatch(figure);
    // The change and the volume are there as well.
    await expect.poll(() => row.textContent()).toMatch(/[%٪]/);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test.for(schemes)("all markets are sorted and chosen with the keyboard alone, in %s", async (colorScheme) => {
    const { page, problems } = await open("#/board", { colorScheme, viewport: { width: 390, height: 844 } });
    await page.getByRole("button", { name: "All markets" }).focus();
    await page.keyboard.press("Enter");
    const grid = page.getByRole("grid", { name: "Markets" });
    const field = page.getByRole("combobox", { name: "Find a pair" });
    await grid
      .getByRole("row", { name: /BTCUSDT/ })
      .getByText("%")
      .waitFor();
    const count = Number(await grid.getAttribute("aria-rowcount")) - 1;
    expect(count).toBeGreaterThan(50);
    // Only what is seen exists.
    expect(await grid.getByRole("row").count()).toBeLessThan(count);
    const selected = grid.locator('[aria-selected="true"]');
    await page.keyboard.press("End");
    await expect.poll(() => selected.getAttribute("aria-rowindex")).toBe(String(count + 1));
    await page.keyboard.press("Shift+Enter");
    await selected.getByText("favourite").waitFor({ state: "attached" });
    const marked = await activePair(page);
    expect(await violations(page)).toEqual([]);
    await grid.getByRole("button", { name: "Favourites" }).focus();
    await page.keyboard.press("Enter");
    await grid
      .locator('[role="columnheader"][aria-sort="descending"]')
      .getByText("Favourites")
      .waitFor({ state: "attached" });
    await field.focus();
    await page.keyboard.press("Home");
    await expectActive(page, marked);
    await page.keyboard.type("eth");
    await expectActive(page, "ETHUSDT");
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    // Opened again at once: the browser tells only later that it was closed.
    await page.keyboard.press("Escape");
    await page.locator("button:focus", { hasText: "All markets" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator("dialog input:focus").waitFor();
    await page.keyboard.type("sol");
    await expectActive(page, "SOLUSDT");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "SOLUSDT" }).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("what is typed after / is looked for, even while the list is being loaded", async () => {
    const { page, problems } = await open("#/trade/BTCUSDT", { before: (loading) => loading.clock.install() });
    await page.getByText("Available:").waitFor();
    let load = (): void => {};
    const loads = new Promise<void>((resolve) => (load = resolve));
    await page.route(/marketList/, async (route) => {
      await loads;
      await route.continue();
    });
    // No frame is drawn between the keys.
    await page.clock.pauseAt(Date.now() + 60_000);
    await page.keyboard.type("/sb");
    const field = page.getByRole("dialog").getByLabel("Find a pair");
    expect(await field.inputValue()).toBe("sb");
    await page.clock.resume();
    await page.keyboard.press("Backspace");
    await page.keyboard.type("ol");
    expect(await field.inputValue()).toBe("sol");
    load();
    await page.getByRole("grid", { name: "Markets" }).waitFor();
    await page.keyboard.type("u");
    await expectActive(page, "SOLUSDT");
    expect(await field.inputValue()).toBe("solu");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "SOLUSDT" }).waitFor();
    // The next search begins anew.
    await page.keyboard.press("/");
    expect(await field.inputValue()).toBe("");
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("Enter opens what was typed when the list is loaded", async () => {
    const { page, problems } = await open("#/trade/BTCUSDT");
    await page.getByText("Available:").waitFor();
    let load = (): void => {};
    const loads = new Promise<void>((resolve) => (load = resolve));
    await page.route(/marketList/, async (route) => {
      await loads;
      await route.continue();
    });
    await page.keyboard.type("/sol");
    await page.keyboard.press("Enter");
    expect(await page.getByRole("dialog").getByLabel("Find a pair").inputValue()).toBe("sol");
    load();
    await page.getByRole("heading", { name: "SOLUSDT" }).waitFor();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
