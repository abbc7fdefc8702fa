import {
  getAllPrices,
  getAvailableIndicators,
  getCandles,
  getIndicators,
  getOrderbook,
  getPairs,
  getPrice,
  getRecentTrades,
  getTicker,
  getTickers,
  health,
  type Candle,
  type GetCandlesOptions,
  type Health,
  type Indicators,
  type GetIndicatorsOptions,
  type MarketPrice,
  type Orderbook,
  type GetOrderbookOptions,
  type Pair,
  type GetPairsOptions,
  type Price,
  type PublicTrade,
  type GetRecentTradesOptions,
  type Ticker,
  type GetTickersOptions,
} from "../endpoints/index.ts";
import type { CallOptions } from "../transport/index.ts";
import { ClientCore } from "./core.ts";
import { takeSnapshot, type MarketSnapshot } from "./snapshot.ts";

/** Market data: public, without a key, never limited by the platform. */
export abstract class MarketMethods extends ClientCore {
  /**
   * Last traded price of one pair, in USDT.
   *
   * @throws InvalidSymbolError for a pair that does not exist, or was not traded yet
   * @example
   * ```ts
   * const { price } = await client.getPrice("BTCUSDT");
   * console.log(price.toFixed(2));
   * ```
   */
  getPrice(symbol: string, options?: CallOptions): Promise<Price> {
    return this.send(getPrice, { symbol }, options);
  }

  /**
   * Last prices of all pairs, or of some; pairs that do not exist are left out. Each says whether the platform's
   * feed stands still, and how old its newest trade is: a price that is `stale` is none to trade by.
   *
   * @example
   * ```ts
   * for (const { symbol, price, stale, dataAgeSeconds } of await client.getAllPrices())
   *   console.log(symbol, price.toString(), stale ? `${dataAgeSeconds} s old` : "");
   * ```
   */
  async getAllPrices(
    query: { readonly symbols?: readonly string[] | undefined } = {},
    options?: CallOptions,
  ): Promise<readonly MarketPrice[]> {
    return this.send(getAllPrices, query, options);
  }

  /**
   * Candles of one pair, oldest first; intervals without trades are missing.
   *
   * @throws InvalidSymbolError for a pair that does not exist
   * @example
   * ```ts
   * const candles = await client.getCandles("BTCUSDT", { interval: "1h", limit: 24 });
   * console.log(candles.at(-1)?.close.toString());
   * ```
   */
  async getCandles(symbol: string, query: GetCandlesOptions = {}, options?: CallOptions): Promise<readonly Candle[]> {
    return this.send(getCandles, { ...query, symbol }, options);
  }

  /**
   * Change, high, low and volume of one pair over the platform's window.
   *
   * @throws InvalidSymbolError for a pair that does not exist, or was not traded yet
   * @example
   * ```ts
   * const ticker = await client.getTicker("BTCUSDT");
   * console.log(`${ticker.changePct} %`);
   * ```
   */
  getTicker(symbol: string, options?: CallOptions): Promise<Ticker> {
    return this.send(getTicker, { symbol }, options);
  }

  /**
   * Tickers of up to 100 pairs; pairs without data are left out.
   *
   * @example
   * ```ts
   * const tickers = await client.getTickers({ symbols: ["BTCUSDT", "ETHUSDT"] });
   * for (const { symbol, changePct } of tickers) console.log(symbol, `${changePct} %`);
   * ```
   */
  getTickers(query: GetTickersOptions = {}, options?: CallOptions): Promise<readonly Ticker[]> {
    return this.send(getTickers, query, options);
  }

  /**
   * The last public trades of one pair, newest first.
   *
   * @throws InvalidSymbolError for a pair that does not exist
   * @example
   * ```ts
   * const trades = await client.getRecentTrades("BTCUSDT", { limit: 10 });
   * console.log(trades.map((trade) => (trade.isBuyerMaker ? "sell" : "buy")));
   * ```
   */
  async getRecentTrades(
    symbol: string,
    query: GetRecentTradesOptions = {},
    options?: CallOptions,
  ): Promise<readonly PublicTrade[]> {
    return this.send(getRecentTrades, { ...query, symbol }, options);
  }

  /**
   * Order book of one pair: bids from the highest, asks from the lowest.
   *
   * @throws InvalidSymbolError for a pair that does not exist, or was not traded yet
   * @example
   * ```ts
   * const { bids, asks } = await client.getOrderbook("BTCUSDT", { depth: 5 });
   * console.log(asks[0]?.price.minus(bids[0]?.price ?? 0).toString());
   * ```
   */
  getOrderbook(symbol: string, query: GetOrderbookOptions = {}, options?: CallOptions): Promise<Orderbook> {
    return this.send(getOrderbook, { ...query, symbol }, options);
  }

  /**
   * All listed pairs with their smallest quantity, step and order value.
   *
   * @example
   * ```ts
   * const pairs = await client.getPairs({ status: "active" });
   * console.log(pairs.length);
   * ```
   */
  getPairs(query: GetPairsOptions = {}, options?: CallOptions): Promise<readonly Pair[]> {
    return this.send(getPairs, query, options);
  }

  /**
   * Technical indicators of one pair over its newest 1-minute candles; those that lack data are missing.
   *
   * @throws ServerError (503) when the pair has no candles
   * @example
   * ```ts
   * const { indicators } = await client.getIndicators("BTCUSDT", { indicators: ["rsi_14", "sma_20"] });
   * console.log(indicators["rsi_14"]);
   * ```
   */
  getIndicators(symbol: string, query: GetIndicatorsOptions = {}, options?: CallOptions): Promise<Indicators> {
    return this.send(getIndicators, { ...query, symbol }, options);
  }

  /**
   * Names of all indicators that the platform computes.
   *
   * @example
   * ```ts
   * const indicators = await client.getAvailableIndicators();
   * console.log(indicators.join(" "));
   * ```
   */
  getAvailableIndicators(options?: CallOptions): Promise<readonly string[]> {
    return this.send(getAvailableIndicators, {}, options);
  }

  /**
   * Whether the platform and its price feed work; an unhealthy platform is an answer, not an error.
   *
   * @example
   * ```ts
   * const { status, stalePairs } = await client.health();
   * console.log(status, stalePairs);
   * ```
   */
  health(options?: CallOptions): Promise<Health> {
    return this.send(health, {}, options);
  }

  /**
   * Price and ticker of every pair, all asked for at once: as long as the slowest call, not as the sum. A pair
   * that fails is an entry with its error and does not spoil the others.
   *
   * @example
   * ```ts
   * const { entries, took } = await client.marketSnapshot(["BTCUSDT", "ETHUSDT", "SOLUSDT"]);
   * for (const { symbol, price, error } of entries) console.log(symbol, price?.price.toString() ?? error?.message);
   * console.log(`${took} ms`);
   * ```
   */
  marketSnapshot(symbols: readonly string[], options: CallOptions = {}): Promise<MarketSnapshot> {
    return takeSnapshot(this.transport, this, symbols, options);
  }
}
