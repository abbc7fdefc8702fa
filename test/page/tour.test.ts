// The tour: what each step finds, that the code it shows is what runs, and the way through it in the browser.
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import type { Page } from "playwright";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Tell } from "../../demo/src/code/tour/tell.ts";
import { programOf } from "../../demo/src/state/tour/program.ts";
import { STEPS } from "../../demo/src/state/tour/steps.ts";
import * as tour from "../../demo/src/state/tour/tour.ts";
import { describePage } from "./browsers.ts";

type Found = Parameters<Tell>;
const folder = join(import.meta.dirname, "../../demo/src/code/tour");
const sourceOf = (place: number): string => readFileSync(join(folder, `${place}.ts`), "utf8");

async function findingsOf(place: number): Promise<readonly Found[]> {
  const found: Found[] = [];
  const { run } = await tour.stepAt(place).step.load();
  await run((...finding) => void found.push(finding));
  return found;
}

test("1: five pairs at once take one round trip", async () => {
  const [[, oneByOne], [, together], [, factor]] = (await findingsOf(1)) as [Found, Found, Found];
  expect(oneByOne).toBeGreaterThanOrEqual(400);
  expect(together).toBeGreaterThanOrEqual(79);
  expect(Number(factor)).toBeGreaterThan(2);
});

test("2: faults happen, and every call is answered", async () => {
  const found = await findingsOf(2);
  expect(found.slice(-2)).toEqual([
    ["Calls, all answered", 12],
    ["Requests that this took", 23],
  ]);
  expect(found.slice(0, -2)).toHaveLength(11);
});

test("3: the lost order is found, and there is one", async () => {
  expect((await findingsOf(3)).map(([, figure]) => figure)).toEqual(["ORDER_OUTCOME_UNKNOWN", "filled", 1]);
});

test("4: the missed update is found by polling after a gap", async () => {
  const found = await findingsOf(4);
  expect(found.at(-1)?.[1]).toBe("filled; source: poll");
  expect(Number(found.find(([what]) => what.startsWith("Gap"))?.[1])).toBeGreaterThanOrEqual(500);
});

test("5: only the order within the mandate reaches the exchange", async () => {
  const figures = (await findingsOf(5)).map(([, figure]) => figure).filter((figure) => figure !== undefined);
  expect(figures).toEqual(["placed", "LIMIT_EXCEEDED", "SYMBOL_NOT_ALLOWED", 1]);
});

test("6: half an hour passes, and the limit order is filled on the way", async () => {
  const start = performance.now();
  const found = await findingsOf(6);
  expect(performance.now() - start).toBeLessThan(15_000);
  expect(found.map(([, figure]) => figure)).toEqual([
    "pending",
    "filled",
    "filled",
    expect.stringMatching(/^\d+\.\d\d$/),
  ]);
});

test.for(STEPS.map((_, index) => index + 1))(
  "the program shown for step %i runs and prints what it finds",
  async (place) => {
    const program = programOf(sourceOf(place));
    expect(program).not.toContain("tell");
    expect(program.split("\n").length).toBeLessThanOrEqual(30);
    const code = stripTypeScriptTypes(program).replaceAll(/from "([^"]+)"/g, (_, name: string) => {
      return `from ${JSON.stringify(import.meta.resolve(name))}`;
    });
    const lines: unknown[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((...words: unknown[]) => void lines.push(words));
    try {
      await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
    } finally {
      log.mockRestore();
    }
    expect(lines.length).toBeGreaterThanOrEqual(3);
  },
);

test("a place that does not exist is the nearest step", () => {
  expect([0, 1, 3, 6, 7, Number.NaN].map((place) => tour.stepAt(place).place)).toEqual([1, 1, 3, 6, 6, 1]);
});

describe("a run", () => {
  beforeEach(() => vi.restoreAllMocks());

  test("that was left tells nothing more, and one that fails says so", async () => {
    let resolve = (): void => {};
    const promise = new Promise<void>((done) => (resolve = done));
    const source = (): Promise<{ default: string }> => Promise.resolve({ default: sourceOf(1) });
    const step = { title: "", text: "", source };
    const slow = {
      ...step,
      load: () =>
        Promise.resolve({
          async run(tell: Tell) {
            await promise;
            tell("too late");
          },
        }),
    };
    tour.runStep(slow)();
    const failing = { ...step, load: () => Promise.resolve({ run: () => Promise.reject(new Error("no line")) }) };
    tour.runStep(failing);
    resolve();
    await vi.waitFor(() => expect(tour.runState.value).toEqual({ kind: "failed", message: "no line" }));
    expect(tour.findings.value).toEqual([]);
  });
});

describePage("the tour", ({ open }) => {
  const isDone = (page: Page): Promise<void> =>
    page.getByRole("button", { name: "Run again" }).waitFor({ timeout: 20_000 });
  const activeId = (page: Page): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id);

  test("leads through six steps by keyboard, and leaves the page as it was", async () => {
    const { page, problems } = await open("?symbols=BTCUSDT,ETHUSDT");
    await page.getByLabel("One by one").check();
    await page.locator(".tile .price").first().waitFor();
    const kept = (): Promise<string> => page.evaluate(() => JSON.stringify(localStorage));
    const before = await kept();
    await page.getByRole("link", { name: "Take the tour" }).press("Enter");
    for (const [index, { title }] of STEPS.entries()) {
      await page.getByRole("heading", { level: 1, name: `Step ${index + 1} of 6 ${title}` }).waitFor();
      await expect.poll(() => activeId(page)).toBe("tour-title");
      await isDone(page);
      const found = page.getByRole("log").getByRole("listitem");
      await expect.poll(() => found.count()).toBeGreaterThanOrEqual(3);
      expect(new URL(page.url()).hash).toBe(`#/tour/${index + 1}`);
      const next = page.getByRole("link", { name: /^Next: / });
      if (index + 1 < STEPS.length) await next.press("Enter");
    }
    await page.getByRole("link", { name: "Back", exact: true }).press("Enter");
    await page.getByRole("heading", { level: 1, name: /^Step 5/ }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".tile .price").first().waitFor();
    expect(await page.getByLabel("One by one").isChecked()).toBe(true);
    expect(await page.locator(".tile").count()).toBe(2);
    expect(await kept()).toBe(before);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("opens at a step, and runs it again, on a phone", async () => {
    const { page, problems } = await open("#/tour/5", { viewport: { width: 390, height: 844 } });
    await isDone(page);
    await page.getByText("LIMIT_EXCEEDED").waitFor();
    await page.getByRole("region", { name: "Code of step 5" }).waitFor();
    await page.getByRole("button", { name: "Run again" }).click();
    await isDone(page);
    await expect.poll(() => page.getByText("LIMIT_EXCEEDED").count()).toBe(1);
    await isDone(page);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
