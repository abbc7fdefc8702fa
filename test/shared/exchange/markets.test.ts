import { describe, expect, it } from "vitest";
import { AgentExchangeClient } from "../../../src/index.ts";
import {
  createExchange,
  manualMarket,
  randomWalkMarket,
  replayMarket,
  virtualClock,
  type MarketCandle,
  type Market,
  type ReplayCandle,
  type ReplayTrade,
} from "../../../src/exchange/index.ts";
import { fixed8, formatDecimal, type Decimal28 } from "../../../src/exchange/base/amount.ts";
import { PricePath } from "../../../src/exchange/market/pricePath.ts";
import { PROFILES } from "../../../src/exchange/market/pairs.ts";
import { open, send, trader } from "./trader.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-01-05T12:34:56.789Z");
const ALWAYS = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

function shown(candle: MarketCandle): string {
  const { open: first, high, low, close, volume, tradeCount, time } = candle;
  const texts = [first, high, low, close, volume].map(formatDecimal).join(" ");
  return `${new Date(time).toISOString().slice(11, 19)} ${texts} ${tradeCount}`;
}

function priceOf(market: Market, symbol: string, time: number): string | undefined {
  const quote = market.quote(symbol, time);
  return quote && formatDecimal(quote.price);
}

describe("random walk", () => {
  const walk = (seed = 42, now = NOW): Market => randomWalkMarket({ seed }).open(virtualClock(now));

  it("has more than fifty pairs over nine orders of magnitude", () => {
    const market = walk();
    const prices = market.pairs().map(({ symbol }) => Number(priceOf(market, symbol, NOW)));
    expect(prices.length).toBeGreaterThanOrEqual(50);
    expect(Math.max(...prices) / Math.min(...prices)).toBeGreaterThan(1e9);
    expect(market.pairs().map((pair) => pair.symbol)).toEqual(
      [...new Set(PROFILES.map((profile) => profile.symbol))].toSorted(),
    );
    expect(market.pairs().every((pair) => market.volume(pair.symbol, NOW) !== undefined)).toBe(true);
  });

  it("gives each pair a price path that does not depend on other pairs", () => {
    const [btc, eth] = ["BTCUSDT", "ETHUSDT"].map((symbol) => PROFILES.find((profile) => profile.symbol === symbol));
    const alone = new PricePath(42, eth as (typeof PROFILES)[number]);
    const beside = new PricePath(42, eth as (typeof PROFILES)[number]);
    const other = new PricePath(42, btc as (typeof PROFILES)[number]);
    const market = walk();
    for (let second = 1_767_600_000; second < 1_767_600_000 + 50; second++) {
      other.at(second + 7);
      expect(beside.at(second)).toBe(alone.at(second));
      expect(priceOf(market, "ETHUSDT", second * 1000)).toBe((alone.at(second) / 100).toFixed(2));
    }
  });

  it("has calm and volatile weeks", () => {
    const market = walk();
    const candles = market.candles("BTCUSDT", HOUR, 26 * 168, ...ALWAYS, NOW);
    const moves = candles.map(
      ({ open: first, close }) => Number(formatDecimal(close)) / Number(formatDecimal(first)) - 1,
    );
    const weeks = Array.from({ length: 26 }, (_, week) => {
      const part = moves.slice(week * 168, (week + 1) * 168);
      return Math.sqrt(part.reduce((sum, move) => sum + move * move, 0) / part.length);
    });
    expect(Math.max(...weeks) / Math.min(...weeks)).toBeGreaterThan(1.6);
  });

  it("has a history of a thousand candles per interval, even for a clock that starts in 1970", async () => {
    const exchange = createExchange({ clock: virtualClock(), rateLimits: false });
    for (const interval of ["1m", "5m", "15m", "1h", "4h", "1d"]) {
      const { json } = await send(exchange, "GET", `/api/v1/market/candles/DOGEUSDT?limit=1000&interval=${interval}`);
      expect([json.count, json.candles.at(-1)?.time]).toEqual([1000, "1970-01-01T00:00:00Z"]);
    }
    const trades = exchange.market.trades("DOGEUSDT", 500, 0);
    expect(trades).toHaveLength(500);
    expect(trades.every((trade) => trade.id > 0)).toBe(true);
    expect((await send(exchange, "GET", "/api/v1/market/data-range")).json.earliest).toBe("1965-11-23T00:00:00Z");
  });

  it("has continuous prices across 1970", () => {
    const market = walk(42, 0);
    const candles = market.candles("ETHUSDT", MINUTE, 10, -5 * MINUTE, 4 * MINUTE, 10 * MINUTE);
    expect(candles.map(({ time }) => time / MINUTE)).toEqual([-5, -4, -3, -2, -1, 0, 1, 2, 3, 4]);
    for (let at = 1; at < candles.length; at++) {
      const before = Number(formatDecimal((candles[at - 1] as MarketCandle).close));
      const after = Number(formatDecimal((candles[at] as MarketCandle).open));
      expect(Math.abs(after / before - 1)).toBeLessThan(0.01);
    }
    const [five] = market.candles("ETHUSDT", 5 * MINUTE, 1, -5 * MINUTE, -5 * MINUTE, 10 * MINUTE);
    expect(formatDecimal((five as MarketCandle).close)).toBe(formatDecimal((candles[4] as MarketCandle).close));
    expect((five as MarketCandle).tradeCount).toBe(
      candles.slice(0, 5).reduce((sum, candle) => sum + candle.tradeCount, 0),
    );
  });

  it("has candles of 15 minutes and 4 hours, unless observed", async () => {
    for (const [fidelity, status] of [
      ["declared", 200],
      ["observed", 400],
    ] as const) {
      const exchange = open({ fidelity });
      for (const interval of ["15m", "4h"])
        expect((await send(exchange, "GET", `/api/v1/market/candles/BTCUSDT?interval=${interval}`)).status).toBe(
          status,
        );
    }
  });
});

const CANDLES: readonly ReplayCandle[] = [
  { time: "2026-01-05T00:00:00Z", open: "100", high: "110", low: "95", close: "105", volume: "8", tradeCount: 9 },
  { time: "2026-01-05T00:01:00Z", open: 105, high: 106, low: "90.5", close: 91, volume: 4.4 },
  { time: new Date("2026-01-05T00:03:00Z"), open: "91", high: "91", low: "91", close: "91", volume: "0" },
];

describe("replayed candles", () => {
  const start = Date.parse("2026-01-05T00:00:00Z");
  const market = replayMarket({ btcusdt: CANDLES }).open(virtualClock(start));
  const at = (seconds: number): string | undefined => priceOf(market, "BTCUSDT", start + seconds * 1000);

  it("move from open to close via the farther extreme first, in quarters of the interval", () => {
    expect([-1, 0, 14, 15, 30, 45, 59].map(at)).toEqual([undefined, "100", "100", "95", "110", "105", "105"]);
    expect([60, 75, 90, 105, 119, 150, 180, 9999].map(at)).toEqual([
      "105",
      "106",
      "90.5",
      "91",
      "91",
      "91",
      "91",
      "91",
    ]);
  });

  it.each([
    ["low-first", ["100", "95", "110", "105"], ["105", "90.5", "106", "91"]],
    ["high-first", ["100", "110", "95", "105"], ["105", "106", "90.5", "91"]],
  ] as const)("take another path if configured: %s", (path, first, second) => {
    const other = replayMarket({ BTCUSDT: CANDLES }, { path }).open(virtualClock(start));
    expect([0, 15, 30, 45].map((seconds) => priceOf(other, "BTCUSDT", start + seconds * 1000))).toEqual(first);
    expect([60, 75, 90, 105].map((seconds) => priceOf(other, "BTCUSDT", start + seconds * 1000))).toEqual(second);
  });

  it("are returned unchanged and aggregated, without future candles and with their gaps", () => {
    const all = (interval: number, seconds: number): readonly string[] =>
      market.candles("BTCUSDT", interval, 100, ...ALWAYS, start + seconds * 1000).map(shown);
    const first = "00:00:00 100 110 95 105 8.00000000 9";
    const second = "00:01:00 105 106 90.5 91 4.40000000 4";
    expect(all(MINUTE, 1000)).toEqual([
      first,
      second,
      "00:03:00 91 91 91 91 0.00000000 4".replace("0.00000000", "0E-8"),
    ]);
    expect(all(MINUTE, 75)).toEqual([first, "00:01:00 105 106 105 106 2.20000000 2"]);
    expect(all(5 * MINUTE, 1000)).toEqual(["00:00:00 100 110 90.5 91 12.40000000 17"]);
    expect(market.candles("BTCUSDT", MINUTE, 1, start, start + 2 * MINUTE, start + HOUR).map(shown)).toEqual([second]);
    expect(all(MINUTE, -1)).toEqual([]);
  });

  it("have consistent trades, volumes and summaries", () => {
    const now = start + 75_000;
    const trades = market.trades("BTCUSDT", 3, now);
    expect(
      trades.map(
        ({ id, price, quantity, isBuyerMaker }) =>
          `${id} ${formatDecimal(price)} ${formatDecimal(quantity)} ${isBuyerMaker}`,
      ),
    ).toEqual(["6 106 1.10000000 false", "5 105 1.10000000 false", "4 105 2.00000000 true"]);
    expect(formatDecimal(market.volume("BTCUSDT", now) as Decimal28)).toBe("10.20000000");
    expect(formatDecimal(market.volume("BTCUSDT", now + DAY) as Decimal28)).toBe("2.20000000");
    const {
      open: first,
      high,
      low,
      close,
      volume,
      tradeCount,
    } = market.summary("BTCUSDT", start + 20_000, now) as MarketCandle;
    expect([first, high, low, close, volume].map(formatDecimal)).toEqual(["95", "110", "95", "106", "6.20000000"]);
    expect(tradeCount).toBe(7);
  });

  it("find the same first crossing as a search second by second", () => {
    for (const [below, above] of [
      [92, 200],
      [94, 109],
      [90, 106],
      [1, 110],
      [1, 200],
    ] as const) {
      for (const first of [start - 500, start + 700, start + 44_999, start + 3 * MINUTE]) {
        const triggers = {
          atOrBelow: fixed8(BigInt(below) * 100_000_000n),
          atOrAbove: fixed8(BigInt(above) * 100_000_000n),
        };
        let expected: number | undefined;
        for (let time = first; time <= start + 5 * MINUTE && expected === undefined; time += 1000) {
          const price = priceOf(market, "BTCUSDT", time);
          if (price !== undefined && (Number(price) <= below || Number(price) >= above)) expected = time;
        }
        expect(
          market.nextCrossing("BTCUSDT", triggers, first, start + 5 * MINUTE),
          `${below} ${above} ${first - start}`,
        ).toBe(expected);
      }
    }
  });

  it("fill orders and feed the client", async () => {
    const exchange = createExchange({
      market: replayMarket(CANDLES.map((candle) => ({ ...candle, symbol: "BTCUSDT" }))),
      clock: virtualClock(start),
      rateLimits: false,
    });
    const owner = await trader(exchange);
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey: owner.apiKey });
    const { orderId } = await client.placeLimitOrder({ symbol: "BTCUSDT", side: "buy", quantity: "1", price: "95" });
    await exchange.advance(14_999);
    expect((await client.getOrder(orderId)).status).toBe("pending");
    await exchange.advance(1);
    const order = await client.getOrder(orderId);
    expect([order.status, order.filledAt]).toEqual(["filled", new Date(start + 15_000)]);
    await exchange.advance(HOUR);
    expect((await client.getCandles("BTCUSDT", { interval: "1m" })).map((candle) => candle.close.toString())).toEqual([
      "105",
      "91",
      "91",
    ]);
    expect((await client.getTicker("BTCUSDT")).low.toString()).toBe("90.5");
    expect((await client.getRecentTrades("BTCUSDT", { limit: 2 })).map((trade) => trade.tradeId)).toEqual([12, 11]);
  });

  it("can be candles that the client read from another exchange", async () => {
    const source = new AgentExchangeClient({ ...open({}).connection, apiKey: "ak_live_any" });
    const ETHUSDT = await source.getCandles("ETHUSDT", { interval: "5m", limit: 20 });
    const last = ETHUSDT.at(-1)?.time.getTime() ?? 0;
    const replayed = replayMarket({ ETHUSDT }).open(virtualClock(last));
    expect(
      replayed
        .candles("ETHUSDT", 5 * MINUTE, 100, ...ALWAYS, last + 5 * MINUTE)
        .map((candle) =>
          [candle.open, candle.high, candle.low, candle.close, candle.volume].map((each) =>
            Number(formatDecimal(each)),
          ),
        ),
    ).toEqual(ETHUSDT.map((candle) => [candle.open, candle.high, candle.low, candle.close, candle.volume].map(Number)));
  });
});

describe("replayed trades", () => {
  const start = Date.parse("2026-01-05T00:00:00Z");
  const trades: readonly ReplayTrade[] = [
    { symbol: "ETHUSDT", time: start + 2_000, price: "3001", quantity: "0.5", isBuyerMaker: true },
    { symbol: "ETHUSDT", time: start, price: "3000", quantity: "1" },
    { symbol: "BTCUSDT", time: start + 500, price: "1.2E-7", quantity: 3 },
    { symbol: "ETHUSDT", time: start + 2_500, price: "2999", quantity: "0.25" },
  ];

  it("take place at their own times, regardless of input order", () => {
    const market = replayMarket(trades).open(virtualClock(start));
    expect(market.pairs().map((pair) => pair.symbol)).toEqual(["BTCUSDT", "ETHUSDT"]);
    expect([0, 1_999, 2_000, 2_500].map((ms) => priceOf(market, "ETHUSDT", start + ms))).toEqual([
      "3000",
      "3000",
      "3001",
      "2999",
    ]);
    expect([priceOf(market, "BTCUSDT", start), priceOf(market, "BTCUSDT", start + 500)]).toEqual([undefined, "1.2E-7"]);
    expect(market.trades("ETHUSDT", 5, start + 3_000).map(({ id, isBuyerMaker }) => [id, isBuyerMaker])).toEqual([
      [3, true],
      [2, true],
      [1, false],
    ]);
    // Between two sweeps only the newest price counts.
    expect(
      market.nextCrossing(
        "ETHUSDT",
        { atOrBelow: undefined, atOrAbove: fixed8(300_100_000_000n) },
        start + 500,
        start + HOUR,
      ),
    ).toBeUndefined();
    expect(
      market.nextCrossing(
        "ETHUSDT",
        { atOrBelow: undefined, atOrAbove: fixed8(300_100_000_000n) },
        start,
        start + HOUR,
      ),
    ).toBe(start + 2_000);
  });

  it("can come from a stream", async () => {
    async function* stream(): AsyncIterable<ReplayTrade> {
      for (const trade of trades) yield await Promise.resolve(trade);
    }
    const source = await replayMarket(stream(), { pairs: { ETHUSDT: { status: "inactive", minNotional: "10" } } });
    const market = source.open(virtualClock(start));
    expect(priceOf(market, "ETHUSDT", start)).toBe("3000");
    expect(market.pair("ETHUSDT")).toMatchObject({ status: "inactive", minNotional: 1_000_000_000n });
  });

  it("keep their last price, which becomes stale", async () => {
    const exchange = open({ market: replayMarket(trades), clock: virtualClock(start) });
    expect((await send(exchange, "GET", "/api/v1/market/price/BTCUSDT")).json.error.code).toBe("PRICE_NOT_AVAILABLE");
    await exchange.advance(HOUR);
    expect((await send(exchange, "GET", "/api/v1/market/price/BTCUSDT")).json).toEqual({
      symbol: "BTCUSDT",
      price: "1.2E-7",
      timestamp: "2026-01-05T00:00:00.500000Z",
    });
    expect((await send(exchange, "GET", "/health")).json).toMatchObject({
      status: "degraded",
      stale_pairs: ["BTCUSDT", "ETHUSDT"],
    });
  });

  it.each([
    "2026-01-05T00:00:00Z",
    "2026-01-05T00:00Z",
    "2026-01-05 00:00:00Z",
    "2026-01-05 00:00:00+00:00",
    "2026-01-05T05:30:00.000000+05:30",
    "2026-01-04T19:00:00-0500",
    "2026-01-05",
    start,
    new Date(start),
  ])("mean the same moment on every computer: %s", (time) => {
    const source = replayMarket({ BTCUSDT: [{ time, price: "5", quantity: "1" }] });
    const market = source.open(virtualClock(time));
    expect(market.quote("BTCUSDT", start)?.time).toBe(start);
    expect(market.quote("BTCUSDT", start - 1)).toBeUndefined();
    expect(virtualClock(time).now()).toBe(start);
  });

  it.each([
    ["2026-01-05T00:00:00", 'Write "2026-01-05T00:00:00Z" for UTC'],
    ["2026-01-05 00:00", 'Write "2026-01-05T00:00:00Z" for UTC'],
    ["2026-01-05T02:30:00.5", 'Write "2026-01-05T02:30:00.5Z" for UTC'],
    [start / 1000, `looks like seconds; pass Unix milliseconds: ${start}`],
    [new Date(start / 1000), `looks like seconds; pass Unix milliseconds: ${start}`],
    [start * 1000, `looks like microseconds; pass Unix milliseconds: ${start}`],
    [start * 1e6, `looks like nanoseconds; pass Unix milliseconds: ${start}`],
    ["Jan 5 2026", "not a valid time: Jan 5 2026"],
    ["2026/01/05", "not a valid time: 2026/01/05"],
    ["2026-02-30T00:00:00Z", "not a valid time: 2026-02-30T00:00:00Z"],
    [Number.NaN, "not a valid time: NaN"],
  ])("are refused when they would mean something else: %s", (time, problem) => {
    expect(() => replayMarket({ BTCUSDT: [{ time, price: "5", quantity: "1" }] })).toThrow(problem);
    expect(() => virtualClock(time)).toThrow(problem);
  });

  it("and candles that are invalid are rejected with the position of the error", () => {
    const [good] = CANDLES as readonly [ReplayCandle];
    const reading =
      (...records: readonly (ReplayCandle | ReplayTrade)[]) =>
      () =>
        replayMarket({ BTCUSDT: records });
    expect(reading(good, { ...good, high: "99" })).toThrow(
      "replayMarket: record 1 of BTCUSDT: high is below another price of the candle",
    );
    expect(reading({ ...good, low: "101" })).toThrow("low is above");
    expect(reading({ ...good, close: "0" })).toThrow("close must be greater than 0, received 0");
    expect(reading({ ...good, open: "x" })).toThrow("open must be a number, received x");
    expect(reading({ ...good, volume: "-1" })).toThrow("volume must be 0 or more, received -1");
    expect(reading({ ...good, time: "yesterday" })).toThrow("not a valid time: yesterday");
    expect(reading(good, good)).toThrow("candles of BTCUSDT overlap");
    expect(reading(good, { time: start, price: "1", quantity: "1" })).toThrow("both trades and candles");
    expect(() => replayMarket({ BTCUSDT: CANDLES }, { interval: 60 })).toThrow(
      "interval must be at least 1000 milliseconds, received 60",
    );
    expect(() => replayMarket([good])).toThrow("has no symbol");
    expect(() => replayMarket({ BTCUSDT: CANDLES }, { interval: 2 * MINUTE })).toThrow("overlap");
  });
});

describe("manual market", () => {
  it("keeps its price history", async () => {
    const clock = virtualClock(NOW);
    const market = manualMarket({ BTCUSDT: { price: "1" } }).open(clock);
    await clock.advance(1000);
    market.set("BTCUSDT", { price: "2" });
    expect([NOW - 1, NOW, NOW + 999, NOW + 1000, NOW + DAY].map((time) => priceOf(market, "BTCUSDT", time))).toEqual([
      undefined,
      "1",
      "1",
      "2",
      "2",
    ]);
  });
});
