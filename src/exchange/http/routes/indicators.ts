import {
  INDICATORS,
  availableIndicatorsRecord,
  indicatorsRecord,
  type IndicatorName,
  type Indicators,
} from "../../../endpoints/market/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { textOfAmount, type Decimal28 } from "../../base/amount.ts";
import { indicatorsOf, type Bars } from "../../engine/indicators.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../../engine/state.ts";
import type { MarketCandle } from "../../market/market.ts";
import { route, type Route } from "../route.ts";

const MINUTE = 60_000;
const REMEMBERED = 30_000;
const MOST_REMEMBERED = 1000;
const SYMBOL = /^[A-Z]{2,10}USDT$/;

interface Remembered {
  readonly until: number;
  readonly answer: Encodable<Indicators>;
}

/** The routes of indicators, with answers that are remembered for half a minute. */
export function indicatorRoutes(): readonly Route[] {
  const remembered = new Map<string, Remembered>();

  /** Forgets what is too old, and the oldest when there is too much. */
  function remember(key: string, answer: Encodable<Indicators>, now: number): void {
    remembered.delete(key);
    for (const [old, { until }] of remembered) {
      if (until > now && remembered.size < MOST_REMEMBERED) break;
      remembered.delete(old);
    }
    remembered.set(key, { until: now + REMEMBERED, answer });
  }

  return [
    route("GET", "/api/v1/market/indicators/available", availableIndicatorsRecord, () => ({ indicators: INDICATORS })),

    route("GET", "/api/v1/market/indicators/{symbol}", indicatorsRecord, ({ state, path, query }) => {
      const lookback = query.integer("lookback", { least: 14, most: 500 }, 200);
      const wanted = query.optionalText("indicators");
      query.done();
      const symbol = path.text("symbol").toUpperCase();
      if (!SYMBOL.test(symbol))
        throw new Rejection("INVALID_SYMBOL", `Invalid symbol '${symbol}'. Must be letters followed by USDT.`);
      const names = namesOf(wanted);
      const key = [symbol, ...names, ...(state.quirks.indicatorsForgetLookback ? [] : [lookback])].join(",");
      const known = remembered.get(key);
      if (known !== undefined && known.until > state.now) return known.answer;
      const candles = storedCandles(state, symbol, lookback);
      if (candles.length === 0) {
        const reason =
          `No 1-minute candle data available for ${symbol}. ` +
          "The price ingestion service may not have data for this pair yet.";
        throw new Rejection("SERVICE_UNAVAILABLE", "Service is temporarily unavailable.", { reason });
      }
      const indicators = indicatorsOf(barsOf(candles), names) as Readonly<Record<string, number>>;
      const answer = { symbol, timestamp: new Date(state.now), candlesUsed: candles.length, indicators };
      remember(key, answer, state.now);
      return answer;
    }),
  ];
}

/** The names of a list, once each and sorted; all when there is no list. */
function namesOf(list: string | undefined): readonly IndicatorName[] {
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

/** The newest 1-minute candles that the platform has stored: it is a minute behind. */
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
  return Number(textOfAmount(amount));
}
