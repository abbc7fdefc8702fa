// Filling views, moving the focus, and checking accessibility.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright";

export const VIEWS = ["board", "market", "trade", "account", "agents"] as const;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Brings a view into its fullest state. */
export const fill: Readonly<Record<(typeof VIEWS)[number], (page: Page) => Promise<void>>> = {
  async board(page) {
    await page.locator(".tile.failed").waitFor();
    await page.locator(".waterfall").waitFor();
    for (const summary of await page.locator("summary").all()) await summary.click();
  },
  async market(page) {
    await page.locator(".chart canvas").first().waitFor();
    await page.locator(".depth").first().waitFor();
    await page.getByText("Candles as a table").click();
  },
  async trade(page) {
    await page.getByText("Available:").waitFor();
    await page.getByLabel("Take profit").check();
    await page.getByLabel("Amount, BTC").fill("7");
    await page.getByLabel("Amount, BTC").press("Enter");
    await page.getByRole("log").getByText("✕ Rejected").waitFor();
    await page.getByLabel("Limit", { exact: true }).check();
    await page.getByLabel("Limit price, USDT").fill("20000");
    await page.getByLabel("Amount, BTC").fill("0.01");
    await page.getByLabel("Amount, BTC").press("Enter");
    await page.getByRole("log").getByText("✓ Placed").waitFor();
  },
  async account(page) {
    await page.locator(".curve").waitFor();
    await page.getByText("Equity as a table").click();
    await page.getByRole("button", { name: "Older" }).click();
    await page.getByText("Page 2").waitFor();
  },
  async agents(page) {
    await page.getByRole("button", { name: "Run all five" }).click();
    await page.getByText("✓ Done").nth(4).waitFor();
  },
};

/** The axe rules violated and the elements concerned. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const broken = await page.evaluate<{ id: string; nodes: { target: string[]; failureSummary: string }[] }[]>(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
       .then(({ violations }) => violations)`,
  );
  return broken.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
  );
}

/** Accessible name of the focused element. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const label = element instanceof HTMLInputElement ? element.labels?.[0] : undefined;
    return (label ?? element)?.textContent?.trim() ?? "";
  });
}

/** Tabs in one direction only: past either end, the focus may move to the browser itself. */
export async function tabTo(page: Page, name: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if ((await focused(page)) === name) return;
    await page.keyboard.press(key);
  }
  throw new Error(`"${name}" cannot be reached with the keyboard.`);
}
