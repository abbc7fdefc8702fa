import {
  INDICATORS,
  availableIndicatorsRecord,
  indicatorsRecord,
  type IndicatorName,
  type Indicators,
} from "../../../endpoints/market/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { formatDecimal, type Decimal28 } from "../../base/amount.ts";
import { indicatorsOf, type Bars } from "../../engine/indicators.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../../engine/state.ts";
import type { MarketCandle } from "../../market/market.ts";
import { MINUTE } from "../../time/units.ts";
import { route, type Route } from "../route.ts";
import { integer, object, optional, string, withDefault } from "../schema/index.ts";

const CACHED_MS = 30_000;
const MAX_CACHED = 1000;
const SYMBOL = /^[A-Z]{2,10}USDT$/;

const indicatorsQuery = object({
  lookback: withDefault(integer({ min: 14, max: 500 }), 200),
  indicators: optional(string()),
});

interface CachedIndicators {
  readonly until: number;
  readonly indicators: Encodable<Indicators>;
}

/** Indicators are cached for half a minute. */
export function indicatorRoutes(): readonly Route[] {
  const cache = new Map<string, CachedIndicators>();

  return [
    route("GET /api/v1/market/indicators/available", { output: availableIndicatorsRecord }, () => ({
      indicators: INDICATORS,
    })),

    route("GET /api/v1/market/indicators/{symbol}", { query: indicatorsQuery, output: indicatorsRecord }, (call) => {
      const { state } = call;
      const { lookback, indicators } = call.readQuery();
      const symbol = call.readParameter("symbol").toUpperCase();
      if (!SYMBOL.test(symbol))
        throw new Rejection("INVALID_SYMBOL", `Invalid symbol '${symbol}'. Must be letters followed by USDT.`);
      const names = parseNames(indicators);
      const key = [symbol, ...names, ...(state.quirks.indicatorsForgetLookback ? [] : [lookback])].join(",");
      const cached = cache.get(key);
      if (cached !== undefined && cached.until > state.now) return cached.indicators;
      const candles = storedCandles(state, symbol, lookback);
      if (candles.length === 0) {
        const reason =
          `No 1-minute candle data available for ${symbol}. ` +
          "The price ingestion service may not have data for this pair yet.";
        throw new Rejection("SERVICE_UNAVAILABLE", "Service is temporarily unavailable.", { reason });
      }
      const values = indicatorsOf(barsOf(candles), names) as Readonly<Record<string, number>>;
      const fresh = { symbol, timestamp: new Date(state.now), candlesUsed: candles.length, indicators: values };
      store(key, fresh, state.now);
      return fresh;
    }),
  ];

  /** Evicts expired entries, and the oldest ones if the cache is full. */
  function store(key: string, indicators: Encodable<Indicators>, now: number): void {
    cache.delete(key);
    for (const [old, { until }] of cache) {
      if (until > now && cache.size < MAX_CACHED) break;
      cache.delete(old);
    }
    cache.set(key, { until: now + CACHED_MS, indicators });
  }
}

/** The names in a list, without duplicates and in a fixed order; all names without a list. */
function parseNames(list: string | undefined): readonly IndicatorName[] {
  if (list === undefined) return INDICATORS;
  const wanted = new Set(list.split(",").map((name) => name.trim()));
  wanted.delete("");
  const names = INDICATORS.filter((name) => wanted.delete(name));
  if (wanted.size > 0) {
    const unknown = [...wanted].toSorted().join(", ");
    throw new Rejection("INVALID_SYMBOL", `Unknown indicator(s): ${unknown}. Supported: ${INDICATORS.join(", ")}.`);
  }
  return names;
}

/** The newest stored 1-minute candles. The platform stores candles a minute late. */
function storedCandles({ market, now }: ExchangeState, symbol: string, count: number): readonly MarketCandle[] {
  const newest = Math.floor(now / MINUTE) * MINUTE - 2 * MINUTE;
  return market.candles(symbol, MINUTE, count, Number.NEGATIVE_INFINITY, newest, now);
}

function barsOf(candles: readonly MarketCandle[]): Bars {
  return {
    high: candles.map((candle) => numberOf(candle.high)),
    low: candles.map((candle) => numberOf(candle.low)),
    close: candles.map((candle) => numberOf(candle.close)),
    volume: candles.map((candle) => numberOf(candle.volume)),
  };
}

function numberOf(amount: Decimal28): number {
  return Number(formatDecimal(amount));
}
