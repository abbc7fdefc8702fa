import type { Indicators } from "../../../src/endpoints/index.ts";
import type { Wire } from "./bodies.ts";
import { describe, expect, it } from "vitest";
import { AgentExchangeClient } from "../../../src/index.ts";
import { manualMarket } from "../../../src/exchange/index.ts";
import { INDICATORS, type IndicatorName } from "../../../src/endpoints/market/index.ts";
import { indicatorsOf, relativeStrength, type Bars } from "../../../src/exchange/engine/indicators.ts";
import { recorded } from "./recorded.ts";
import { open, send, trader, type AnswerTo } from "./trader.ts";

function bars(count: number): Bars {
  const indexes = Array.from({ length: count }, (_, i) => i);
  const close = indexes.map((i) => 100 + (i % 7) - 3 * (Math.floor(i / 5) % 3) + 0.5 * i);
  return {
    close,
    high: close.map((price, i) => price + 1 + 0.25 * (i % 3)),
    low: close.map((price, i) => price - 1 - 0.5 * (i % 2)),
    volume: indexes.map((i) => 10 + ((3 * i) % 11)),
  };
}

const COUNTS = [14, 15, 16, 20, 26, 50, 60] as const;
// The platform's values to ten decimals; a dash if too few candles leave it out.
const FIGURES: Readonly<Partial<Record<IndicatorName, string>>> = {
  price: "106.5 101 108.5 114.5 110.5 124.5 126.5",
  rsi_14: "- 51.7241379310 62.2406639004 68.8059702209 57.7914249909 58.4453025528 57.2406450208",
  sma_20: "- - - 105.35 107.5 120.6 123.95",
  bb_mid: "- - - 105.35 107.5 120.6 123.95",
  sma_50: "- - - - - 112.49 116.95",
  ema_12: "103.8584812623 103.4187149143 104.2004510813 108.2750885572 109.6690963242 122.8901815203 124.9533809070",
  ema_26: "- - - - 106.5192307692 118.8012542143 122.3717949884",
  macd_line: "- - - - 1.5052204388 3.8283990281 2.4608691141",
  macd_signal: "- - - - 1.0909047725 3.2114628572 2.9411880544",
  macd_hist: "- - - - 0.4143156663 0.6169361709 -0.4803189403",
  bb_upper: "- - - 113.5481705276 116.0615419172 129.3555696559 132.25",
  bb_lower: "- - - 97.1518294724 98.9384580828 111.8444303441 115.65",
  atr_14: "- 3.3035714286 3.6747448980 3.4363322322 3.4200132445 3.9798213992 3.5464128967",
  adx_14: "- - 22.3052294557 29.6881622315 22.9197525941 19.4325106995 19.0451554700",
  volume_ma_20: "- - - 14.85 15.25 14.65 14.95",
};

describe("indicator formulas", () => {
  it.each(Object.entries(FIGURES))("%s", (name, figures) => {
    const found = COUNTS.map((count) => indicatorsOf(bars(count))[name as IndicatorName]);
    const meant = figures.split(" ").map((figure) => (figure === "-" ? undefined : Number(figure)));
    expect(found.map((value) => (value === undefined ? undefined : Number(value.toFixed(10))))).toEqual(meant);
  });

  it("returns the requested names, and nothing without candles", () => {
    expect(Object.keys(indicatorsOf(bars(60), ["sma_20", "adx_14"]))).toEqual(["sma_20", "adx_14"]);
    expect(indicatorsOf(bars(0))).toEqual({});
    expect(Object.keys(indicatorsOf(bars(60)))).toEqual([...INDICATORS]);
  });

  it("gives an RSI of 100 for a series that never fell, or never moved", () => {
    expect(relativeStrength(Array.from({ length: 20 }, () => 5))).toBe(100);
    const flat = {
      close: Array.from({ length: 20 }, () => 5),
      high: Array.from({ length: 20 }, () => 5),
      low: Array.from({ length: 20 }, () => 5),
      volume: Array.from({ length: 20 }, () => 0),
    };
    expect(indicatorsOf(flat, ["adx_14", "atr_14", "rsi_14"])).toEqual({ atr_14: 0, rsi_14: 100 });
  });
});

describe("routes of indicators", () => {
  const path = "/api/v1/market/indicators" as const;

  function codeOf({ status, json }: AnswerTo<"GET", "/market/indicators/BTCUSDT">): unknown {
    return status === 200
      ? Object.keys(json.indicators).join()
      : [status, json.error?.code ?? json.detail[0]?.type, json.error?.details];
  }

  it.each(["get_available_indicators", "get_indicators_unknown"])(
    "answer as the platform answered: %s",
    async (name) => {
      const { request, status, json } = recorded(name);
      const answer = await send(open({ fidelity: "observed" }), "GET", request.path);
      expect([answer.status, answer.json]).toEqual([status, json]);
    },
  );

  it("have the platform's format", async () => {
    const { request, json } = recorded<Wire<Indicators>>("get_indicators");
    const answer = await send(open({ fidelity: "observed" }), "GET", request.path as `/market/indicators/${string}`);
    expect(Object.keys(answer.json)).toEqual(Object.keys(json));
    expect([answer.json.symbol, answer.json.candles_used]).toEqual([json.symbol, json.candles_used]);
    expect(Object.keys(answer.json.indicators)).toEqual(Object.keys(json.indicators));
    expect(Object.values(answer.json.indicators).every((value) => typeof value === "number")).toBe(true);
  });

  it("use the newest minutes, of which the last ended one to two minutes ago", async () => {
    const exchange = open({});
    await exchange.advance(45_000); // 00:01:15
    const { json } = await send(exchange, "GET", `${path}/btcusdt?lookback=60&indicators=price,sma_50`);
    const candles = (
      await send(exchange, "GET", "/api/v1/market/candles/BTCUSDT?interval=1m&limit=50&end_time=2026-01-04T23:59:00Z")
    ).json.candles;
    const closes = candles.map((candle) => Number(candle.close));
    expect([json.candles_used, json.timestamp]).toEqual([60, "2026-01-05T00:01:15Z"]);
    expect(json.indicators["price"]).toBe(closes.at(-1));
    expect(json.indicators["sma_50"]).toBeCloseTo(closes.reduce((sum, each) => sum + each, 0) / 50, 8);
  });

  it("check format, symbol and names in this order, then look for candles", async () => {
    const exchange = open({ market: manualMarket({ BTCUSDT: { price: "61250.40" } }) });
    const ask = async (target: string): Promise<unknown> => codeOf(await send(exchange, "GET", `${path}/${target}`));
    expect(await ask("1INCHUSDT?indicators=nope&lookback=13")).toEqual([422, "greater_than_equal", undefined]);
    expect(await ask("BTCUSDT?lookback=501")).toEqual([422, "less_than_equal", undefined]);
    expect(await ask("1INCHUSDT?indicators=nope")).toEqual([400, "INVALID_SYMBOL", undefined]);
    expect(await ask("BTCUSDT?indicators=rsi_14,RSI_14")).toEqual([400, "INVALID_SYMBOL", undefined]);
    const reason = (symbol: string): unknown => [
      503,
      "SERVICE_UNAVAILABLE",
      {
        reason: `No 1-minute candle data available for ${symbol}. The price ingestion service may not have data for this pair yet.`,
      },
    ];
    expect(await ask("BTCUSDT")).toEqual(reason("BTCUSDT"));
    expect(await ask("NOBODYUSDT")).toEqual(reason("NOBODYUSDT"));
    await exchange.advance(120_000);
    expect(await ask("BTCUSDT")).toBe("price");
    expect(await ask("BTCUSDT?indicators=")).toBe("");
    expect(await ask("BTCUSDT?indicators=%20price%20,,price,rsi_14")).toBe("price");
  });

  it.each([
    ["declared", 200],
    ["observed", 14],
  ] as const)("cache responses for 30 s, %s", async (fidelity, expected) => {
    const exchange = open({ fidelity });
    const ask = async (query: string): Promise<AnswerTo<"GET", "/market/indicators/BTCUSDT">["json"]> =>
      (await send(exchange, "GET", `/api/v1/market/indicators/ETHUSDT?${query}`)).json;
    const first = await ask("lookback=14");
    await exchange.advance(29_999);
    expect((await ask("lookback=14")).timestamp).toBe(first.timestamp);
    expect((await ask("lookback=200")).candles_used).toBe(expected);
    expect((await ask("lookback=200&indicators=price")).candles_used).toBe(200);
    await exchange.advance(1);
    expect(await ask("lookback=14")).toMatchObject({ timestamp: "2026-01-05T00:01:00Z", candles_used: 14 });
  });

  it("serve the client", async () => {
    const exchange = open({});
    const { apiKey } = await trader(exchange);
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
    expect(await client.getAvailableIndicators()).toEqual(INDICATORS);
    const { indicators, candlesUsed } = await client.getIndicators("SOLUSDT", {
      indicators: ["rsi_14", "bb_mid"],
      lookback: 50,
    });
    expect([Object.keys(indicators), candlesUsed]).toEqual([["bb_mid", "rsi_14"], 50]);
    expect(indicators["rsi_14"]).toBeGreaterThan(0);
    expect(indicators["rsi_14"]).toBeLessThan(100);
  });
});

describe("data range", () => {
  it("covers all candles; without candles it is null, or the platform crashes", async () => {
    const walk = await send(open({}), "GET", "/api/v1/market/data-range");
    expect(walk.json).toEqual({
      earliest: "2020-01-01T00:00:00Z",
      latest: "2026-01-05T00:00:00Z",
      total_pairs: 57,
      intervals_available: ["1m", "5m", "15m", "1h", "4h", "1d"],
      data_gaps: [],
    });
    const empty = (fidelity: "declared" | "observed") =>
      send(open({ fidelity, market: manualMarket() }), "GET", "/api/v1/market/data-range");
    expect((await empty("declared")).json).toMatchObject({ earliest: null, latest: null, total_pairs: 0 });
    expect((await empty("observed")).json.error.code).toBe("INTERNAL_ERROR");
  });
});
