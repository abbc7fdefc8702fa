// Messages that disappear by themselves, and what is told of filled orders.
import type { OrderUpdate } from "agentexchange";
import { Decimal } from "agentexchange";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFillTeller } from "../../demo/src/state/fills.ts";
import { addToast, announced, dismiss, followToasts, hold, LIFETIME, toasts } from "../../demo/src/state/toasts.ts";
import { describePage } from "./browsers.ts";

const texts = (): readonly string[] => toasts.value.map(({ text }) => text);
let stop = (): void => {};

beforeEach(() => {
  vi.useFakeTimers();
  toasts.value = [];
  stop = followToasts();
});

afterEach(() => {
  stop();
  hold(false);
  vi.useRealTimers();
});

test("a toast goes after its time, but not while the pointer or the focus is on it", () => {
  addToast("one", "good");
  expect(announced.value).toBe("one");
  vi.advanceTimersByTime(LIFETIME - 1000);
  hold(true);
  vi.advanceTimersByTime(LIFETIME * 3);
  expect(texts()).toEqual(["one"]);
  hold(false);
  vi.advanceTimersByTime(1500);
  expect(texts()).toEqual(["one"]);
  vi.advanceTimersByTime(1000);
  expect(texts()).toEqual([]);
});

test("at most four are shown, and a key is shown once", () => {
  for (let index = 1; index <= 6; index++) addToast(`toast ${index}`, "good");
  expect(texts()).toEqual(["toast 3", "toast 4", "toast 5", "toast 6"]);
  addToast("first", "bad", "same");
  addToast("second", "bad", "same");
  expect(texts()).toEqual(["toast 4", "toast 5", "toast 6", "second"]);
  dismiss("same");
  expect(texts()).toEqual(["toast 4", "toast 5", "toast 6"]);
});

function filled(orderId: string, side: "buy" | "sell" = "buy"): OrderUpdate {
  const quantity = new Decimal("0.5");
  return {
    orderId,
    status: "filled",
    symbol: "ETHUSDT",
    side,
    type: "limit",
    quantity,
    price: new Decimal(1500),
    executedPrice: new Decimal("1499.5"),
    executedQuantity: quantity,
    fee: null,
    filledAt: null,
    cancelledAt: null,
    rejectedReason: null,
    source: "stream",
  };
}

test("few fills are told one by one, each once, and other updates not at all", () => {
  const tell = createFillTeller(addToast);
  tell({ ...filled("1"), status: "pending" });
  tell(filled("1"));
  tell(filled("1"));
  tell(filled("2", "sell"));
  expect(texts()).toEqual(["Bought 0.5 ETHUSDT at 1,499.50.", "Sold 0.5 ETHUSDT at 1,499.50."]);
});

test("many fills are told as one sum, at most every two seconds", () => {
  const tell = createFillTeller(addToast);
  let changes = 0;
  const end = toasts.subscribe(() => void changes++);
  for (let order = 1; order <= 12; order++) tell(filled(`order ${order}`, order % 3 === 0 ? "sell" : "buy"));
  expect(texts()).toEqual(["4 orders filled: 3 bought, 1 sold."]);
  changes = 0;
  vi.advanceTimersByTime(2000);
  expect(texts()).toEqual(["12 orders filled: 8 bought, 4 sold."]);
  expect(changes).toBe(1);
  end();
  vi.advanceTimersByTime(LIFETIME * 2);
  tell(filled("later"));
  expect(texts()).toEqual(["Bought 0.5 ETHUSDT at 1,499.50."]);
});

describePage("toasts", ({ open }) => {
  test("tell of a fill, are reached by keyboard, and leave the focus on the page", async () => {
    vi.useRealTimers();
    const { page, problems } = await open("#/desk/BTCUSDT");
    await page.getByText("Available:").waitFor();
    await page.getByLabel("Amount, BTC").fill("0.01");
    await page.getByLabel("Amount, BTC").press("Enter");
    const notifications = page.getByRole("region", { name: "Notifications" });
    await notifications.getByText(/^Bought 0.01 BTCUSDT at [\d,.]+\.$/).waitFor();
    await page
      .getByRole("status")
      .getByText(/^Bought 0.01 BTCUSDT/)
      .waitFor();
    const dismissButton = notifications.getByRole("button", { name: /^Dismiss: Bought 0.01/ });
    await dismissButton.focus();
    await dismissButton.press("Enter");
    await notifications.waitFor({ state: "detached" });
    await expect.poll(() => page.evaluate(() => document.activeElement === document.body)).toBe(false);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
