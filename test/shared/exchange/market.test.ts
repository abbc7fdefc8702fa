import { describe, expect, it } from "vitest";
import { randomWalkMarket, virtualClock, type MarketCandle, type Market } from "../../../src/exchange/index.ts";
import { compare, add, fixed8, formatDecimal, ZERO, type Decimal28 } from "../../../src/exchange/base/amount.ts";
import { open, send } from "./trader.ts";

const NOW = Date.parse("2026-01-05T12:34:56.789Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function walk(seed = 42): Market {
  return randomWalkMarket({ seed }).open(virtualClock(NOW));
}

function max(amounts: readonly Decimal28[]): Decimal28 {
  return amounts.reduce((best, each) => (compare(each, best) > 0 ? each : best));
}

function min(amounts: readonly Decimal28[]): Decimal28 {
  return amounts.reduce((best, each) => (compare(each, best) < 0 ? each : best));
}

/** The candle that several candles make together. */
function mergeCandles(candles: readonly MarketCandle[]): Record<string, string | number> {
  return shown({
    open: (candles[0] as MarketCandle).open,
    high: max(candles.map((candle) => candle.high)),
    low: min(candles.map((candle) => candle.low)),
    close: (candles.at(-1) as MarketCandle).close,
    volume: candles.reduce((sum, candle) => add(sum, candle.volume), ZERO),
    tradeCount: candles.reduce((sum, candle) => sum + candle.tradeCount, 0),
    time: (candles[0] as MarketCandle).time,
  });
}

function shown(candle: MarketCandle): Record<string, string | number> {
  const { open: first, high, low, close, volume, tradeCount, time } = candle;
  return {
    open: formatDecimal(first),
    high: formatDecimal(high),
    low: formatDecimal(low),
    close: formatDecimal(close),
    volume: formatDecimal(volume),
    tradeCount,
    time,
  };
}

describe("random walk", () => {
  it("has dozens of pairs whose prices span nine orders of magnitude and more", () => {
    const market = walk();
    const prices = market
      .pairs()
      .map(({ symbol }) => Number(formatDecimal((market.quote(symbol, NOW) as { price: Decimal28 }).price)));
    expect(prices.length).toBeGreaterThanOrEqual(24);
    expect(Math.max(...prices) / Math.min(...prices)).toBeGreaterThan(1e9);
    expect(market.pairs().map((pair) => pair.symbol)).toEqual(
      market
        .pairs()
        .map((pair) => pair.symbol)
        .toSorted(),
    );
  });

  it.each(["BTCUSDT", "PEPEUSDT", "TRXUSDT"])(
    "%s: candles of all lengths are the same prices seen coarser",
    (symbol) => {
      const market = walk();
      const end = Math.floor(NOW / DAY) * DAY - 1;
      const candles = (interval: number, count: number): readonly MarketCandle[] =>
        market.candles(symbol, interval, count, 0, end, NOW);
      const minutes = candles(MINUTE, 120);
      expect(candles(5 * MINUTE, 24).map(shown)).toEqual(
        Array.from({ length: 24 }, (_, at) => mergeCandles(minutes.slice(at * 5, at * 5 + 5))),
      );
      expect(candles(HOUR, 2).map(shown)).toEqual([
        mergeCandles(minutes.slice(0, 60)),
        mergeCandles(minutes.slice(60)),
      ]);
      expect(candles(DAY, 2).map(shown)).toEqual([
        mergeCandles(candles(HOUR, 48).slice(0, 24)),
        mergeCandles(candles(HOUR, 24)),
      ]);
    },
  );

  it("has a history of a thousand candles per interval", () => {
    const market = walk();
    for (const interval of [MINUTE, 5 * MINUTE, HOUR, DAY]) {
      const candles = market.candles(
        "ETHUSDT",
        interval,
        1000,
        Number.NEGATIVE_INFINITY,
        Number.POSITIVE_INFINITY,
        NOW,
      );
      expect(candles).toHaveLength(1000);
      expect(candles.at(-1)?.time).toBe(Math.floor(NOW / interval) * interval);
      expect(formatDecimal((candles.at(-1) as MarketCandle).close)).toBe(
        formatDecimal((market.quote("ETHUSDT", NOW) as { price: Decimal28 }).price),
      );
    }
  });

  it("has candles that match the listed trades exactly", () => {
    const market = walk();
    const start = Math.floor(NOW / MINUTE) * MINUTE;
    const now = start + MINUTE + 250;
    const [candle] = market.candles("SOLUSDT", MINUTE, 1, start, start, now) as readonly [MarketCandle];
    const trades = market
      .trades("SOLUSDT", 500, now)
      .filter((trade) => trade.time >= start && trade.time < start + MINUTE);
    expect(trades.length).toBe(candle.tradeCount);
    expect(formatDecimal(trades.reduce((sum, trade) => add(sum, trade.quantity), ZERO))).toBe(
      formatDecimal(candle.volume),
    );
    expect(compare(max(trades.map((trade) => trade.price)), candle.high)).toBeLessThanOrEqual(0);
    expect(trades.map((trade) => trade.id)).toEqual(trades.map((_, back) => (trades[0] as { id: number }).id - back));
  });

  it("finds the same first crossing as a search second by second", () => {
    const market = walk();
    for (const symbol of ["BTCUSDT", "BTTCUSDT", "DOGEUSDT"]) {
      const { floor } = market.quote(symbol, NOW) as { floor: bigint };
      for (const share of [2n, 5n, 12n]) {
        const distance = (floor * share) / 1000n;
        const triggers = { atOrBelow: fixed8(floor - distance), atOrAbove: fixed8(floor + distance) };
        const found = market.nextCrossing(symbol, triggers, NOW, NOW + 6 * HOUR);
        let expected: number | undefined;
        for (let time = NOW; time <= NOW + 6 * HOUR && expected === undefined; time += 1000) {
          const quote = market.quote(symbol, time) as { floor: bigint; ceiling: bigint };
          if (quote.ceiling <= triggers.atOrBelow || quote.floor >= triggers.atOrAbove) expected = time;
        }
        expect(found, `${symbol} ${share}`).toBe(expected);
      }
    }
  });

  it("moves similar pairs similarly, each with its own random stream", () => {
    const market = walk();
    const returns = (symbol: string): number[] =>
      market
        .candles(symbol, HOUR, 500, 0, NOW, NOW)
        .map((candle) => Number(formatDecimal(candle.close)) / Number(formatDecimal(candle.open)) - 1);
    const [btc, eth, trx] = ["BTCUSDT", "ETHUSDT", "TRXUSDT"].map(returns) as [number[], number[], number[]];
    expect(correlation(btc, eth)).toBeGreaterThan(0.7);
    expect(correlation(btc, trx)).toBeLessThan(0.75);
    expect(
      correlation(
        btc,
        walk(43)
          .candles("BTCUSDT", HOUR, 500, 0, NOW, NOW)
          .map((candle) => Number(formatDecimal(candle.close)) / Number(formatDecimal(candle.open)) - 1),
      ),
    ).toBeLessThan(0.3);
    const daily = Math.sqrt(btc.reduce((sum, each) => sum + each * each, 0) / btc.length) * Math.sqrt(24);
    expect(daily).toBeGreaterThan(0.01);
    expect(daily).toBeLessThan(0.06);
  });

  it("does not depend on the order of queries", () => {
    const times = Array.from({ length: 200 }, (_, at) => NOW + ((at * 7919) % 200) * 12_345);
    const text = (market: Market, time: number): string =>
      formatDecimal((market.quote("XRPUSDT", time) as { price: Decimal28 }).price) +
      JSON.stringify(market.trades("XRPUSDT", 1, time).map((trade) => trade.id));
    const one = walk();
    const forwards = new Map(times.toSorted((a, b) => a - b).map((time) => [time, text(one, time)]));
    const other = walk();
    for (const time of times) expect(text(other, time)).toBe(forwards.get(time));
  });

  it("has a ticker of the last 24 hours, or of all time when observed", async () => {
    const declared = open({});
    const observed = open({ fidelity: "observed" });
    await declared.advance(HOUR);
    await observed.advance(HOUR);
    const [day, all] = await Promise.all(
      [declared, observed].map((exchange) => send(exchange, "GET", "/api/v1/market/ticker/BTCUSDT")),
    );
    expect(day?.json.trade_count).toBeGreaterThan(10_000);
    expect(all?.json.trade_count).toBe(0);
    expect(Number(day?.json.volume)).toBeGreaterThan(Number(all?.json.volume) * 5);
    expect(day?.json.change).toBe(textOfDifference(day?.json.close ?? "", day?.json.open ?? ""));
    expect(day?.json.close).toBe(all?.json.close);
  });
});

function textOfDifference(close: string, first: string): string {
  return (Number(close) - Number(first)).toFixed(2);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]): number => list.reduce((sum, each) => sum + each, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [at, x] of a.entries()) {
    const dx = x - ma;
    const dy = (b[at] as number) - mb;
    ab += dx * dy;
    aa += dx * dx;
    bb += dy * dy;
  }
  return ab / Math.sqrt(aa * bb);
}
