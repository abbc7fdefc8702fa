import { afterEach, describe, expect, it, vi } from "vitest";
import { createExchange, randomWalkMarket, virtualClock, type Exchange } from "../../../src/exchange/index.ts";
import { CandleCache, type Window } from "../../../src/exchange/market/candleCache.ts";
import { PROFILES, type PairProfile } from "../../../src/exchange/market/pairs.ts";
import { PricePath } from "../../../src/exchange/market/pricePath.ts";
import { VolumePath } from "../../../src/exchange/market/volumePath.ts";
import { cases } from "../../support/runtime.ts";
import { seeded } from "../../support/seeded.ts";
import { send } from "./trader.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const INTERVALS = [MINUTE, 5 * MINUTE, HOUR, DAY] as const;
const NOW = Date.parse("2026-01-05T12:34:56.789Z");

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("candles of the random walk", () => {
  it("never depend on earlier requests", () => {
    for (let seed = 1; seed <= cases(12, 3); seed++) {
      const random = seeded(seed);
      const source = randomWalkMarket({ seed });
      const market = source.open(virtualClock(NOW));
      for (let request = 0; request < 30; request++) {
        const now = NOW + Math.floor((random() - 0.5) * 3 * DAY);
        const interval = pick(INTERVALS, random);
        const limit = 1 + Math.floor(random() * 70);
        const until = random() < 0.5 ? Number.POSITIVE_INFINITY : now - Math.floor(random() * 100) * interval;
        const symbol = pick(["BTCUSDT", "SHIBUSDT"], random);
        const query = [symbol, interval, limit, Number.NEGATIVE_INFINITY, until, now] as const;
        const fresh = randomWalkMarket({ seed }).open(virtualClock(NOW));
        expect(market.candles(...query), `seed ${seed}, request ${request}`).toEqual(fresh.candles(...query));
      }
    }
  });

  it("are computed once for an exchange and its forks, except the open one", async () => {
    const range = vi.spyOn(PricePath.prototype, "range");
    const exchange = createExchange({ market: randomWalkMarket({ seed: 3 }), clock: virtualClock(NOW) });
    const path = "/api/v1/market/candles/ETHUSDT?interval=1h&limit=1000";
    const read = async (target: Exchange): Promise<readonly [computed: number, body: unknown]> => {
      range.mockClear();
      const { json } = await send(target, "GET", path);
      return [range.mock.calls.length, json];
    };
    const [computed, body] = await read(exchange);
    expect(computed).toBe(1000);
    expect(await read(exchange)).toEqual([1, body]);
    expect(await read(exchange.fork())).toEqual([1, body]);
    await exchange.advance(2 * HOUR);
    expect((await read(exchange))[0]).toBe(3);
  });
});

describe("the candle cache", () => {
  const window: Window = { open: 1, high: 4, low: 1, close: 3, lots: 0, tradeCount: 0 };

  it("keeps a bounded number of candles: those used last", () => {
    const cache = new CandleCache();
    let computed = 0;
    const read = (index: number): Window =>
      cache.get("X/1", index, () => {
        computed++;
        return { ...window, lots: index };
      });
    const blocks = 4096;
    for (let block = 0; block < blocks; block++) read(block * 64);
    expect(read(0)).toEqual(window); // block 0 is now the newest
    expect(computed).toBe(blocks);
    read(blocks * 64); // drops block 1
    read(0);
    read(2 * 64);
    expect(computed).toBe(blocks + 1);
    expect(read(64)).toEqual({ ...window, lots: 64 });
    expect(computed).toBe(blocks + 2);
  });

  it("keeps candles before 1970, and series apart", () => {
    const cache = new CandleCache();
    const read = (series: string, index: number): number =>
      cache.get(series, index, () => ({ ...window, close: index + 1000 + series.length })).close;
    for (const series of ["A/1", "AB/1"])
      for (let index = -130; index < 130; index++) expect(read(series, index)).toBe(index + 1000 + series.length);
    for (const series of ["A/1", "AB/1"])
      for (let index = 129; index >= -130; index--) expect(read(series, index)).toBe(index + 1000 + series.length);
  });
});

describe("the paths of a pair", () => {
  const profileOf = (random: () => number): PairProfile => pick(PROFILES, random);

  it("have the extremes that a walk over all seconds finds", () => {
    for (let seed = 1; seed <= cases(60, 10); seed++) {
      const random = seeded(seed);
      const profile = profileOf(random);
      const path = new PricePath(seed, profile);
      // Some ranges contain the border of a root of the tree, at 106 * 2^24 seconds.
      const start = seed % 4 === 0 ? 106 * 2 ** 24 - 500 : Math.floor(random() * 3e9) - 1e9;
      const end = start + Math.floor(random() ** 2 * 20_000);
      const prices: number[] = [];
      for (let second = start; second <= end; second++) prices.push(path.at(second));
      expect(path.range(start, end), `seed ${seed}, ${profile.symbol}`).toEqual({
        open: prices[0],
        high: prices.reduce((best, price) => Math.max(best, price)),
        low: prices.reduce((best, price) => Math.min(best, price)),
        close: prices.at(-1),
      });
    }
  });

  it("have the same trade times in any order of reading", () => {
    for (let seed = 1; seed <= cases(40, 8); seed++) {
      const random = seeded(seed);
      const profile = profileOf(random);
      const path = new VolumePath(seed, profile);
      const first = path.tradesBefore(Math.floor(random() * 3e12) - 1e12);
      for (let read = 0; read < 50; read++) {
        const trade = first + Math.floor(random() * (read % 2 === 0 ? 20 : 1e7));
        const time = path.timeOf(trade);
        expect(new VolumePath(seed, profile).timeOf(trade), `seed ${seed}, trade ${trade}`).toBe(time);
        path.tradesBefore(time - Math.floor(random() * 1e5));
      }
    }
  });
});
