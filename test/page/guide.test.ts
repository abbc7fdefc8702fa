// What the first screen says, and the code that each view shows.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describePage } from "./browsers.ts";
import { violations } from "./pageActions.ts";

const root = join(import.meta.dirname, "../..");

describePage("the first screen", ({ open, schemes }) => {
  test.for(schemes)("says what this is, what one can do and where the code is, in %s", async (colorScheme) => {
    const { page, problems } = await open("", { colorScheme, viewport: { width: 390, height: 844 } });
    await page.getByRole("heading", { level: 1, name: "A simulated crypto exchange where AI agents trade" }).waitFor();
    await page.getByRole("link", { name: "Watch agents trade" }).waitFor();
    await page.getByRole("link", { name: "Place an order" }).waitFor();
    for (const name of ["Documentation", "Package", "Source"])
      expect(await page.getByRole("link", { name }).getAttribute("href")).toMatch(
        /^https:\/\/www\.npmjs\.com\/package\/agentexchange/,
      );
    // The snapshots begin on the first screen even of a phone.
    await page.locator(".tile .price").first().waitFor();
    const top = await page
      .locator(".tile")
      .first()
      .evaluate((tile) => tile.getBoundingClientRect().top);
    expect(top).toBeLessThan(700);
    await page.getByRole("button", { name: "npm install agentexchange Copy" }).click();
    await page.getByRole("region", { name: "Notifications" }).getByText("npm install agentexchange").waitFor();
    await page.getByText("Show the code").click();
    const code = page.getByRole("region", { name: "Code of the board view" });
    await code.waitFor();
    expect(await code.textContent()).toBe(readFileSync(join(root, "demo/src/code/board.ts"), "utf8").trimEnd());
    expect(await violations(page)).toEqual([]);
    const excess = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(excess).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
