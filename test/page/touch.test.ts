// The desk under a finger, on a small screen. Only Chromium lets tests put a finger down, move it and lift it.
import type { CDPSession, Page } from "playwright";
import { expect, test } from "vitest";
import { describePage } from "./browsers.ts";

const SCREEN = { viewport: { width: 390, height: 844 }, hasTouch: true } as const;

/** One finger that moves up or down in ten steps, and is lifted. */
async function drag(finger: CDPSession, x: number, from: number, by: number): Promise<void> {
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: { x: number; y: number }[]) =>
    finger.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", [{ x, y: from }]);
  for (let step = 1; step <= 10; step++) await touch("touchMove", [{ x, y: from + (by * step) / 10 }]);
  await touch("touchEnd", []);
}

/** Places a limit order a little below the market; returns its price as the page writes it. */
async function placeLimit(page: Page): Promise<string> {
  await page.getByRole("tab", { name: "Ticket" }).tap();
  await page.getByLabel("Limit", { exact: true }).check();
  const field = page.getByLabel("Limit price, USDT");
  await expect.poll(() => field.inputValue()).not.toBe("");
  const below = Math.round(Number(await field.inputValue()) * 0.97);
  await field.fill(String(below));
  await page.getByLabel("Amount, BTC").fill("0.01");
  await page.getByText("Waits until").waitFor();
  await page.getByLabel("Amount, BTC").press("Enter");
  await page.getByRole("log").getByText("✓ Placed").waitFor();
  return below.toLocaleString("en-US", { minimumFractionDigits: 2 });
}

describePage("the desk under a finger", ({ open }) => {
  test("moves an order by its line, and scrolls the page from everywhere else on the chart", async ({ skip }) => {
    const { page, problems } = await open("#/desk/BTCUSDT", SCREEN);
    const context = page.context();
    const hasFinger = context.browser()?.browserType().name() === "chromium";
    if (!hasFinger) await context.close();
    skip(!hasFinger, "There is no finger in this browser.");
    const old = await placeLimit(page);
    await page.getByRole("tab", { name: "Chart" }).tap();
    await page.getByLabel("1 d", { exact: true }).check();
    await page.locator(".ohlc dd").first().waitFor();
    const finger = await context.newCDPSession(page);
    const box = await page.locator(".chart").boundingBox();
    if (box === null) throw new Error("The chart is not visible.");
    const x = box.x + 60;
    // A mouse finds the line: over it, the pointer says so.
    const line = page.locator(".chart.over-order");
    let y = box.y;
    for (; y < box.y + box.height && (await line.count()) === 0; y += 3) await page.mouse.move(x, y);
    expect(await line.count()).toBe(1);
    await page.mouse.move(x, 0);
    const scrolled = (): Promise<number> => page.evaluate(() => Math.round(scrollY));
    const question = page.getByRole("alertdialog");
    const asked = async (): Promise<string> => {
      await question.getByText(`instead of ${old}`).waitFor();
      return /[\d,.]+\d/.exec((await question.getByRole("heading").textContent()) ?? "")?.[0] ?? "nothing";
    };

    // To touch the line, a little beside it, is not to move it, and the line does not jump to the finger.
    await drag(finger, x, y + 8, 0);
    await drag(finger, x, y + 8, 3);
    await drag(finger, x, y + 8, 30);
    const beside = await asked();
    expect(await scrolled()).toBe(0);
    await question.getByRole("button", { name: "Back" }).tap();
    await question.waitFor({ state: "hidden" });

    await drag(finger, x, y, 30);
    const moved = await asked();
    const numberOf = (text: string): number => Number(text.replaceAll(",", ""));
    expect(numberOf(moved) / numberOf(beside)).toBeCloseTo(1, 2);
    await question.getByRole("button", { name: "Move" }).tap();
    await question.waitFor({ state: "hidden" });
    await page.getByRole("tab", { name: /Orders/ }).tap();
    const orders = page.getByRole("row").filter({ hasText: "BTCUSDT" }).filter({ hasText: "buy limit" });
    await orders.filter({ hasText: moved }).waitFor();
    expect(await orders.count()).toBe(1);

    await page.getByRole("tab", { name: "Chart" }).tap();
    await page.locator(".ohlc dd").first().waitFor();
    const place = await page.locator(".chart").boundingBox();
    await drag(finger, x, (place?.y ?? 0) + 20, -90);
    await expect.poll(scrolled).toBeGreaterThan(20);
    expect(await question.isVisible()).toBe(false);
    expect(problems).toEqual([]);
    await context.close();
  });
});
