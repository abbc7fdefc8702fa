// The order ticket: numbers in the reader's language, what the preview says, and one order at a time.
import type { Page } from "playwright";
import { expect, test } from "vitest";
import { describePage } from "./browsers.ts";

/** What a field says about its content. */
async function noteOf(page: Page, label: string): Promise<string> {
  const described = (await page.getByLabel(label).getAttribute("aria-describedby")) ?? "";
  return (await page.locator(`#${described}`).textContent()) ?? "";
}

describePage("the ticket", ({ open }) => {
  test.for([
    ["en-US", "1,000", "Sent as 1000 BTC"],
    ["en-US", "59,000.5", "Sent as 59000.5 BTC"],
    ["en-US", "1,5", "“1,5” can mean 1.5 or 15. Write it without thousands separators."],
    ["de-DE", "1.000", "Sent as 1000 BTC"],
    ["de-DE", "5.537,36", "Sent as 5537.36 BTC"],
    ["ar-EG", "٠٫٠١", "Sent as 0.01 BTC"],
    ["en-US", "abc", "“abc” is not a number."],
    ["en-US", "0", "Enter more than zero."],
  ] as const)("in %s, %s: %s", async ([locale, text, said]) => {
    const { page } = await open("#/desk/BTCUSDT", { locale });
    await page.getByLabel("Amount, BTC").fill(text);
    await expect.poll(() => noteOf(page, "Amount, BTC")).toBe(said);
    const isWrong = !said.startsWith("Sent");
    expect(await page.getByLabel("Amount, BTC").getAttribute("aria-invalid")).toBe(String(isWrong));
    await page.context().close();
  });

  test("a sell far below the market says that it fills at the market, and asks", async () => {
    const { page } = await open("#/desk/BTCUSDT");
    await page.getByText("Available:").waitFor();
    await page.getByLabel("Sell", { exact: true }).check();
    await page.getByLabel("Limit", { exact: true }).check();
    await page.getByLabel("Limit price, USDT").fill("600");
    await page.getByLabel("Amount, BTC").fill("0.01");
    const preview = page.locator('[aria-labelledby="before"]');
    await preview.getByText("Fills within a second at about").waitFor();
    const proceeds = await preview.locator("dt:has-text('Proceeds after fee') + dd").textContent();
    expect(Number(proceeds?.replaceAll(/[^\d.]/g, ""))).toBeGreaterThan(100);
    await page.getByRole("button", { name: "Sell BTCUSDT", exact: true }).click();
    const question = page.getByRole("alertdialog");
    await question.getByText("below the last price").waitFor();
    await question.getByRole("button", { name: "Back" }).click();
    await question.waitFor({ state: "hidden" });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Sell BTCUSDT");
    expect(await page.getByRole("log").textContent()).toContain("No orders sent yet.");
    await page.context().close();
  });

  test("another pair empties the ticket", async () => {
    const { page } = await open("#/desk/BTCUSDT");
    await page.getByText("Available:").waitFor();
    await page.getByLabel("Limit", { exact: true }).check();
    await page.getByLabel("Amount, BTC").fill("0.5");
    const before = await page.getByLabel("Limit price, USDT").inputValue();
    await page.evaluate(() => (location.hash = "#/desk/ETHUSDT"));
    await expect.poll(() => page.getByLabel("Amount, ETH").inputValue()).toBe("");
    expect(await page.getByLabel("Limit price, USDT").inputValue()).not.toBe(before);
    await page.context().close();
  });

  test("Enter ten times places one order, which can be taken back", async () => {
    const { page } = await open("#/desk/BTCUSDT");
    await page.getByText("Available:").waitFor();
    const price = page.getByLabel("Limit price, USDT");
    await page.getByLabel("Limit", { exact: true }).check();
    await page.getByLabel("Amount, BTC").fill("0.001");
    const last = Number((await price.inputValue()).replaceAll(",", ""));
    await price.fill((last * 0.97).toFixed(2));
    await page.getByText("Waits until").waitFor();
    for (let press = 0; press < 10; press++) await page.getByLabel("Amount, BTC").press("Enter");
    const placed = page.getByRole("log").getByText("✓ Placed");
    await placed.waitFor();
    for (let press = 0; press < 10; press++) await page.getByLabel("Amount, BTC").press("Enter");
    expect(await placed.count()).toBe(1);
    await page.getByRole("button", { name: "Cancel this order" }).click();
    await page.getByRole("log").getByText("Cancelled the BTCUSDT order.").waitFor();
    await page.context().close();
  });

  test("all and half of the balance pass the risk limits", async () => {
    const { page } = await open("#/desk/BTCUSDT");
    await page.getByText("Available:").waitFor();
    for (const share of ["100%", "50%"]) {
      await page.getByLabel("Amount, BTC").fill("");
      await page.getByRole("button", { name: share, exact: true }).click();
      await page.getByText("Passes the rules that are known.").waitFor();
      expect(Number((await page.getByLabel("Amount, BTC").inputValue()).replace(",", ""))).toBeGreaterThan(0);
    }
    await page.context().close();
  });

  test("closing a position and cancelling everything ask first", async () => {
    const { page } = await open("#/account");
    await page.getByRole("button", { name: "Cancel all" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Back" }).click();
    await page.getByRole("alertdialog").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Cancel all" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel all" }).click();
    await page.getByText("Open orders (0)").waitFor();
    const close = page.getByRole("button", { name: "Close the position in BTCUSDT" });
    await close.click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Sell at the market" }).click();
    await close.waitFor({ state: "detached" });
    expect(
      await page
        .getByRole("row", { name: /^BTCUSDT/ })
        .filter({ hasText: "sell" })
        .count(),
    ).toBeGreaterThan(0);
    await page.context().close();
  });

  test("a position that is all locked in orders says so instead of closing", async () => {
    const { page } = await open("#/desk/XRPUSDT");
    await page.getByText("Available:").waitFor();
    await page.getByLabel("Sell", { exact: true }).check();
    await page.getByLabel("Limit", { exact: true }).check();
    const limit = page.getByLabel("Limit price, USDT");
    await limit.fill((Number(await limit.inputValue()) * 1.04).toFixed(4));
    await page.getByRole("button", { name: "100%" }).click();
    await page.getByText(/^Waits until the market reaches/).waitFor();
    await page.getByRole("button", { name: "Sell XRPUSDT", exact: true }).click();
    await page.getByRole("log").getByText("✓ Placed").waitFor();
    await page.getByText("Available: 0 XRP").waitFor();
    await page.getByRole("button", { name: "Close the position in XRPUSDT" }).click();
    await page.getByText("XRP are locked in open orders: cancel those first.").first().waitFor();
    expect(await page.getByRole("alertdialog").count()).toBe(0);
    await page.context().close();
  });

  test.for([
    ["DOGE", "DOGEUSDT"],
    ["BTCUSD", "BTCUSDT"],
    ["ETHUSDTT", "ETHUSDT"],
  ] as const)("an address with %s offers %s", async ([wrong, right]) => {
    const { page } = await open(`#/desk/${wrong}`);
    await page.getByRole("alert").getByText(`${wrong} is not listed here.`).waitFor();
    await page.getByRole("alert").getByRole("link", { name: right }).click();
    await page.getByLabel(`Amount, ${right.replace("USDT", "")}`).waitFor();
    expect(new URL(page.url()).hash).toBe(`#/desk/${right}`);
    await page.context().close();
  });

  test("the pair and its price stand in the title", async () => {
    const { page } = await open("#/desk/ETHUSDT");
    await expect.poll(() => page.title()).toMatch(/^[\d,.]+ ETHUSDT · Desk/);
    await page.context().close();
  });
});
