import { decimal, integer, list, map, record, text } from "../../../wire/index.ts";
import {
  compare,
  HUNDRED,
  subtract,
  divide,
  add,
  round,
  formatDecimal,
  formatRounded,
  formatFixed8,
  multiply,
  type Decimal28,
} from "../../base/amount.ts";
import type { BacktestSession } from "../../engine/backtest/model.ts";
import { currentPrice, currentPrices } from "../../engine/backtest/stepping.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../../engine/state.ts";
import type { MarketCandle, Summary } from "../../market/market.ts";
import { insideRoute, pricesText } from "./backtests.ts";
import { offsetText } from "../fields.ts";
import type { Route } from "../route.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const LABELS: Readonly<Record<string, number>> = {
  "1m": 60,
  "5m": 300,
  "15m": 900,
  "1h": 3600,
  "4h": 14_400,
  "1d": 86_400,
};
// Any other length is answered with candles of a minute.
const KEPT_LENGTHS = new Set([60, 300, 3600, 86_400]);

const priceRecord = record({ symbol: text, price: decimal, virtualTime: text });
const pricesRecord = record({ prices: map(decimal), virtualTime: text });
const candleFigures = { open: decimal, high: decimal, low: decimal, close: decimal, volume: decimal };
const tickerRecord = record({
  symbol: text,
  ...candleFigures,
  priceChange: decimal,
  priceChangePct: decimal,
  tradeCount: integer,
  virtualTime: text,
});
const candlesRecord = record({
  symbol: text,
  interval: text,
  candles: list(record({ bucket: text, ...candleFigures, tradeCount: integer })),
  count: integer,
});

/** Prices inside a running backtest. */
export const backtestMarketRoutes: readonly Route[] = [
  insideRoute("GET", "/market/price/{symbol}", (session, { state, path }) => {
    const symbol = path.text("symbol");
    const price = currentPrice(state, session, symbol);
    return priceRecord.encode({
      symbol,
      price: price === undefined ? "0" : formatFixed8(price),
      virtualTime: offsetText(session.time),
    });
  }),

  insideRoute("GET", "/market/prices", (session, { state }) =>
    pricesRecord.encode({ prices: pricesText(currentPrices(state, session)), virtualTime: offsetText(session.time) }),
  ),

  insideRoute("GET", "/market/ticker/{symbol}", (session, { state, path }) => {
    const symbol = path.text("symbol");
    const day = dayOf(state, session, symbol);
    if (day === undefined) return { symbol, error: `No data for ${symbol}.` };
    const change = subtract(day.close, day.open);
    return tickerRecord.encode({
      symbol,
      ...wireSummary(day),
      priceChange: eightDecimals(change),
      priceChangePct: formatRounded(multiply(divide(change, day.open), HUNDRED), 2, state.quirks.zeroKeepsSign),
      virtualTime: offsetText(session.time),
    });
  }),

  insideRoute("GET", "/market/candles/{symbol}", (session, { state, path, query }) => {
    const symbol = path.text("symbol");
    const interval = query.optionalText("interval") ?? "60";
    const limit = query.integer("limit", { least: 1, most: 1000 }, 100);
    query.done();
    const candles = candlesOf(state, session, symbol, secondsOf(interval), limit).map((candle) =>
      Object.assign(wireSummary(candle), { bucket: offsetText(candle.time) }),
    );
    return candlesRecord.encode({ symbol, interval, candles, count: candles.length });
  }),
];

function secondsOf(interval: string): number {
  const seconds = Object.hasOwn(LABELS, interval) ? (LABELS[interval] as number) : Number(interval);
  if (!/^\w+$/.test(interval) || !Number.isSafeInteger(seconds) || seconds < 1)
    throw new Rejection("VALIDATION_ERROR", `Interval '${interval}' is not supported.`, { field: "interval" });
  return KEPT_LENGTHS.has(seconds) ? seconds : 60;
}

/** Candles up to the session's clock; the platform shows all of those that have opened. */
function candlesOf(
  { market, quirks, now }: ExchangeState,
  { prices, time }: BacktestSession,
  symbol: string,
  seconds: number,
  limit: number,
): readonly MarketCandle[] {
  if (prices?.symbols.includes(symbol) !== true) return [];
  const length = seconds * 1000;
  const { NEGATIVE_INFINITY: always } = Number;
  if (quirks.backtestsSeeAhead) return market.candles(symbol, length, limit, always, time, now);
  // A market that cannot look back at a moment knows the whole of a candle only.
  if (market.history === undefined) return market.candles(symbol, length, limit, always, time - length, now);
  return market.candles(symbol, length, limit, always, time - 1, Math.min(time - 1, now));
}

/** The last 24 hours by the session's clock. */
function dayOf(state: ExchangeState, session: BacktestSession, symbol: string): Summary | undefined {
  const { market, quirks } = state;
  if (market.history !== undefined) {
    if (session.prices?.symbols.includes(symbol) !== true) return undefined;
    const end = session.time - 1 + (quirks.backtestsSeeAhead ? MINUTE : 0);
    return market.summary(symbol, session.time - DAY, Math.min(end, state.now));
  }
  const candles = candlesOf(state, session, symbol, 60, 1440).filter((candle) => candle.time >= session.time - DAY);
  const [first] = candles;
  return first === undefined ? undefined : candles.reduce<Summary>(joined, first);
}

function joined(day: Summary, candle: Summary): Summary {
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
    open: eightDecimals(open),
    high: eightDecimals(high),
    low: eightDecimals(low),
    close: eightDecimals(close),
    volume: eightDecimals(volume),
    tradeCount,
  };
}

function eightDecimals(amount: Decimal28): string {
  return formatDecimal(round(amount, 8, "half-away"));
}
