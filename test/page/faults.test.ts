// What fails in the page itself: code that cannot be loaded, and parts that throw.
import type { Page } from "playwright";
import { describe, expect, test } from "vitest";
import { withoutSecrets } from "../../demo/src/parts/fault.ts";
import { describePage } from "./browsers.ts";
import { violations } from "./pageActions.ts";

describe("details of a fault", () => {
  test.each([
    ["ak_live_0123456789abcdef refused", "[removed] refused"],
    ["secret sk_live_a-b_c9", "secret [removed]"],
    ["token eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl", "token [removed]"],
    ["0123456789abcdef0123456789abcdef01234567", "[removed]"],
    ["at Trades (http://127.0.0.1:4173/assets/account-DN5KvMvx.js:1:2)", undefined],
  ])("%s", (text, expected = text) => {
    expect(withoutSecrets(text)).toBe(expected);
  });
});

/** Breaks or mends how the page formats times. */
async function breakTimes(page: Page, broken: boolean): Promise<void> {
  await page.evaluate((isBroken) => {
    const scope = globalThis as typeof globalThis & { whole?: PropertyDescriptor | undefined };
    const whole = (scope.whole ??= Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, "format"));
    const get = (): never => {
      throw new Error("Times are broken, and so is ak_live_0123456789abcdef.");
    };
    Object.defineProperty(
      Intl.DateTimeFormat.prototype,
      "format",
      isBroken ? { configurable: true, get } : (whole ?? {}),
    );
  }, broken);
}

describePage("a page with faults", ({ open }) => {
  test("a view whose code cannot be loaded says so, and loads when it can", async () => {
    const { page } = await open();
    await page.locator(".tile .price").first().waitFor();
    const chunks = /\/(?:account|connection)-[^/]*\.js$/;
    await page.route(chunks, (route) => route.abort());
    await page.locator(".status").click();
    await page.getByRole("dialog").getByText("could not be loaded").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Close" }).click();
    await page.evaluate(() => (location.hash = "#/account"));
    const failure = page.getByRole("main").getByRole("alert");
    await failure.getByText("could not be loaded").waitFor();
    await page.unroute(chunks);
    await failure.getByRole("button", { name: "Try again" }).click();
    // Where the browser remembers the failure, it comes back at once, and loading the page again helps.
    const heading = page.getByRole("heading", { name: "Account" });
    await expect
      .poll(async () => {
        await failure
          .getByRole("button", { name: "Reload" })
          .click({ timeout: 200 })
          .catch(() => {});
        return heading.isVisible();
      })
      .toBe(true);
    await page.context().close();
  });

  test("a panel that throws says what failed, the rest goes on, and it can be tried again", async () => {
    const { page } = await open();
    await page.evaluate(() => {
      const clipboard = { writeText: (text: string) => Promise.resolve(void (document.title = text)) };
      Object.defineProperty(navigator, "clipboard", { value: clipboard });
    });
    await breakTimes(page, true);
    await page.evaluate(() => (location.hash = "#/account"));
    const failure = page.getByRole("alert").filter({ hasText: "The list of trades could not be shown" });
    await failure.waitFor();
    await page.getByRole("heading", { name: "Positions" }).waitFor();
    await page.getByText("Equity, USDT").waitFor();
    expect(await violations(page)).toEqual([]);
    await failure.getByRole("button", { name: "Copy details" }).click();
    await failure.getByText("Copied.").waitFor();
    const details = await page.title();
    expect(details).toContain("Times are broken");
    expect(details).toContain("View: #/account");
    expect(details).not.toContain("ak_live");
    await breakTimes(page, false);
    await failure.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Trades", exact: true }).waitFor();
    await page.context().close();
  });

  test("closed details render nothing", async () => {
    const { page } = await open();
    const table = page.locator("details").filter({ hasText: "Board as a table" });
    await table.waitFor();
    expect(await page.locator("details table").count()).toBe(0);
    await table.locator("summary").click();
    await table.getByRole("table").waitFor();
    await table.locator("summary").click();
    await table.getByRole("table").waitFor({ state: "detached" });
    await page.context().close();
  });
});
