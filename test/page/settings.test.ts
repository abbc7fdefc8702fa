// What the page remembers: its colours before anything is painted, and choices.
import { expect, test } from "vitest";
import { describePage } from "./browsers.ts";
import { violations } from "./pageActions.ts";

describePage("what the page remembers", ({ open, schemes }) => {
  test("the chosen colours are there before the page's script has loaded", async () => {
    const { page } = await open("", {
      colorScheme: "light",
      async before(opened) {
        await opened.addInitScript(() => localStorage.setItem("agentexchange.theme", '"dark"'));
        await opened.route(/\/assets\/.*\.js$/, (route) => route.abort());
      },
    });
    const colours = await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    expect(colours).toBe("dark");
    await page.context().close();
  });

  test("a choice of colours acts at once, is kept, and can be forgotten", async () => {
    const { page, problems } = await open("", { colorScheme: "light" });
    const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).color);
    await page.locator(".tile .price").first().waitFor();
    const light = await background();
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByLabel("Dark").check();
    expect(await background()).not.toBe(light);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByLabel("Latency").fill("150");
    await page.getByLabel("One by one").check();
    await page.reload();
    await page.locator(".tile .price").first().waitFor();
    expect(await background()).not.toBe(light);
    expect(await page.getByLabel("Latency").inputValue()).toBe("150");
    expect(await page.getByLabel("One by one").isChecked()).toBe(true);
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Forget these choices" }).click();
    await page.getByText("Forgotten.").waitFor();
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    await page.reload();
    await page.locator(".tile .price").first().waitFor();
    expect(await background()).toBe(light);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("without storage, choices last as long as the page", async () => {
    const { page, problems } = await open("", {
      async before(opened) {
        await opened.addInitScript(() => {
          Object.defineProperty(window, "localStorage", {
            get() {
              throw new DOMException("The operation is insecure.", "SecurityError");
            },
          });
        });
      },
    });
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByLabel("Dark").check();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
    await page.getByRole("button", { name: "Forget these choices" }).click();
    await page.getByText("Forgotten.").waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a shared link opens the same exchange, pairs and view, and says what it cannot read", async () => {
    const { page, problems } = await open("?seed=5&fidelity=observed&speed=10&symbols=ETHUSDT,SOLUSDT#/board");
    await page.locator(".tile .price").nth(1).waitFor();
    await page.getByRole("button", { name: "Share" }).click();
    const field = page.getByLabel("Link to this view");
    const url = new URL(await field.inputValue());
    expect(url.search + url.hash).toBe("?seed=5&fidelity=observed&speed=10&symbols=ETHUSDT,SOLUSDT#/board");
    // The browser of the tests may refuse the clipboard; the field is there either way.
    await page
      .getByRole("status")
      .getByText(/clipboard|field/)
      .waitFor();
    await expect.poll(() => field.evaluate((element) => document.activeElement === element)).toBe(true);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.goto(
      `${url.href.replace(/\?.*/, "")}?seed=-1&fidelity=exact&speed=3600&symbols=BTCUSDT,%3Cb%3E#/nosuch`,
    );
    const dialog = page.getByRole("dialog");
    for (const bad of ["seed “-1”", "fidelity “exact”", "speed “3600”", "“<b>” is not a symbol", "no view “nosuch”"])
      await dialog.getByText(bad).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator(".tile .price").first().waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a link changes no choice of one's own until one chooses oneself", async () => {
    const { page, problems } = await open("?fidelity=observed&speed=10&symbols=ETHUSDT#/board");
    const kept = (): Promise<string> => page.evaluate(() => JSON.stringify(localStorage));
    const fidelity = page.getByLabel("Fidelity");
    const isOpen = (): Promise<void> => page.locator('.status[data-health="connected"]').waitFor();
    await isOpen();
    await page.locator(".status").click();
    expect(await fidelity.inputValue()).toBe("observed");
    // Another seed is no choice of a fidelity.
    await page.getByLabel("Seed").fill("8");
    await page.getByRole("button", { name: "Restart" }).click();
    await isOpen();
    expect(await kept()).toBe("{}");
    await page.goto(page.url().replace(/[?#].*/, ""));
    await isOpen();
    await page.locator(".status").click();
    expect(await fidelity.inputValue()).toBe("declared");
    await fidelity.selectOption("observed");
    await page.getByRole("button", { name: "Restart" }).click();
    await expect.poll(kept).toBe(JSON.stringify({ "agentexchange.fidelity": '"observed"' }));
    await page.reload();
    await isOpen();
    await page.locator(".status").click();
    expect(await fidelity.inputValue()).toBe("observed");
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test.for(schemes)("keys choose, find and tell, but never while somebody types, in %s", async (colorScheme) => {
    const { page, problems } = await open("#/board", { colorScheme });
    const title = page.getByRole("dialog").getByRole("heading", { level: 2 });
    await page.locator(".tile .price").first().waitFor();
    await page.keyboard.press("?");
    await title.getByText("Keyboard shortcuts").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await title.waitFor({ state: "detached" });
    await page.keyboard.press("/");
    await page.locator("dialog input:focus").waitFor();
    await page.keyboard.type("eth");
    await page.keyboard.press("Enter");
    await page.waitForURL(/ETHUSDT$/);
    await page.evaluate(() => {
      location.hash = "#/trade/ETHUSDT";
    });
    const amount = page.getByLabel("Amount, ETH");
    await amount.waitFor();
    await page.keyboard.press("s");
    await page.locator('input[name="amount"]:focus').waitFor();
    await expect.poll(() => page.getByLabel("Sell", { exact: true }).isChecked()).toBe(true);
    // Typed into a field, they are characters.
    await page.keyboard.type("1b/?");
    expect(await amount.inputValue()).toBe("1b/?");
    await expect.poll(() => page.getByLabel("Sell", { exact: true }).isChecked()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    await page.keyboard.press("b");
    await expect.poll(() => page.getByLabel("Buy", { exact: true }).isChecked()).toBe(true);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+b");
    await page.keyboard.press("g");
    await page.keyboard.press("b");
    await page.waitForURL(/#\/board$/);
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("switch", { name: /Shortcuts of one key/ }).uncheck();
    await page.keyboard.press("Escape");
    await title.waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(page.url()).toMatch(/#\/board$/);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
