import {
  allPricesRecord,
  candlesRecord,
  orderbookRecord,
  pairsRecord,
  priceRecord,
  recentTradesRecord,
  tickerRecord,
  tickersRecord,
  type Ticker,
} from "../../../endpoints/market/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import {
  HUNDRED,
  subtract,
  divide,
  round,
  formatDecimal,
  formatRounded,
  formatFixed8,
  multiply,
  type Decimal28,
} from "../../base/amount.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../../engine/state.ts";
import type { MarketPair, Quote, Summary } from "../../market/market.ts";
import { buildOrderbook } from "../../market/orderbook.ts";
import { CANDLE_INTERVALS, DAY, INTERVAL_NAMES, intervalLength, MINUTE } from "../../time/units.ts";
import type { Call } from "../call.ts";
import { route, type Route } from "../route.ts";
import { integer, object, optional, string, timestamp, withDefault } from "../schema/index.ts";
import { formatEightDecimals } from "./format.ts";

const DEPTHS = [5, 10, 20];
const STALE_AFTER = MINUTE;
const MAX_TICKERS = 100;

const pairsQuery = object({ status: optional(string()) });
const symbolsQuery = object({ symbols: optional(string()) });
const candlesQuery = object({
  interval: withDefault(string(), "1h"),
  limit: withDefault(integer({ min: 1, max: 1000 }), 100),
  startTime: withDefault(timestamp, Number.NEGATIVE_INFINITY),
  endTime: withDefault(timestamp, Number.POSITIVE_INFINITY),
});
const tradesQuery = object({ limit: withDefault(integer({ min: 1, max: 500 }), 100) });
const orderbookQuery = object({ depth: withDefault(integer(), 10) });

export const marketRoutes: readonly Route[] = [
  route("GET /api/v1/market/pairs", { query: pairsQuery, output: pairsRecord }, (call) => {
    const { state } = call;
    const { status } = call.readQuery();
    const pairs = state.market.pairs().filter((pair) => status === undefined || pair.status === status);
    return {
      pairs: pairs.map((pair) => ({
        symbol: pair.symbol,
        baseAsset: pair.base,
        quoteAsset: pair.quote,
        status: pair.status,
        minQty: formatFixed8(pair.minQuantity),
        stepSize: formatFixed8(pair.stepSize),
        minNotional: formatFixed8(pair.minNotional),
        hasPrice: state.market.quote(pair.symbol, state.now) !== undefined,
      })),
      total: pairs.length,
    };
  }),

  route("GET /api/v1/market/price/{symbol}", { output: priceRecord }, (call) => {
    const { symbol, quote } = requireQuote(call);
    return { symbol, price: formatDecimal(quote.price), timestamp: new Date(quote.time) };
  }),

  route("GET /api/v1/market/prices", { query: symbolsQuery, output: allPricesRecord }, (call) => {
    const { state } = call;
    const symbols = splitSymbols(call.readQuery().symbols);
    const now = new Date(state.now);
    const { stale, dataAgeSeconds } = freshness(state);
    const prices = quotesOf(state, symbols?.length === 0 ? undefined : symbols).map(([symbol, quote]) => ({
      symbol,
      price: formatDecimal(quote.price),
      timestamp: now,
      stale,
      dataAgeSeconds,
    }));
    return { prices, timestamp: now, count: prices.length, stale, dataAgeSeconds };
  }),

  route("GET /api/v1/market/ticker/{symbol}", { output: tickerRecord }, (call) => {
    const { symbol, quote } = requireQuote(call);
    return wireTicker(call.state, symbol, quote);
  }),

  route("GET /api/v1/market/tickers", { query: symbolsQuery, output: tickersRecord }, (call) => {
    const { state } = call;
    const symbols = splitSymbols(call.readQuery().symbols);
    const tickers = quotesOf(state, symbols?.slice(0, MAX_TICKERS))
      .slice(0, MAX_TICKERS)
      .map(([symbol, quote]) => [symbol, wireTicker(state, symbol, quote)] as const);
    return { tickers: Object.fromEntries(tickers), count: tickers.length, timestamp: new Date(state.now) };
  }),

  route("GET /api/v1/market/candles/{symbol}", { query: candlesQuery, output: candlesRecord }, (call) => {
    const { state } = call;
    const { interval, limit, startTime, endTime } = call.readQuery();
    const { symbol } = requirePair(call);
    // 15m and 4h are documented, but the platform does not have them.
    const names: readonly string[] = state.quirks.documentedNamesIgnored ? CANDLE_INTERVALS : INTERVAL_NAMES;
    const length = names.includes(interval) ? intervalLength(interval) : undefined;
    if (length === undefined) {
      throw new Rejection(
        "INVALID_SYMBOL",
        `Interval '${interval}' is not supported. Use one of: ${names.join(", ")}.`,
      );
    }
    const candles = state.market.candles(symbol, length, limit, startTime, endTime, state.now);
    const formatPrice = priceFormatter(state);
    return {
      symbol,
      interval,
      candles: candles.map((candle) => ({
        time: new Date(candle.time),
        open: formatPrice(candle.open),
        high: formatPrice(candle.high),
        low: formatPrice(candle.low),
        close: formatPrice(candle.close),
        volume: formatEightDecimals(candle.volume),
        tradeCount: candle.tradeCount,
      })),
      count: candles.length,
    };
  }),

  route("GET /api/v1/market/trades/{symbol}", { query: tradesQuery, output: recentTradesRecord }, (call) => {
    const { state } = call;
    const { limit } = call.readQuery();
    const { symbol } = requirePair(call);
    const formatPrice = priceFormatter(state);
    const trades = state.market.trades(symbol, limit, state.now).map((trade) => ({
      tradeId: trade.id,
      price: formatPrice(trade.price),
      quantity: formatEightDecimals(trade.quantity),
      time: new Date(trade.time),
      isBuyerMaker: trade.isBuyerMaker,
    }));
    return { symbol, trades };
  }),

  route("GET /api/v1/market/orderbook/{symbol}", { query: orderbookQuery, output: orderbookRecord }, (call) => {
    const { depth } = call.readQuery();
    if (!DEPTHS.includes(depth))
      throw new Rejection("INVALID_SYMBOL", `depth=${depth} is not supported. Use one of: [${DEPTHS.join(", ")}].`);
    const { symbol, quote } = requireQuote(call);
    return {
      symbol,
      ...buildOrderbook(quote.price, depth, call.state.quirks.bookLevelsCollapse),
      timestamp: new Date(quote.time),
    };
  }),
];

/** The pair of the path. */
function requirePair(call: Call<"symbol">): MarketPair {
  const symbol = call.readParameter("symbol").toUpperCase();
  const pair = call.state.market.pair(symbol);
  if (pair === undefined)
    throw new Rejection("INVALID_SYMBOL", `Trading pair '${symbol}' is not available.`, { symbol });
  return pair;
}

function requireQuote(call: Call<"symbol">): { readonly symbol: string; readonly quote: Quote } {
  const { symbol } = requirePair(call);
  const quote = call.state.market.quote(symbol, call.state.now);
  if (quote === undefined)
    throw new Rejection("PRICE_NOT_AVAILABLE", `Current price for '${symbol}' is not available.`, { symbol });
  return { symbol, quote };
}

/** `"btcusdt, ETHUSDT"` as a list. */
function splitSymbols(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  return text === "" ? [] : text.split(",").map((each) => each.trim().toUpperCase());
}

/** The quotes of the given pairs, by default of all. Pairs without a price are left out. */
function quotesOf(state: ExchangeState, symbols: readonly string[] | undefined): readonly (readonly [string, Quote])[] {
  const quotes: [string, Quote][] = [];
  for (const symbol of symbols === undefined ? state.market.pairs().map((pair) => pair.symbol) : new Set(symbols)) {
    const quote = state.market.quote(symbol, state.now);
    if (quote !== undefined) quotes.push([symbol, quote]);
  }
  return quotes;
}

/** The age of the market data, measured by the last trade of BTCUSDT, or else by the newest trade. */
function freshness(state: ExchangeState): { readonly stale: boolean; readonly dataAgeSeconds: number | null } {
  const traded = quotesOf(state, undefined).map(([, quote]) => quote.time);
  const newest =
    state.market.quote("BTCUSDT", state.now)?.time ?? (traded.length > 0 ? Math.max(...traded) : undefined);
  if (newest === undefined) return { stale: true, dataAgeSeconds: null };
  const age = state.now - newest;
  return { stale: age > STALE_AFTER, dataAgeSeconds: Math.round(age / 100) / 10 };
}

function wireTicker(state: ExchangeState, symbol: string, quote: Quote): Encodable<Ticker> {
  const endless = state.quirks.endlessTicker;
  const summary = state.market.summary(symbol, endless ? state.openedAt : state.now - DAY, state.now) as Summary;
  const { open, close, volume, tradeCount } = summary;
  const change = subtract(close, open);
  // On the platform, only the first trade keeps its scale.
  const formatExtreme = endless && state.market.moves ? formatEightDecimals : formatDecimal;
  return {
    symbol,
    open: formatDecimal(open),
    high: formatExtreme(summary.high),
    low: formatExtreme(summary.low),
    close: formatDecimal(close),
    volume: formatEightDecimals(volume),
    quoteVolume: formatDecimal(multiply(round(volume, 8), close)),
    change: formatDecimal(change),
    changePct:
      change.units === 0n ? "0" : formatRounded(multiply(divide(change, open), HUNDRED), 8, state.quirks.zeroKeepsSign),
    tradeCount: endless ? 0 : tradeCount,
    timestamp: new Date(quote.time),
  };
}

/** Formats prices with at least 8 decimals. The platform rounds prices that have more. */
function priceFormatter({ quirks }: ExchangeState): (price: Decimal28) => string {
  return (price) =>
    price.scale > 8 && !quirks.tradedPricesAreRounded ? formatDecimal(price) : formatEightDecimals(price);
}
