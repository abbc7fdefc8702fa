import { effect, signal } from "@preact/signals";
import { Decimal, type Tick } from "agentexchange";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { atBeat, BEAT, followKeys, PAUSE } from "../../demo/src/state/beat.ts";
import { type DisplayedTrade, newestTrades } from "../../demo/src/state/market.ts";

beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
beforeEach(() => {
  vi.advanceTimersByTime(2 * BEAT);
});
afterAll(() => {
  vi.useRealTimers();
});

test("a task asked for many times runs at most once a beat, and at once after a silence", () => {
  const task = vi.fn<() => void>();
  for (let sent = 0; sent < 1000; sent++) {
    atBeat(task);
    vi.advanceTimersByTime(1);
  }
  expect(task).toHaveBeenCalledTimes(1 + 1000 / BEAT);
  vi.advanceTimersByTime(5 * BEAT);
  task.mockClear();
  atBeat(task);
  vi.advanceTimersByTime(1);
  expect(task).toHaveBeenCalledTimes(1);
});

test("tasks of one beat change the screen once", () => {
  const [price, trades] = [signal(0), signal(0)];
  const shown: number[][] = [];
  const stop = effect(() => void shown.push([price.value, trades.value]));
  atBeat(() => {
    price.value = 1;
  });
  atBeat(() => {
    trades.value = 2;
  });
  vi.advanceTimersByTime(BEAT);
  stop();
  expect(shown).toStrictEqual([
    [0, 0],
    [1, 2],
  ]);
});

test("what is asked for during a beat runs at the next", () => {
  const task = vi.fn<() => void>();
  atBeat(() => atBeat(task));
  vi.advanceTimersByTime(BEAT - 1);
  expect(task).not.toHaveBeenCalled();
  vi.advanceTimersByTime(BEAT);
  expect(task).toHaveBeenCalledTimes(1);
});

describe("while somebody types", () => {
  const FRAME = 16;
  const keyboard = new EventTarget();
  const press = (): boolean => keyboard.dispatchEvent(new Event("keydown"));
  const task = vi.fn<() => void>();
  let stop: () => void;
  beforeEach(() => {
    vi.stubGlobal("addEventListener", keyboard.addEventListener.bind(keyboard));
    vi.stubGlobal("removeEventListener", keyboard.removeEventListener.bind(keyboard));
    vi.stubGlobal("requestAnimationFrame", (draw: () => void) => setTimeout(draw, FRAME));
    task.mockClear();
    stop = followKeys();
  });
  afterEach(() => {
    vi.advanceTimersByTime(PAUSE);
    stop();
    vi.unstubAllGlobals();
  });

  test("a beat runs right after a key has been drawn, once, and not before another key", () => {
    for (let key = 0; key < 20; key++) {
      atBeat(task);
      press();
      expect(task).toHaveBeenCalledTimes(key);
      // Nothing runs from here until the next key has been drawn.
      vi.advanceTimersByTime(BEAT + 50);
      expect(task).toHaveBeenCalledTimes(key);
      press();
      press();
      expect(task).toHaveBeenCalledTimes(key);
      vi.advanceTimersByTime(FRAME + 1);
      expect(task).toHaveBeenCalledTimes(key + 1);
      vi.advanceTimersByTime(BEAT);
    }
  });

  test("nothing waits for a key that does not come", () => {
    press();
    atBeat(task);
    vi.advanceTimersByTime(PAUSE - 1);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledTimes(1);
    atBeat(task);
    vi.advanceTimersByTime(BEAT);
    expect(task).toHaveBeenCalledTimes(2);
  });

  test("a page that is hidden after a key draws no frame, and is current all the same", () => {
    vi.stubGlobal("requestAnimationFrame", () => 0);
    press();
    atBeat(task);
    for (let time = 0; time < BEAT + PAUSE; time += 30) {
      press();
      vi.advanceTimersByTime(30);
    }
    expect(task).toHaveBeenCalledTimes(1);
  });
});

const tick = (symbol: string, price: number, time: number): Tick => ({
  symbol,
  price: new Decimal(price),
  quantity: new Decimal(1),
  timestamp: new Date(time),
  isBuyerMaker: false,
  source: "stream",
});
const pricesOf = (trades: readonly DisplayedTrade[]): number[] => trades.map(({ price }) => price.toNumber());

test("ticks of a beat are put in front, newest first, without those of other pairs and those already listed", () => {
  const known = [tick("BTCUSDT", 10, 1000)];
  const ticks = [
    tick("BTCUSDT", 9, 900),
    tick("BTCUSDT", 11, 1100),
    tick("ETHUSDT", 5, 1150),
    tick("BTCUSDT", 12, 1200),
  ];
  expect(pricesOf(newestTrades(known, ticks, "BTCUSDT"))).toStrictEqual([12, 11, 10]);
  expect(newestTrades(known, [tick("ETHUSDT", 5, 1300)], "BTCUSDT")).toBe(known);
});

test("of many ticks the newest are listed", () => {
  const ticks = Array.from({ length: 500 }, (_, index) => tick("BTCUSDT", index, 1000 + index));
  const prices = pricesOf(newestTrades([tick("BTCUSDT", 1000, 900)], ticks, "BTCUSDT"));
  expect(prices.length).toBe(24);
  expect([prices[0], prices.at(-1)]).toStrictEqual([499, 476]);
});
