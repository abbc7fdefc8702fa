import { describe, expect, it } from "vitest";
import {
  manualMarket,
  randomWalkMarket,
  replayMarket,
  virtualClock,
  type Market,
  type MarketCandle,
} from "../../../src/exchange/index.ts";
import { formatDecimal } from "../../../src/exchange/base/amount.ts";
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
