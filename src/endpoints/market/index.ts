export {
  allPricesRecord,
  getAllPrices,
  type AllPrices,
  type GetAllPricesOptions,
  type MarketPrice,
} from "./getAllPrices.ts";
export {
  availableIndicatorsRecord,
  getAvailableIndicators,
  type AvailableIndicators,
} from "./getAvailableIndicators.ts";
export {
  candleRecord,
  candlesRecord,
  type CandleInterval,
  getCandles,
  type Candle,
  type GetCandlesOptions,
  type Candles,
} from "./getCandles.ts";
export { dataRangeRecord, getDataRange, type DataRange } from "./getDataRange.ts";
export {
  getIndicators,
  INDICATORS,
  indicatorsRecord,
  type IndicatorName,
  type Indicators,
  type GetIndicatorsOptions,
} from "./getIndicators.ts";
export {
  getOrderbook,
  orderbookRecord,
  type BookLevel,
  type Orderbook,
  type GetOrderbookOptions,
} from "./getOrderbook.ts";
export {
  getPairs,
  pairRecord,
  pairsRecord,
  type Pair,
  type Pairs,
  type GetPairsOptions,
  type PairStatus,
} from "./getPairs.ts";
export { getPrice, priceRecord, type Price } from "./getPrice.ts";
export {
  getRecentTrades,
  publicTradeRecord,
  recentTradesRecord,
  type PublicTrade,
  type RecentTrades,
  type GetRecentTradesOptions,
} from "./getRecentTrades.ts";
export { getTicker, tickerRecord, type Ticker } from "./getTicker.ts";
export { getTickers, tickersRecord, type Tickers, type GetTickersOptions } from "./getTickers.ts";
export { health, healthRecord, type Health, type HealthChecks, type HealthStatus } from "./health.ts";
