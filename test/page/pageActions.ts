// Filling views, moving the focus, and checking accessibility.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright";

export const SCREENS = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
] as const;

export const VIEWS = ["board", "desk", "account", "agents", "lab"] as const;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Brings a view into its fullest state. */
export const fill: Readonly<Record<(typeof VIEWS)[number], (page: Page) => Promise<void>>> = {
  async board(page) {
    await page.locator(".tile.failed").waitFor();
    await page.locator(".waterfall").waitFor();
    for (const summary of await page.locator("summary").all()) await summary.click();
  },
  async desk(page) {
    await page.locator(".chart canvas").first().waitFor();
    await page.locator(".depth").first().waitFor();
    await page.getByText("Candles as a table").click();
    await page.getByText("Available:").waitFor();
    await page.getByLabel("Take profit").check();
    await page.getByLabel("Trigger price, USDT").fill("20000");
    await page.getByLabel("Amount, BTC").fill("7");
    await page.getByText("Fills within a second").waitFor();
    await page.getByLabel("Amount, BTC").press("Enter");
    await page.getByRole("alertdialog").getByRole("button", { name: "Buy 7" }).click();
    await page.getByRole("log").getByText("✕ Rejected").waitFor();
    await page.getByLabel("Limit", { exact: true }).check();
    await page.getByLabel("Limit price, USDT").fill("20000");
    await page.getByLabel("Amount, BTC").fill("0.01");
    await page.getByText("Waits until").waitFor();
    await page.getByLabel("Amount, BTC").press("Enter");
    await page.getByRole("alertdialog").getByRole("button", { name: "Buy 0.01" }).click();
    await page.getByRole("log").getByText("✓ Placed").waitFor();
  },
  async account(page) {
    await page.locator(".plot canvas").first().waitFor();
    await page.getByText("Equity as a table").click();
    await page.getByRole("button", { name: "Older" }).click();
    await page.getByText("Page 2").waitFor();
  },
  async lab(page) {
    await page.getByLabel("Stop loss, %").fill("300");
    await page.locator("#lab-problems").getByText("must be a number").waitFor();
    await page.getByText("No backtest yet.").waitFor();
  },
  async agents(page) {
    await page.getByRole("button", { name: "Step" }).click();
    await page.getByText("Tick 1, paused").waitFor();
    await page.getByRole("button", { name: "Step" }).click();
    await page.getByText("Tick 2, paused").waitFor();
    await page.getByRole("button", { name: "Halt Rebalance" }).click();
    await page.getByText("Halted: halted at the page.").waitFor();
    await page.getByRole("button", { name: "Edit Buy the dip" }).click();
    await page.getByLabel("Smallest fall in 24 hours, %").fill("many");
    await page.getByRole("button", { name: "Save agent" }).click();
    await page.getByText("Not a number.").waitFor();
    await page.getByRole("combobox", { name: "For", exact: true }).selectOption("1");
    await page.getByRole("button", { name: "Run both" }).click();
    await page.getByText("Orders that differ").click();
    await page.getByRole("button", { name: "Run all five" }).click();
    await page.getByText("✓ Done").nth(4).waitFor();
  },
};

/** Texts that are cut off or lie outside of the screen. What scrolls inside a table or a code sample does not count. */
export function misplaced(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} wide`);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      const text = node.textContent?.trim() ?? "";
      if (text === "" || parent === null || !parent.checkVisibility()) continue;
      if (parent.closest(".visually-hidden, .skip, .table, pre, .chart, svg, option") !== null) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const { left, right, width } = range.getBoundingClientRect();
      if (width <= 1) continue;
      if (left < -1 || right > clientWidth + 1) found.push(`"${text}" is outside of the screen`);
      for (let box: Element | null = parent; box !== null; box = box.parentElement) {
        const { overflowX } = getComputedStyle(box);
        const edge = box.getBoundingClientRect();
        if (overflowX !== "visible" && (left < edge.left - 1 || right > edge.right + 1)) {
          found.push(`"${text}" is cut off by ${box.className || box.tagName}`);
          break;
        }
      }
    }
    return found;
  });
}

/** The axe rules violated and the elements concerned. */
export async function violations(page: Page): Promise<string[]> {
  if (await page.evaluate(() => !("axe" in globalThis))) await page.evaluate(axe);
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

/** Fills in the form for a service of the dialog that is open, and connects; without a key for market data only. */
export async function connectToService(page: Page, address: string, key = ""): Promise<void> {
  await page.getByLabel("Service", { exact: true }).check();
  await page.getByLabel("Base URL").fill(address);
  await page.getByLabel("Use an agent's key").setChecked(key !== "");
  if (key !== "") await page.getByLabel("Agent's key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
}
