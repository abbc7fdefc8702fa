// Every view and dialog on three screens in both schemes: what axe finds, what is cut off, and what scrolls sideways.
import type { Page } from "playwright";
import { expect, test } from "vitest";
import { describePage } from "./browsers.ts";
import { fill, misplaced, SCREENS, violations } from "./pageActions.ts";

/** The tabs of the desk where it does not fit one screen. */
const TABS = ["book", "ticket", "orders", "chart"];

describePage("every view", ({ schemes, open }) => {
  // One page for all: it is resized and repainted, not loaded again.
  test("passes axe and fits, on three screens in both schemes", { timeout: 400_000 }, async () => {
    const { page, problems } = await open("?symbols=BTCUSDT,ETHUSDT,NOSUCH", {
      viewport: SCREENS[0],
      reducedMotion: "reduce",
    });
    const found: Record<string, readonly string[]> = {};
    const inspect = async (where: string): Promise<void> => {
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        const faults = [...(await violations(page)), ...(await settled(page))];
        if (faults.length > 0) found[`${where}, ${colorScheme}`] = faults;
      }
    };
    const look = async (where: string, tabs: readonly string[] = []): Promise<void> => {
      for (const screen of SCREENS) {
        // Where only one scheme can be shown, the middle size is left out as well.
        if (schemes.length === 1 && screen.width === 1024) continue;
        await page.setViewportSize(screen);
        for (const tab of screen.width < 1024 && tabs.length > 0 ? tabs : [null]) {
          if (tab !== null) await page.locator(`#tab-${tab}`).click();
          await inspect(`${where}${tab === null ? "" : ` (${tab})`}, ${screen.width}`);
        }
      }
      await page.setViewportSize({ width: 320, height: 640 });
      for (let tries = 0; tries < 20 && (await excess(page)) > 0; tries++)
        await page.evaluate(() => new Promise(requestAnimationFrame));
      if ((await excess(page)) > 0) found[`${where}, 320`] = ["The page scrolls sideways."];
      await page.setViewportSize(SCREENS[0]);
    };
    const go = (hash: string): Promise<string> => page.evaluate((next) => (location.hash = next), hash);

    await fill.board(page);
    await look("the board");
    await page.getByRole("button", { name: "All markets" }).click();
    await page
      .getByRole("row", { name: /BTCUSDT/ })
      .getByText("%")
      .waitFor();
    await look("all markets");
    await page.keyboard.press("Escape");
    await page.locator(".status").click();
    await page.getByLabel("Seed").waitFor();
    await look("the connection");
    await page.getByLabel("Service", { exact: true }).check();
    await page.getByLabel("Base URL").waitFor();
    await look("the connection to a service");
    await page.keyboard.press("Escape");
    await go("#/desk/BTCUSDT");
    await fill.desk(page);
    await look("the desk", TABS);
    await go("#/desk/NOSUCH");
    await page.getByText("NOSUCH is not listed here.").waitFor();
    await look("a pair that is not listed");
    await go("#/account");
    await fill.account(page);
    await look("the account");
    await go("#/agents");
    await page.getByText(/^No run yet/).waitFor();
    await look("agents before they start");
    await fill.agents(page);
    await look("agents");
    await go("#/lab");
    await fill.lab(page);
    await look("the lab with a mistake");
    await page.getByLabel("Stop loss, %").fill("3");
    await page.getByRole("button", { name: "Run the backtest" }).click();
    await page.locator(".lab-trades .chart canvas").first().waitFor({ timeout: 60_000 });
    for (const summary of await page.locator(".lab-result summary").all()) await summary.click();
    await look("the lab with a result");
    await go("#/tour/5");
    await page.getByRole("button", { name: "Run again" }).waitFor({ timeout: 30_000 });
    await page.getByText("LIMIT_EXCEEDED").waitFor();
    await look("the tour");
    expect(found).toEqual({});
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

/** What is misplaced once everything is drawn: what comes in the next frames may still move. */
async function settled(page: Page): Promise<readonly string[]> {
  let found = await misplaced(page);
  for (let tries = 0; tries < 20 && found.length > 0; tries++) {
    await page.evaluate(() => new Promise(requestAnimationFrame));
    found = await misplaced(page);
  }
  return found;
}

const excess = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
