import { describe, expect, it } from "vitest";
import {
  manualMarket,
  randomWalkMarket,
  replayMarket,
  virtualClock,
  type Market,
  type MarketCandle,
} from "../../../src/exchange/index.ts";
import { fixed8, formatDecimal, type Fixed8 } from "../../../src/exchange/base/amount.ts";
import { PriceIndex } from "../../../src/exchange/market/priceIndex.ts";
import { cases } from "../../support/runtime.ts";
import { seeded } from "../../support/seeded.ts";

const MINUTE = 60_000;
const NOW = Date.parse("2026-01-05T12:34:56.789Z");

describe("trades after an id", () => {
  const trades = Array.from({ length: 40 }, (_, at) => ({ time: NOW + at * 700, price: 50 + at, quantity: 1 }));
  const markets: Readonly<Record<string, () => Market>> = {
    "random walk": () => randomWalkMarket({ seed: 5 }).open(virtualClock(NOW)),
    replay: () => replayMarket({ BTCUSDT: trades }).open(virtualClock(NOW)),
    manual() {
      const market = manualMarket({ BTCUSDT: { price: 50 } }).open(virtualClock(NOW));
      for (let price = 51; price < 51 + 10_500; price++) market.set("BTCUSDT", { price });
      return market;
    },
  };

  for (const [name, open] of Object.entries(markets)) {
    it(`are the newest of them: ${name}`, () => {
      const market = open();
      const now = NOW + 20_000;
      const all = market.trades("BTCUSDT", 30, now);
      const ids = all.map((trade) => trade.id);
      expect(ids).toHaveLength(name === "replay" ? 29 : 30);
      for (const limit of [1, 7, 30])
        for (const after of [...ids.slice(0, 12), (ids[0] ?? 0) + 5])
          expect(market.trades("BTCUSDT", limit, now, after)).toEqual(
            all.filter((trade) => trade.id > after).slice(0, limit),
          );
      expect(market.trades("NOPEUSDT", 5, now, 0)).toEqual([]);
    });
  }
});

describe("a manual market", () => {
  interface Move {
    readonly time: number;
    readonly price: number;
  }

  /** The same candles, by looking at every move. */
  function expectedCandles(moves: readonly Move[], interval: number, from: number, until: number): readonly string[] {
    const starts = [...new Set(moves.map((move) => Math.floor(move.time / interval) * interval))];
    return starts
      .filter((start) => start >= from && start <= until)
      .map((start) => {
        const prices = moves
          .filter((move) => Math.floor(move.time / interval) * interval === start)
          .map((move) => move.price);
        return [start, prices[0], Math.max(...prices), Math.min(...prices), prices.at(-1), prices.length].join(" ");
      });
  }

  function shown({ time, open, high, low, close, volume, tradeCount }: MarketCandle): string {
    expect(formatDecimal(volume)).toBe(String(tradeCount));
    return [time, ...[open, high, low, close].map(formatDecimal), tradeCount].join(" ");
  }

  it("has the prices and the candles of its past", () => {
    for (let seed = 1; seed <= cases(60, 10); seed++) {
      const random = seeded(seed);
      let time = NOW;
      const market = manualMarket().open({ ...virtualClock(NOW), now: () => time });
      const moves: Move[] = [];
      for (let move = 0; move < 200; move++) {
        const price = 1 + Math.floor(random() * 50);
        market.set("AUSDT", { price });
        moves.push({ time, price });
        time += Math.floor(random() ** 3 * 3 * MINUTE);
      }
      for (let query = 0; query < 30; query++) {
        const at = NOW - MINUTE + Math.floor(random() * (time - NOW + MINUTE));
        const { price } = moves.findLast((move) => move.time <= at) ?? {};
        const quote = market.quote("AUSDT", at);
        expect(quote && formatDecimal(quote.price), `seed ${seed}`).toBe(price === undefined ? undefined : `${price}`);

        const interval = random() < 0.5 ? MINUTE : 5 * MINUTE;
        const from = random() < 0.5 ? Number.NEGATIVE_INFINITY : at - 10 * MINUTE;
        const until = random() < 0.5 ? Number.POSITIVE_INFINITY : at;
        const limit = 1 + Math.floor(random() * 30);
        expect(market.candles("AUSDT", interval, limit, from, until, time).map(shown), `seed ${seed}`).toEqual(
          expectedCandles(moves, interval, from, until).slice(-limit),
        );
      }
    }
  });
});

describe("replayed trades", () => {
  /** Prices with ties in different notation, which the answers must keep: the first of equal prices counts. */
  function records(random: () => number): readonly { time: number; price: string; quantity: number }[] {
    let time = NOW;
    return Array.from({ length: 1 + Math.floor(random() ** 2 * 1200) }, () => {
      time += Math.floor(random() ** 4 * 20_000);
      return { time, price: (50 + Math.floor(random() * 12)).toFixed(Math.floor(random() * 3)), quantity: 1 };
    });
  }

  const toTrigger = (price: number | undefined): Fixed8 | undefined =>
    price === undefined ? undefined : fixed8(BigInt(price) * 100_000_000n);

  it("have the extremes and crossings that a walk over all trades finds", () => {
    for (let seed = 1; seed <= cases(80, 12); seed++) {
      const random = seeded(seed);
      const trades = records(random);
      const end = trades.at(-1)?.time ?? NOW;
      const market = replayMarket({ AUSDT: trades }).open(virtualClock(NOW));
      for (let query = 0; query < 30; query++) {
        const from = NOW + Math.floor(random() * (end - NOW));
        const now = from + Math.floor(random() * (end - from));
        const opening = trades.findLastIndex((trade) => trade.time <= from);
        const window = trades.slice(Math.max(0, opening)).filter((trade) => trade.time <= now);
        const best = (isBetter: (a: number, b: number) => boolean): string | undefined =>
          window.reduce<string | undefined>(
            (kept, { price }) => (kept === undefined || isBetter(Number(price), Number(kept)) ? price : kept),
            undefined,
          );
        const { high, low } = market.summary("AUSDT", from, now) ?? {};
        expect([high && formatDecimal(high), low && formatDecimal(low)], `seed ${seed}`).toEqual([
          best((a, b) => a > b),
          best((a, b) => a < b),
        ]);

        const below = random() < 0.3 ? undefined : 49 + Math.floor(random() * 6);
        const above = random() < 0.3 ? undefined : 57 + Math.floor(random() * 6);
        let crossing: number | undefined;
        for (let time = from; time <= now && crossing === undefined; time += 1000) {
          const price = Number(trades.findLast((trade) => trade.time <= time)?.price ?? Number.NaN);
          if (price <= (below ?? -1) || price >= (above ?? 1000)) crossing = time;
        }
        const triggers = { atOrBelow: toTrigger(below), atOrAbove: toTrigger(above) };
        expect(market.nextCrossing("AUSDT", triggers, from, now), `seed ${seed}`).toBe(crossing);
      }
    }
  });

  it("read few prices for an extreme or a crossing far away", () => {
    let reads = 0;
    const index = new PriceIndex(100_000, (position) => {
      reads++;
      return { units: BigInt(1000 + (position % 997)), scale: 2 };
    });
    reads = 0;
    expect(index.extreme(5, 99_990, 1)).toBe(996);
    expect(index.firstOutside(1000, { units: 1n, scale: 0 }, { units: 99n, scale: 0 })).toBeUndefined();
    expect(reads).toBeLessThan(500);
  });
});
