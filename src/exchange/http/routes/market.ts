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
  textOfAmount,
  textOfRounded,
  textOfStored,
  multiply,
  type Decimal28,
} from "../../base/amount.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../../engine/state.ts";
import type { MarketPair, Quote, Summary } from "../../market/market.ts";
import { buildOrderbook } from "../../market/orderbook.ts";
import type { Call } from "../call.ts";
import { route, type Route } from "../route.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;
const INTERVALS: Readonly<Record<string, number>> = { "1m": MINUTE, "5m": 5 * MINUTE, "1h": 60 * MINUTE, "1d": DAY };
// Documented, though the platform has them not.
const MEANT_INTERVALS: Readonly<Record<string, number>> = { ...INTERVALS, "15m": 15 * MINUTE, "4h": 240 * MINUTE };
const DEPTHS = [5, 10, 20];
const STALE_AFTER = MINUTE;

export const marketRoutes: readonly Route[] = [
  route("GET", "/api/v1/market/pairs", pairsRecord, ({ state, query }) => {
    const status = query.optionalText("status");
    query.done();
    const pairs = state.market.pairs().filter((pair) => status === undefined || pair.status === status);
    return {
      pairs: pairs.map((pair) => ({
        symbol: pair.symbol,
        baseAsset: pair.base,
        quoteAsset: pair.quote,
        status: pair.status,
        minQty: textOfStored(pair.minQuantity),
        stepSize: textOfStored(pair.stepSize),
        minNotional: textOfStored(pair.minNotional),
        hasPrice: state.market.quote(pair.symbol, state.now) !== undefined,
      })),
      total: pairs.length,
    };
  }),

  route("GET", "/api/v1/market/price/{symbol}", priceRecord, (call) => {
    const { symbol, quote } = quoted(call);
    return { symbol, price: textOfAmount(quote.price), timestamp: new Date(quote.time) };
  }),

  route("GET", "/api/v1/market/prices", allPricesRecord, ({ state, query }) => {
    const wanted = symbolsOf(query.optionalText("symbols"));
    const timestamp = new Date(state.now);
    const { stale, dataAgeSeconds } = freshness(state);
    const prices = quotesOf(state, wanted === undefined || wanted.length === 0 ? undefined : wanted).map(
      ([symbol, quote]) => ({
        symbol,
        price: textOfAmount(quote.price),
        timestamp,
        stale,
        dataAgeSeconds,
      }),
    );
    return { prices, timestamp, count: prices.length, stale, dataAgeSeconds };
  }),

  route("GET", "/api/v1/market/ticker/{symbol}", tickerRecord, (call) => {
    const { symbol, quote } = quoted(call);
    return tickerOf(call.state, symbol, quote);
  }),

  route("GET", "/api/v1/market/tickers", tickersRecord, ({ state, query }) => {
    const wanted = symbolsOf(query.optionalText("symbols"));
    const tickers = quotesOf(state, wanted?.slice(0, 100))
      .slice(0, 100)
      .map(([symbol, quote]) => [symbol, tickerOf(state, symbol, quote)] as const);
    return { tickers: Object.fromEntries(tickers), count: tickers.length, timestamp: new Date(state.now) };
  }),

  route("GET", "/api/v1/market/candles/{symbol}", candlesRecord, (call) => {
    const { state, query } = call;
    const interval = query.optionalText("interval") ?? "1h";
    const limit = query.integer("limit", { least: 1, most: 1000 }, 100);
    const from = query.optionalMoment("start_time") ?? Number.NEGATIVE_INFINITY;
    const until = query.optionalMoment("end_time") ?? Number.POSITIVE_INFINITY;
    query.done();
    const { symbol } = listed(call);
    const intervals = state.quirks.documentedNamesIgnored ? INTERVALS : MEANT_INTERVALS;
    const length = Object.hasOwn(intervals, interval) ? intervals[interval] : undefined;
    if (length === undefined) {
      throw new Rejection(
        "INVALID_SYMBOL",
        `Interval '${interval}' is not supported. Use one of: ${Object.keys(intervals).join(", ")}.`,
      );
    }
    const candles = state.market.candles(symbol, length, limit, from, until, state.now);
    const price = state.quirks.tradedPricesAreRounded ? eightDecimals : eightDecimalsOrMore;
    return {
      symbol,
      interval,
      candles: candles.map((candle) => ({
        time: new Date(candle.time),
        open: price(candle.open),
        high: price(candle.high),
        low: price(candle.low),
        close: price(candle.close),
        volume: eightDecimals(candle.volume),
        tradeCount: candle.tradeCount,
      })),
      count: candles.length,
    };
  }),

  route("GET", "/api/v1/market/trades/{symbol}", recentTradesRecord, (call) => {
    const limit = call.query.integer("limit", { least: 1, most: 500 }, 100);
    call.query.done();
    const { symbol } = listed(call);
    const trades = call.state.market.trades(symbol, limit, call.state.now).map((trade) => ({
      tradeId: trade.id,
      price: (call.state.quirks.tradedPricesAreRounded ? eightDecimals : eightDecimalsOrMore)(trade.price),
      quantity: eightDecimals(trade.quantity),
      time: new Date(trade.time),
      isBuyerMaker: trade.isBuyerMaker,
    }));
    return { symbol, trades };
  }),

  route("GET", "/api/v1/market/orderbook/{symbol}", orderbookRecord, (call) => {
    const depth = call.query.integer("depth", {}, 10);
    call.query.done();
    if (!DEPTHS.includes(depth))
      throw new Rejection("INVALID_SYMBOL", `depth=${depth} is not supported. Use one of: [${DEPTHS.join(", ")}].`);
    const { symbol, quote } = quoted(call);
    return {
      symbol,
      ...buildOrderbook(quote.price, depth, call.state.quirks.bookLevelsCollapse),
      timestamp: new Date(quote.time),
    };
  }),
];

function listed({ state, path }: Call): MarketPair {
  const symbol = path.text("symbol").toUpperCase();
  const pair = state.market.pair(symbol);
  if (pair === undefined)
    throw new Rejection("INVALID_SYMBOL", `Trading pair '${symbol}' is not available.`, { symbol });
  return pair;
}

function quoted(call: Call): { readonly symbol: string; readonly quote: Quote } {
  const { symbol } = listed(call);
  const quote = call.state.market.quote(symbol, call.state.now);
  if (quote === undefined)
    throw new Rejection("PRICE_NOT_AVAILABLE", `Current price for '${symbol}' is not available.`, { symbol });
  return { symbol, quote };
}

/** `"btcusdt, ETHUSDT"` as a list; undefined when nothing was asked for. */
function symbolsOf(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  return text === "" ? [] : text.split(",").map((each) => each.trim().toUpperCase());
}

/** The pairs that have a price, of those wanted or of all. */
function quotesOf(state: ExchangeState, wanted: readonly string[] | undefined): readonly (readonly [string, Quote])[] {
  const symbols = wanted === undefined ? state.market.pairs().map((pair) => pair.symbol) : new Set(wanted);
  const quotes: [string, Quote][] = [];
  for (const symbol of symbols) {
    const quote = state.market.quote(symbol, state.now);
    if (quote !== undefined) quotes.push([symbol, quote]);
  }
  return quotes;
}

/** How old the feed's news is: of Bitcoin's last trade, or of the freshest one. */
function freshness(state: ExchangeState): { readonly stale: boolean; readonly dataAgeSeconds: number | null } {
  const traded = quotesOf(state, undefined).map(([, quote]) => quote.time);
  const newest =
    state.market.quote("BTCUSDT", state.now)?.time ?? (traded.length > 0 ? Math.max(...traded) : undefined);
  if (newest === undefined) return { stale: true, dataAgeSeconds: null };
  const age = state.now - newest;
  return { stale: age > STALE_AFTER, dataAgeSeconds: Math.round(age / 100) / 10 };
}

function tickerOf(state: ExchangeState, symbol: string, quote: Quote): Encodable<Ticker> {
  const endless = state.quirks.endlessTicker;
  const summary = state.market.summary(symbol, endless ? state.openedAt : state.now - DAY, state.now) as Summary;
  const { open, close, volume, tradeCount } = summary;
  const change = subtract(close, open);
  // Since the feed began, only the first trade keeps the scale it came with.
  const kept = (price: Decimal28): string =>
    endless && state.market.moves ? eightDecimals(price) : textOfAmount(price);
  return {
    symbol,
    open: textOfAmount(open),
    high: kept(summary.high),
    low: kept(summary.low),
    close: textOfAmount(close),
    volume: eightDecimals(volume),
    quoteVolume: textOfAmount(multiply(round(volume, 8), close)),
    change: textOfAmount(change),
    changePct:
      change.units === 0n ? "0" : textOfRounded(multiply(divide(change, open), HUNDRED), 8, state.quirks.zeroKeepsSign),
    tradeCount: endless ? 0 : tradeCount,
    timestamp: new Date(quote.time),
  };
}

/** All decimals of a price that has more than 8. */
function eightDecimalsOrMore(amount: Decimal28): string {
  return amount.scale > 8 ? textOfAmount(amount) : eightDecimals(amount);
}

function eightDecimals(amount: Decimal28): string {
  return textOfAmount(round(amount, 8, "half-away"));
}
