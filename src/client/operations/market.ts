import * as endpoints from "../../endpoints/market/index.ts";
import type {
  Candle,
  DataRange,
  GetAllPricesOptions,
  GetCandlesOptions,
  GetIndicatorsOptions,
  GetOrderbookOptions,
  GetPairsOptions,
  GetRecentTradesOptions,
  GetTickersOptions,
  Health,
  Indicators,
  MarketPrice,
  Orderbook,
  Pair,
  Price,
  PublicTrade,
  Ticker,
} from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

/** The operation of `client.getPrice()`. */
export function getPrice(client: Client, symbol: string, options?: CallOptions): Promise<Price> {
  return request(client, endpoints.getPrice, { symbol }, options);
}

/** The operation of `client.getAllPrices()`. */
export function getAllPrices(
  client: Client,
  query: GetAllPricesOptions = {},
  options?: CallOptions,
): Promise<readonly MarketPrice[]> {
  return request(client, endpoints.getAllPrices, query, options);
}

/** The operation of `client.getCandles()`. */
export function getCandles(
  client: Client,
  symbol: string,
  query: GetCandlesOptions = {},
  options?: CallOptions,
): Promise<readonly Candle[]> {
  return request(client, endpoints.getCandles, { ...query, symbol }, options);
}

/** The operation of `client.getTicker()`. */
export function getTicker(client: Client, symbol: string, options?: CallOptions): Promise<Ticker> {
  return request(client, endpoints.getTicker, { symbol }, options);
}

/** The operation of `client.getTickers()`. */
export function getTickers(
  client: Client,
  query: GetTickersOptions = {},
  options?: CallOptions,
): Promise<readonly Ticker[]> {
  return request(client, endpoints.getTickers, query, options);
}

/** The operation of `client.getRecentTrades()`. */
export function getRecentTrades(
  client: Client,
  symbol: string,
  query: GetRecentTradesOptions = {},
  options?: CallOptions,
): Promise<readonly PublicTrade[]> {
  return request(client, endpoints.getRecentTrades, { ...query, symbol }, options);
}

/** The operation of `client.getOrderbook()`. */
export function getOrderbook(
  client: Client,
  symbol: string,
  query: GetOrderbookOptions = {},
  options?: CallOptions,
): Promise<Orderbook> {
  return request(client, endpoints.getOrderbook, { ...query, symbol }, options);
}

/** The operation of `client.getPairs()`. */
export function getPairs(client: Client, query: GetPairsOptions = {}, options?: CallOptions): Promise<readonly Pair[]> {
  return request(client, endpoints.getPairs, query, options);
}

/** The operation of `client.getIndicators()`. */
export function getIndicators(
  client: Client,
  symbol: string,
  query: GetIndicatorsOptions = {},
  options?: CallOptions,
): Promise<Indicators> {
  return request(client, endpoints.getIndicators, { ...query, symbol }, options);
}

/** The operation of `client.getAvailableIndicators()`. */
export function getAvailableIndicators(client: Client, options?: CallOptions): Promise<readonly string[]> {
  return request(client, endpoints.getAvailableIndicators, {}, options);
}

/** The operation of `client.health()`. */
export function health(client: Client, options?: CallOptions): Promise<Health> {
  return request(client, endpoints.health, {}, options);
}

/** The operation of `client.getDataRange()`. */
export function getDataRange(client: Client, options?: CallOptions): Promise<DataRange> {
  return request(client, endpoints.getDataRange, {}, options);
}
