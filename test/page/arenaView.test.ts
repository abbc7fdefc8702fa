// The arena in the browser: agents trade while one moves the time, and a fork answers what if.
import type { Page } from "playwright";
import { expect, test } from "vitest";
import { describePage } from "./browsers.ts";
import { focused, tabTo } from "./pageActions.ts";

describePage("the arena", ({ open }) => {
  const tick = async (page: Page): Promise<number> =>
    Number(/Tick (\d+)/.exec((await page.locator(".arena-clock").textContent()) ?? "")?.[1]);
  const clock = (page: Page): Promise<string | null> => page.locator(".arena-clock strong").textContent();
  const card = (page: Page, name: string): ReturnType<Page["locator"]> =>
    page.getByRole("listitem", { name, exact: true });
  const pressStep = async (page: Page, to: number): Promise<void> => {
    await page.getByRole("button", { name: "Step" }).click();
    await page.getByText(`Tick ${to}, paused`).waitFor();
  };

  test("agents trade by steps and at speed; a fill shows its call; what if one is stopped", async () => {
    const { page, problems } = await open("#/agents");
    await page.getByText(/^No run yet/).waitFor();
    await pressStep(page, 1);
    await pressStep(page, 2);
    await page.getByRole("radio", { name: "3,600×" }).check();
    await page.getByRole("button", { name: "Continue" }).click();
    await expect.poll(() => tick(page), { timeout: 30_000 }).toBeGreaterThan(3);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("paused").waitFor();

    // The call behind the newest fill of the saver, with the keyboard alone.
    const fill = page.getByRole("button", { name: /Dollar-cost average, buy .*: show the call/ }).first();
    await fill.focus();
    const name = await focused(page);
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/placeMarketOrder\(/).waitFor();
    await dialog.getByText(/It is time to buy/).waitFor();
    await dialog.getByText("POST /api/v1/trade/order → 201").waitFor();
    await dialog.getByText(/"order_id"/).waitFor();
    await expect.poll(() => focused(page)).toBe("Close");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await expect.poll(() => focused(page)).toBe(name);

    await page.getByRole("button", { name: "Halt Dollar-cost average" }).click();
    const saver = card(page, "Dollar-cost average");
    await saver.getByText("Halted: halted at the page.", { exact: true }).waitFor();
    const ticks = await tick(page);
    await pressStep(page, ticks + 1);
    await saver.getByText("The bot is halted: halted at the page.").waitFor();
    await page.getByRole("button", { name: "Resume Dollar-cost average" }).click();
    await saver.getByText("Halted: halted at the page.", { exact: true }).waitFor({ state: "detached" });

    const choose = (field: string, option: string): Promise<string[]> =>
      page.getByRole("combobox", { name: field, exact: true }).selectOption(option);
    await choose("For", "1");
    await choose("Change", "nothing");
    await page.getByRole("button", { name: "Run both" }).click();
    await page.getByText("Both runs are identical after 1 h").waitFor({ timeout: 30_000 });
    await choose("Change", "stop");
    await page.getByRole("button", { name: "Run both" }).click();
    await page.getByText(/After 1 h, Dollar-cost average has .* USDT (more|less) with the change/).waitFor();
    await page.getByText("Orders that differ (4)").click();
    await expect.poll(() => page.getByRole("cell", { name: "as it was" }).count()).toBe(4);
    await choose("Change", "order");
    await page.getByLabel("Quantity").fill("x");
    await page.getByRole("button", { name: "Run both" }).click();
    await expect.poll(() => page.getByLabel("Quantity").getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("Quantity").fill("5");
    await page.getByRole("button", { name: "Run both" }).click();
    await page.getByText(/^The order was refused: .*maxPerDay/).waitFor({ timeout: 30_000 });

    // The arena stayed where it was, and a new run begins at the same time.
    expect(await tick(page)).toBe(ticks + 1);
    await page.getByRole("button", { name: "New run" }).click();
    await expect.poll(() => tick(page)).toBe(0);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("agents are added, removed and edited in the reader's own numbers, and kept", async () => {
    const { page, problems } = await open("#/agents", { locale: "de-DE" });
    await page.getByRole("button", { name: "Remove Slow averages" }).click();
    await page.getByText("5 agents; from 2 to 6 can trade.").waitFor();
    await expect.poll(() => focused(page)).toBe("Edit");
    await page.getByRole("button", { name: "Add an agent" }).click();
    const form = page.getByRole("form", { name: "Settings of Dollar-cost average 2" });
    await expect.poll(() => focused(page)).toBe("Name");
    await form.getByLabel("Name").fill("Saver");
    const amount = form.getByLabel("Amount of one order, USDT");
    await amount.fill("1.234.5");
    await form.getByLabel("Pairs, with commas").fill("ethusdt, nosuch");
    await form.getByRole("button", { name: "Save agent" }).click();
    await form.getByText("NOSUCH is not listed here.").waitFor();
    await form.getByText("Not a number.").waitFor();
    await expect.poll(() => focused(page)).toBe("Pairs, with commas");
    await form.getByLabel("Pairs, with commas").fill("ethusdt");
    await amount.fill("1.234,5");
    await form.getByRole("button", { name: "Save agent" }).click();
    await form.waitFor({ state: "detached" });
    await expect.poll(() => focused(page)).toBe("Edit");

    await page.reload();
    await page.getByRole("button", { name: "Edit Saver" }).click();
    await expect.poll(() => page.getByLabel("Amount of one order, USDT").inputValue()).toBe("1234,5");
    await page.getByRole("button", { name: "Cancel" }).click();
    await pressStep(page, 1);
    await card(page, "Saver").getByText("It is time to buy ETHUSDT for 1234.5 USDT.").waitFor();
    await page.getByText(/1\.235,\d\d von|1\.23\d,\d\d of/).waitFor();
    await page.getByLabel("Seed of the prices").fill("8");
    await page.getByText("These settings are not those of the run.").waitFor();
    await page.getByRole("button", { name: "New run" }).click();
    await page.getByText("6 agents; from 2 to 6 can trade.").waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("nothing moves while the page is hidden; a failure is told, and a new run helps", async () => {
    const { page } = await open("#/agents", {
      before: async (opened) => {
        await opened.clock.install();
        await opened.addInitScript(() => {
          const hidden = globalThis as { isHidden?: boolean; isBroken?: boolean };
          Object.defineProperty(document, "visibilityState", {
            get: () => (hidden.isHidden === true ? "hidden" : "visible"),
          });
          Object.defineProperty(globalThis, "scheduler", {
            value: {
              yield: () =>
                hidden.isBroken === true ? Promise.reject(new Error("broken on purpose")) : Promise.resolve(),
            },
          });
        });
      },
    });
    const hide = (isHidden: boolean): Promise<void> =>
      page.evaluate((value) => {
        Object.assign(globalThis, { isHidden: value });
        document.dispatchEvent(new Event("visibilitychange"));
      }, isHidden);
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText(/Tick 1, the next/).waitFor();
    const moved = async (): Promise<boolean> => {
      const before = await clock(page);
      for (let turn = 0; turn < 20; turn++) {
        await page.clock.runFor(500);
        if ((await clock(page)) !== before) return true;
      }
      return false;
    };
    expect(await moved()).toBe(true);
    await hide(true);
    await page.clock.runFor(1000);
    expect(await moved()).toBe(false);
    await hide(false);
    expect(await moved()).toBe(true);
    await page.evaluate(() => Object.assign(globalThis, { isBroken: true }));
    await page.getByRole("button", { name: "Step" }).click();
    await page.clock.runFor(500);
    await page.getByRole("alert").getByText("The arena stopped: broken on purpose").waitFor();
    await page.evaluate(() => Object.assign(globalThis, { isBroken: false }));
    await page.getByRole("alert").getByRole("button", { name: "New run" }).click();
    await page.clock.runFor(500);
    await page.getByText("Tick 0, paused").waitFor();
    await page.context().close();
  });

  test("the arena is usable by keyboard alone", async () => {
    const { page } = await open("#/agents");
    await page.getByRole("heading", { name: "Agents and settings" }).waitFor();
    await tabTo(page, "Start");
    await page.keyboard.press("Tab");
    await expect.poll(() => focused(page)).toBe("Step");
    await page.keyboard.press("Enter");
    await page.getByText("Tick 1, paused").waitFor();
    await page.keyboard.press("Tab");
    await expect.poll(() => focused(page)).toBe("600×");
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("radio", { name: "3,600×" }).isChecked()).toBe(true);
    await page.context().close();
  });
});
