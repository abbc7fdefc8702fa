export { allPricesRecord, getAllPrices, type AllPrices, type MarketPrice } from "./getAllPrices.ts";
export {
  availableIndicatorsRecord,
  getAvailableIndicators,
  type AvailableIndicators,
} from "./getAvailableIndicators.ts";
export {
  candleRecord,
  candlesRecord,
  getCandles,
  type Candle,
  type CandleInterval,
  type CandleQuery,
  type Candles,
} from "./getCandles.ts";
export {
  getIndicators,
  INDICATORS,
  indicatorsRecord,
  type IndicatorName,
  type Indicators,
  type IndicatorsQuery,
} from "./getIndicators.ts";
export { getOrderbook, orderbookRecord, type BookLevel, type Orderbook, type OrderbookQuery } from "./getOrderbook.ts";
export {
  getPairs,
  pairRecord,
  pairsRecord,
  type Pair,
  type Pairs,
  type PairsQuery,
  type PairStatus,
} from "./getPairs.ts";
export { getPrice, priceRecord, type Price } from "./getPrice.ts";
export {
  getRecentTrades,
  publicTradeRecord,
  recentTradesRecord,
  type PublicTrade,
  type RecentTrades,
  type RecentTradesQuery,
} from "./getRecentTrades.ts";
export { getTicker, tickerRecord, type Ticker } from "./getTicker.ts";
export { getTickers, tickersRecord, type Tickers, type TickersQuery } from "./getTickers.ts";
export { health, healthRecord, type Health, type HealthChecks, type HealthStatus } from "./health.ts";
