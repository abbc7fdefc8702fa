// The charts of the built page: by pointer, by keyboard, and while data arrives.
import { expect, test } from "vitest";
import { describePage } from "./browsers.ts";

describePage("the charts", ({ open, schemes }) => {
  test("an equity curve tells its values to pointer and keyboard", async () => {
    const { page, problems } = await open("#/account");
    const plot = page.getByRole("slider", { name: "Time in the chart" });
    await plot.locator("canvas").first().waitFor();
    const legend = page.locator(".curves .chart-legend");
    const last = await legend.textContent();
    const at = async (): Promise<number> => Number(await plot.getAttribute("aria-valuenow"));
    const text = (): Promise<string | null> => plot.getAttribute("aria-valuetext");
    const end = Number(await plot.getAttribute("aria-valuemax"));
    await plot.focus();
    await page.keyboard.press("Home");
    await expect.poll(at).toBe(0);
    const first = await text();
    expect(await legend.textContent()).not.toBe(last);
    await page.keyboard.press("ArrowRight");
    await expect.poll(at).toBe(1);
    expect(await text()).not.toBe(first);
    await page.keyboard.press("Escape");
    await expect.poll(at).toBe(end);
    const box = await plot.boundingBox();
    if (box === null) throw new Error("The chart is not visible.");
    await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2);
    await expect.poll(at).toBeLessThan(end);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a curve that grows faster than it is drawn stays whole", async () => {
    const { page } = await open("#/account");
    await page.locator(".plot canvas").first().waitFor();
    // As text: an import of the page, not of the tests.
    await page.evaluate(`(async () => {
      const scripts = performance.getEntriesByType("resource").map(({ name }) => name);
      const { curveChart } = await import(scripts.find((name) => /\\/curves-.*\\.js$/.test(name)));
      const place = document.createElement("div");
      place.style.cssText = "position:fixed;inset:0 auto auto 0;width:600px;height:200px;z-index:9";
      document.body.append(place);
      const chart = curveChart(place, String, (time) => { globalThis.pointed = time; });
      for (const count of [100, 200, 300]) {
        const points = Array.from({ length: count }, (_, at) => ({ time: at * 1000, value: at }));
        chart.show([{ name: "one", points }], []);
      }
    })()`);
    await expect
      .poll(async () => {
        await page.mouse.move(60, 100);
        await page.mouse.move(4, 100);
        return page.evaluate(() => (globalThis as { pointed?: number | null }).pointed ?? Infinity);
      })
      .toBeLessThan(5000);
    await page.context().close();
  });

  test.runIf(schemes.includes("dark"))("an equity curve follows the colour scheme", async () => {
    const { page } = await open("#/account");
    const canvas = page.locator(".plot canvas").first();
    // Most of the chart is empty; single pixels can belong to a line.
    const background = (): Promise<string | undefined> =>
      canvas.evaluate((drawn: HTMLCanvasElement) => {
        const { data } = drawn.getContext("2d")?.getImageData(0, 0, drawn.width, drawn.height) ?? { data: [] };
        const counts = new Map<string, number>();
        for (let at = 0; at < data.length; at += 40) {
          const colour = String(data.slice(at, at + 3));
          counts.set(colour, (counts.get(colour) ?? 0) + 1);
        }
        return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0];
      });
    await expect.poll(background).toBe("255,255,255");
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(background).toBe("21,27,35");
    await page.evaluate(() => document.documentElement.setAttribute("data-theme", "light"));
    await expect.poll(background).toBe("255,255,255");
    await page.context().close();
  });

  test("candles tell their figures to pointer and keyboard, and choices are remembered", async () => {
    const { page, problems } = await open("#/desk/BTCUSDT");
    const plot = page.getByRole("slider", { name: "Candles of BTCUSDT" });
    await plot.locator("canvas").first().waitFor();
    const legend = page.locator(".ohlc");
    await legend.getByText("MA 50").waitFor();
    const at = async (): Promise<number> => Number(await plot.getAttribute("aria-valuenow"));
    const newest = await at();
    await plot.focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("PageDown");
    await expect.poll(at).toBe(newest - 11);
    const time = legend.locator("dd").first();
    const before = await time.textContent();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => time.textContent()).not.toBe(before);
    expect(await plot.getAttribute("aria-valuetext")).toMatch(
      /, open [\d,.]+, high [\d,.]+, low [\d,.]+, close [\d,.]+$/,
    );
    await page.getByRole("button", { name: /^RSI/ }).click();
    await legend.getByText("RSI 14").waitFor();
    await page.getByRole("button", { name: /^MA/ }).click();
    await legend.getByText("MA 50").waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Log/ }).click();
    await page.getByLabel("1 h", { exact: true }).check();
    await page.reload();
    await legend.getByText("RSI 14").waitFor();
    await expect.poll(() => page.getByLabel("1 h", { exact: true }).isChecked()).toBe(true);
    const pressed = page.locator(".toggles [aria-pressed=true]");
    expect(await pressed.allTextContents()).toEqual(["RSI", "Log"]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("older candles load at the left edge, and the visible time stays", async () => {
    const { page, problems } = await open("#/desk/BTCUSDT");
    const plot = page.locator(".chart");
    await plot.locator("canvas").first().waitFor();
    const count = async (): Promise<number> => Number(await plot.getAttribute("aria-valuemax"));
    await expect.poll(count).toBeGreaterThan(200);
    const before = await count();
    const time = page.locator(".ohlc dd").first();
    const newest = await time.textContent();
    await plot.focus();
    await page.keyboard.press("Home");
    await expect.poll(() => time.textContent()).not.toBe(newest);
    const oldest = await time.textContent();
    await expect.poll(count).toBeGreaterThan(before + 100);
    // The crosshair is on the same candle, which is no longer the first one.
    expect(await time.textContent()).toBe(oldest);
    expect(Number(await plot.getAttribute("aria-valuenow"))).toBeGreaterThan(100);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a limit order is moved by dragging its line, and by keyboard", async () => {
    const { page, problems } = await open("#/desk/BTCUSDT");
    await page.getByLabel("1 d", { exact: true }).check();
    await page.getByLabel("Limit", { exact: true }).check();
    const field = page.getByLabel("Limit price, USDT");
    await expect.poll(() => field.inputValue()).not.toBe("");
    const last = Number(await field.inputValue());
    const below = Math.round(last * 0.97);
    await field.fill(String(below));
    await page.getByLabel("Amount, BTC").fill("0.01");
    await page.getByText("Waits until").waitFor();
    await page.getByLabel("Amount, BTC").press("Enter");
    const rows = page.getByRole("row", { name: /BTCUSDT buy limit 0.01/ });
    await rows.waitFor();
    const plot = page.locator(".chart");
    const box = await plot.boundingBox();
    if (box === null) throw new Error("The chart is not visible.");
    const x = box.x + 60;
    let y = box.y;
    // The pointer says where the line can be taken.
    const isOverLine = async (): Promise<boolean> => (await page.locator(".chart.over-order").count()) > 0;
    for (; y < box.y + box.height && !(await isOverLine()); y += 3) await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y + 10);
    await page.mouse.move(x, y + 20);
    await page.locator(".chart-note").getByText("→").waitFor();
    await page.mouse.up();
    const question = page.getByRole("alertdialog");
    await question.getByText(/instead of/).waitFor();
    await question.getByRole("button", { name: "Move" }).click();
    await page
      .getByRole("log")
      .getByText(/^Moved to/)
      .waitFor();
    const price = below.toLocaleString("en-US", { minimumFractionDigits: 2 });
    await page.getByRole("row", { name: `BTCUSDT buy limit 0.01 ${price}` }).waitFor({ state: "detached" });
    await expect.poll(() => rows.count()).toBe(1);
    // Afterwards the chart can be moved again.
    const time = page.locator(".ohlc dd").first();
    await page.mouse.move(x, y + 1);
    const shown = await time.textContent();
    await page.mouse.wheel(-300, 0);
    await expect
      .poll(async () => {
        await page.mouse.move(x, y + 2);
        await page.mouse.move(x, y + 1);
        return time.textContent();
      })
      .not.toBe(shown);

    await page.getByRole("button", { name: "Move buy BTCUSDT" }).focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("New limit price, USDT").fill("57,5");
    await page.keyboard.press("Enter");
    await page.getByText("“57,5” can mean 57.5 or 575").waitFor();
    await page.getByLabel("New limit price, USDT").fill("20000");
    await page.keyboard.press("Enter");
    await question.getByText(/below the last price/).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("row", { name: /BTCUSDT buy limit 0.01 20,000.00/ }).waitFor();
    await expect.poll(() => rows.count()).toBe(1);
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
