// Panels of the built page: what the desk's title offers, and what a panel that fails leaves alone.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "playwright";
import { expect, test } from "vitest";
import { describePage } from "./browsers.ts";
import { violations } from "./pageActions.ts";

const root = resolve(import.meta.dirname, "../..");

/** Headings of panels, by view; what such a panel renders throws while its heading is in `broken`. */
const PANELS = {
  desk: ["Candles", "Order book", "Recent trades", "New order", "Preview", "Recent results", "Positions"],
  agents: ["Agents and settings", "Five questions at once"],
  lab: ["Strategy", "Backtest", "Results", "Saved strategies"],
} as const;

/** Makes the panels of a view fail until they are mended. */
async function breakPanels(page: Page, headings: readonly string[]): Promise<void> {
  await page.addInitScript((all) => Object.assign(globalThis, { broken: new Set(all) }), headings);
  await page.route("**/*.js", async (route) => {
    const response = await route.fetch();
    const script = await response.text();
    const body = script.replaceAll(/children:(["'`])([^"'`]+)\1/g, (found, _quote: string, text: string) =>
      headings.includes(text)
        ? `children:(()=>{if(self.broken.has("${text}"))throw new Error("broken");return"${text}"})()`
        : found,
    );
    await route.fulfill({ response, body });
  });
}

describePage("the panels", ({ open }) => {
  test("that failed are tried again with another pair", async () => {
    const headings = PANELS.desk;
    const { page } = await open("#/desk/BTCUSDT", { before: (target) => breakPanels(target, headings) });
    const notices = page.getByRole("main").getByRole("alert").filter({ hasText: "could not be shown: broken" });
    await expect.poll(() => notices.count(), { timeout: 10_000 }).toBe(headings.length);
    await page.evaluate(() => {
      (globalThis as unknown as { broken: Set<string> }).broken.delete("Candles");
      location.hash = "#/desk/ETHUSDT";
    });
    await page.getByRole("heading", { name: "Candles", exact: true }).waitFor();
    await expect.poll(() => notices.count()).toBe(headings.length - 1);
    await page.context().close();
  });

  test("no column is cut off: neither of long numbers on the desk, nor of the account on a phone", async () => {
    const { page } = await open("#/desk/SHIBUSDT", { viewport: { width: 1440, height: 900 } });
    const cutOff = (): Promise<number> =>
      page.evaluate(
        () => [...document.querySelectorAll(".table")].filter((box) => box.scrollWidth > box.clientWidth).length,
      );
    await page.locator(".depth").first().waitFor();
    await page.locator(".tape td").first().waitFor();
    await expect.poll(cutOff).toBe(0);
    await page.setViewportSize({ width: 1024, height: 768 });
    await expect.poll(cutOff).toBe(0);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => (location.hash = "#/account"));
    await page.locator('[data-name="Locked"]').first().waitFor();
    expect(await cutOff()).toBe(0);
    await page.context().close();
  });

  test("the desk offers all markets, its code and all trades without taking more than one screen", async () => {
    const { page, problems } = await open("#/desk/BTCUSDT", {
      viewport: { width: 1440, height: 900 },
      async before(target) {
        // Nothing is to be downloaded.
        await target.addInitScript(() => (HTMLAnchorElement.prototype.click = () => {}));
      },
    });
    await page.locator(".depth").first().waitFor();
    const size = (): Promise<number[]> =>
      page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]);
    expect(await size()).toEqual([900, 1440]);
    const plot = page.locator(".plot");
    const height = (await plot.boundingBox())?.height;
    await page.getByText("Show the code").click();
    const code = page.getByRole("region", { name: "Code of the desk view" });
    await code.waitFor();
    expect(await code.textContent()).toBe(readFileSync(join(root, "demo/src/code/desk.ts"), "utf8").trimEnd());
    expect(await size()).toEqual([900, 1440]);
    expect((await plot.boundingBox())?.height).toBe(height);
    expect(await violations(page)).toEqual([]);
    await page.getByText("Show the code").click();
    await page.getByRole("region", { name: "Recent results" }).getByRole("button", { name: "Export CSV" }).click();
    await page.getByText(/^Saved \d+ trades as trades-.*\.csv/).waitFor();
    await page.getByRole("button", { name: "All markets" }).click();
    await page.getByRole("combobox", { name: "Find a pair" }).fill("doge");
    await page.getByRole("row", { name: /DOGEUSDT/ }).click();
    await page.getByRole("heading", { name: "DOGEUSDT" }).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test.for(Object.entries(PANELS))(
    "of the %s say that they failed, one by one, and can be tried again",
    async ([view, headings]) => {
      const { page } = await open(`#/${view}`, { before: (target) => breakPanels(target, headings) });
      const notices = page.getByRole("main").getByRole("alert").filter({ hasText: "could not be shown: broken" });
      await expect.poll(() => notices.count(), { timeout: 10_000 }).toBe(headings.length);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.evaluate(() => (globalThis as unknown as { broken: Set<string> }).broken.clear());
      for (let left = headings.length; left > 0; left--) {
        await notices.first().getByRole("button", { name: "Try again" }).click();
        await expect.poll(() => notices.count()).toBe(left - 1);
      }
      for (const name of headings) await page.getByRole("heading", { name, exact: true }).waitFor();
      await page.context().close();
    },
  );
});
