// Finding pairs, and moving through long lists of them: without a browser.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { moveActive } from "../../demo/src/parts/listKeys.ts";
import { rowWindow, scrollToRow } from "../../demo/src/parts/rowWindow.ts";
import { orderPairs } from "../../demo/src/state/marketOrder.ts";
import { findPairs } from "../../demo/src/state/pairSearch.ts";

const pairs = ["1000PEPE", "BTC", "BTCDOM", "DOGE", "ENS", "ETC", "ETH", "ETHFI", "STETH", "WBTC"].map((baseAsset) => ({
  baseAsset,
  symbol: `${baseAsset}USDT`,
}));
const names = (text: string, favourites: readonly string[] = []): string[] =>
  findPairs(text, pairs, new Set(favourites)).map(({ baseAsset }) => baseAsset);

describe("findPairs", () => {
  test.each([
    ["doge", ["DOGE"]],
    ["eth", ["ETH", "ETHFI", "STETH"]],
    ["btc", ["BTC", "BTCDOM", "WBTC"]],
    ["eth/usdt", ["ETH", "STETH"]],
    [" btc-usdt ", ["BTC", "WBTC"]],
    ["pepe", ["1000PEPE"]],
    // Full-width letters, as a Japanese keyboard types them.
    ["ＤＯＧＥ", ["DOGE"]],
    // Nearly right.
    ["dogge", ["DOGE"]],
    ["dogeusd5", ["DOGE"]],
    ["nothing like it", []],
  ])("%s", (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  test("favourites come first among those that fit equally well, and only among them", () => {
    expect(names("eth", ["STETHUSDT", "ETHFIUSDT"])).toEqual(["ETH", "ETHFI", "STETH"]);
    expect(names("", ["WBTCUSDT", "ETHUSDT"]).slice(0, 3)).toEqual(["ETH", "WBTC", "1000PEPE"]);
    expect(names("")).toHaveLength(pairs.length);
  });
});

describe("orderPairs", () => {
  const figures = new Map([
    ["BTCUSDT", 3],
    ["DOGEUSDT", 9],
  ]);
  const order = (by: "volume" | "name", descending: boolean): string[] =>
    orderPairs(pairs, { by, descending }, (symbol) => figures.get(symbol)).map(({ baseAsset }) => baseAsset);

  test("sorts by a figure, and puts those without one last either way", () => {
    expect(order("volume", true).slice(0, 3)).toEqual(["DOGE", "BTC", "1000PEPE"]);
    expect(order("volume", false).slice(0, 3)).toEqual(["BTC", "DOGE", "1000PEPE"]);
    expect(order("name", true)[0]).toBe("WBTC");
  });
});

test("the keys of a list wrap at its ends and stay within it", () => {
  expect(moveActive("ArrowDown", -1, 3, 2)).toBe(0);
  expect(moveActive("ArrowDown", 2, 3, 2)).toBe(0);
  expect(moveActive("ArrowUp", 0, 3, 2)).toBe(2);
  expect(moveActive("PageDown", 0, 9, 4)).toBe(4);
  expect(moveActive("PageDown", 7, 9, 4)).toBe(8);
  expect(moveActive("Home", 7, 9, 4)).toBe(0);
  expect(moveActive("End", 0, 9, 4)).toBe(8);
  expect(moveActive("a", 0, 9, 4)).toBeNull();
  expect(moveActive("ArrowDown", -1, 0, 4)).toBeNull();
});

test("a window holds every row that is seen, and few others", () => {
  const row = fc.record({
    scrollTop: fc.integer({ min: 0, max: 50_000 }),
    height: fc.integer({ min: 1, max: 2000 }),
    rowHeight: fc.integer({ min: 10, max: 60 }),
    count: fc.integer({ min: 0, max: 1000 }),
  });
  fc.assert(
    fc.property(row, (measures) => {
      const { first, end } = rowWindow(measures);
      const { scrollTop, height, rowHeight, count } = measures;
      expect(first).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(count);
      expect(end - first).toBeLessThanOrEqual(Math.ceil(height / rowHeight) + 10);
      const seen = Array.from({ length: count }, (_, index) => index).filter(
        (index) => (index + 1) * rowHeight > scrollTop && index * rowHeight < scrollTop + height,
      );
      expect(seen.filter((index) => index < first || index >= end)).toEqual([]);
    }),
  );
});

test("scrolling to a row moves only as far as it must", () => {
  const measures = { scrollTop: 100, height: 220, rowHeight: 20 };
  expect(scrollToRow(7, measures)).toBe(100);
  expect(scrollToRow(2, measures)).toBe(40);
  // Under the header, ten rows fit.
  expect(scrollToRow(14, measures)).toBe(100);
  expect(scrollToRow(15, measures)).toBe(120);
});
