// What the charts compute before they draw.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Decimal } from "agentexchange";
import { firstChange, liveSeries } from "../../demo/src/parts/liveSeries.ts";
import { averageAt, relativeStrengths } from "../../demo/src/state/indicators.ts";
import { relativeStrength, simpleAverage } from "../../src/exchange/engine/indicators.ts";

describe("a live series", () => {
  interface Item {
    readonly time: number;
    readonly value: number;
  }
  const at = (time: number, value: number): Item => ({ time, value });
  const before = [at(1, 10), at(2, 20), at(3, 30), at(4, 40), at(5, 50)];

  /** The calls that showing `next` after `before` makes. */
  function callsFor(next: readonly Item[]): readonly string[] {
    const calls: string[] = [];
    const series = liveSeries<Item, Item>(
      {
        setData: (points) => calls.push(`set ${points.length}`),
        update: ({ time, value }, historical) =>
          calls.push(`update ${time} to ${value}${historical === true ? ", not the last" : ""}`),
      },
      (items, index) => items[index] ?? at(0, 0),
    );
    series.show(before);
    expect(calls).toEqual(["set 5"]);
    series.show(next);
    return calls.slice(1);
  }

  test.for<readonly [string, readonly Item[], readonly string[]]>([
    ["nothing", [...before], []],
    ["the same in other objects", before.map((item) => ({ ...item })), []],
    ["the last item", before.with(4, at(5, 51)), ["update 5 to 51"]],
    ["a new item", [...before, at(6, 60)], ["update 6 to 60"]],
    ["the last item and a new one", [...before.with(4, at(5, 51)), at(6, 60)], ["update 5 to 51", "update 6 to 60"]],
    ["the one before the last", before.with(3, at(4, 41)), ["update 4 to 41, not the last", "update 5 to 50"]],
    ["an early item", before.with(0, at(1, 11)), ["set 5"]],
    ["older items in front", [at(0, 5), ...before], ["set 6"]],
    ["fewer items", before.slice(0, 2), ["set 2"]],
    ["an item between", [...before.slice(0, 4), at(4.5, 45), at(5, 50)], ["set 6"]],
    ["none", [], ["set 0"]],
  ])("%s", ([, next, expected]) => {
    expect(callsFor(next)).toEqual(expected);
  });

  test("compares decimals and dates by value", () => {
    const candle = (close: string): { time: Date; close: Decimal } => ({
      time: new Date(5),
      close: new Decimal(close),
    });
    expect(firstChange([candle("1.50")], [candle("1.5")])).toBe(1);
    expect(firstChange([candle("1.50")], [candle("1.51")])).toBe(0);
  });

  test("is told only of ticks while a thousand candles stay", () => {
    let [sets, updates] = [0, 0];
    const series = liveSeries<Item, Item>({ setData: () => sets++, update: () => updates++ }, (items, index) => {
      return items[index] ?? at(0, 0);
    });
    let items = Array.from({ length: 1000 }, (_, index) => at(index, index));
    series.show(items);
    for (let tick = 0; tick < 60; tick++) {
      items =
        tick % 10 === 9
          ? [...items, at(items.length, tick)]
          : items.with(items.length - 1, at(items.length - 1, tick + 0.5));
      series.show(items);
    }
    expect([sets, updates]).toEqual([1, 60]);
  });
});

describe("indicators at every candle", () => {
  const closes = Array.from({ length: 80 }, (_, index) => 100 + 10 * Math.sin(index / 3) + (index % 7));

  test("averages are those of the exchange", () => {
    for (const [index] of closes.entries())
      expect(averageAt(closes, index, 20)).toBe(simpleAverage(closes.slice(0, index + 1), 20) ?? null);
    expect(averageAt([1, 2, 3, 4], 3, 4)).toBe(2.5);
    expect(averageAt([1, 2, 3, 4], 2, 4)).toBeNull();
  });

  test("relative strengths are those of the exchange", () => {
    const rounded = (value: number | null | undefined): string => value?.toFixed(9) ?? "none";
    const expected = closes.map((_, index) => rounded(relativeStrength(closes.slice(0, index + 1))));
    expect(relativeStrengths(closes).map(rounded)).toEqual(expected);
  });

  test("relative strength has the values of a known worked example", () => {
    const prices = [
      44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328,
      45.614, 46.282, 46.282, 46.0028, 46.0328, 46.4116,
    ];
    const shown = relativeStrengths(prices)
      .slice(14)
      .map((value) => value?.toFixed(2));
    expect(shown).toEqual(["70.53", "66.32", "66.55", "69.41"]);
    expect(relativeStrengths([1, 2, 3], 2)).toEqual([null, null, 100]);
  });
});

describe("the colours of curves", () => {
  const css = readFileSync(join(import.meta.dirname, "../../demo/src/style/tokens.css"), "utf8");
  const colors = (name: string): readonly string[] => {
    const [, light, dark] = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css) ?? [];
    return [light ?? "", dark ?? ""];
  };

  test.for([1, 2, 3, 4, 5, 6])("series %i stands out against the card in both schemes", (number) => {
    const cards = colors("card");
    colors(`series-${number}`).forEach((color, scheme) => {
      expect(contrast(color, cards[scheme] ?? "")).toBeGreaterThanOrEqual(3);
    });
  });
});

/** The contrast ratio of WCAG 2. */
function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
