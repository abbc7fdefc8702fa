import {
  backtestCandlesRecord,
  backtestPriceRecord,
  backtestPricesRecord,
  backtestTickerRecord,
} from "../../../endpoints/backtest/index.ts";
import { compare, HUNDRED, subtract, divide, add, formatRounded, formatFixed8, multiply } from "../../base/amount.ts";
import type { BacktestSession } from "../../engine/backtest/model.ts";
import { currentPrice } from "../../engine/backtest/prices.ts";
import { currentPrices } from "../../engine/backtest/stepping.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../../engine/state.ts";
import type { MarketCandle, Summary } from "../../market/market.ts";
import { CANDLE_INTERVALS, DAY, intervalLength, INTERVALS, MINUTE, SECOND } from "../../time/units.ts";
import type { Route } from "../route.ts";
import { integer, object, string, withDefault } from "../schema/index.ts";
import { formatTimestamp } from "../timestamps.ts";
import { sessionRoute } from "./backtestSession.ts";
import { formatEightDecimals, formatPrices } from "./format.ts";

// Other intervals are answered with 1-minute candles.
const STORED_INTERVALS: ReadonlySet<number> = new Set(CANDLE_INTERVALS.map((name) => INTERVALS[name]));

const candlesQuery = object({
  interval: withDefault(string(), "60"),
  limit: withDefault(integer({ min: 1, max: 1000 }), 100),
});

/** Prices of a running backtest. */
export const backtestMarketRoutes: readonly Route[] = [
  sessionRoute("GET", "/market/price/{symbol}", undefined, (session, call) => {
    const { state } = call;
    const symbol = call.readParameter("symbol");
    const price = currentPrice(state, session, symbol);
    return backtestPriceRecord.encode({
      symbol,
      price: price === undefined ? null : formatFixed8(price),
      virtualTime: formatTimestamp(session.time),
    });
  }),

  sessionRoute("GET", "/market/prices", undefined, (session, { state }) =>
    backtestPricesRecord.encode({
      prices: formatPrices(currentPrices(state, session)),
      virtualTime: formatTimestamp(session.time),
    }),
  ),

  sessionRoute("GET", "/market/ticker/{symbol}", undefined, (session, call) => {
    const { state } = call;
    const symbol = call.readParameter("symbol");
    const day = dayOf(state, session, symbol);
    if (day === undefined) return { symbol, error: `No data for ${symbol}.` };
    const change = subtract(day.close, day.open);
    return backtestTickerRecord.encode({
      symbol,
      ...wireSummary(day),
      priceChange: formatEightDecimals(change),
      priceChangePct: formatRounded(multiply(divide(change, day.open), HUNDRED), 2, state.quirks.zeroKeepsSign),
      virtualTime: formatTimestamp(session.time),
    });
  }),

  sessionRoute("GET", "/market/candles/{symbol}", candlesQuery, (session, call) => {
    const symbol = call.readParameter("symbol");
    const { interval, limit } = call.readQuery();
    const candles = candlesOf(call.state, session, symbol, lengthOf(interval), limit).map((candle) =>
      Object.assign(wireSummary(candle), { time: formatTimestamp(candle.time) }),
    );
    return backtestCandlesRecord.encode({ symbol, interval, candles, count: candles.length });
  }),
];

/** The candle length in milliseconds for the name of an interval or a number of seconds. */
function lengthOf(interval: string): number {
  const length = intervalLength(interval) ?? Number(interval) * SECOND;
  if (!/^\w+$/.test(interval) || !Number.isSafeInteger(length / SECOND) || length < SECOND)
    throw new Rejection("VALIDATION_ERROR", `Interval '${interval}' is not supported.`, { field: "interval" });
  return STORED_INTERVALS.has(length) ? length : MINUTE;
}

/** Candles up to the session's clock. The platform also shows those that are still open, with their final prices. */
function candlesOf(
  { market, quirks, now }: ExchangeState,
  { history, time }: BacktestSession,
  symbol: string,
  length: number,
  limit: number,
): readonly MarketCandle[] {
  if (history?.symbols.includes(symbol) !== true) return [];
  const { NEGATIVE_INFINITY: always } = Number;
  if (quirks.backtestsSeeAhead) return market.candles(symbol, length, limit, always, time, now);
  // A market without history knows finished candles only.
  if (market.history === undefined) return market.candles(symbol, length, limit, always, time - length, now);
  return market.candles(symbol, length, limit, always, time - 1, Math.min(time - 1, now));
}

/** The last 24 hours by the session's clock. */
function dayOf(state: ExchangeState, session: BacktestSession, symbol: string): Summary | undefined {
  const { market, quirks } = state;
  if (market.history !== undefined) {
    if (session.history?.symbols.includes(symbol) !== true) return undefined;
    const end = session.time - 1 + (quirks.backtestsSeeAhead ? MINUTE : 0);
    return market.summary(symbol, session.time - DAY, Math.min(end, state.now));
  }
  const candles = candlesOf(state, session, symbol, MINUTE, DAY / MINUTE).filter(
    (candle) => candle.time >= session.time - DAY,
  );
  const [first] = candles;
  return first === undefined ? undefined : candles.reduce<Summary>(mergeSummaries, first);
}

function mergeSummaries(day: Summary, candle: Summary): Summary {
  if (day === candle) return day;
  return {
    open: day.open,
    high: compare(candle.high, day.high) > 0 ? candle.high : day.high,
    low: compare(candle.low, day.low) < 0 ? candle.low : day.low,
    close: candle.close,
    volume: add(day.volume, candle.volume),
    tradeCount: day.tradeCount + candle.tradeCount,
  };
}

function wireSummary({ open, high, low, close, volume, tradeCount }: Summary) {
  return {
    open: formatEightDecimals(open),
    high: formatEightDecimals(high),
    low: formatEightDecimals(low),
    close: formatEightDecimals(close),
    volume: formatEightDecimals(volume),
    tradeCount,
  };
}
