import { instant, integer, map, number, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, commaSeparated, letterSymbol, listOf, oneOf, optional, wholeNumber } from "../inputs/index.ts";

/** The name of an indicator and its period. */
export type IndicatorName =
  | "adx_14"
  | "atr_14"
  | "bb_lower"
  | "bb_mid"
  | "bb_upper"
  | "ema_12"
  | "ema_26"
  | "macd_hist"
  | "macd_line"
  | "macd_signal"
  | "price"
  | "rsi_14"
  | "sma_20"
  | "sma_50"
  | "volume_ma_20";

/** The indicators that the platform computes, in alphabetical order. */
export const INDICATORS: readonly IndicatorName[] = [
  "adx_14",
  "atr_14",
  "bb_lower",
  "bb_mid",
  "bb_upper",
  "ema_12",
  "ema_26",
  "macd_hist",
  "macd_line",
  "macd_signal",
  "price",
  "rsi_14",
  "sma_20",
  "sma_50",
  "volume_ma_20",
];

/** Options of `getIndicators`. */
export interface GetIndicatorsOptions {
  /** Only these indicators; default all. */
  readonly indicators?: readonly IndicatorName[] | undefined;
  /** Number of newest 1-minute candles to compute from, 14 to 500; default 200. */
  readonly lookback?: number | undefined;
}

/** Technical indicators of one symbol, computed from 1-minute candles. */
export interface Indicators {
  readonly symbol: string;
  /** When the indicators were computed. The platform caches them for 30 s, regardless of the lookback. */
  readonly timestamp: Date;
  /** Number of available 1-minute candles that were used. */
  readonly candlesUsed: number;
  /** By name; indicators without enough data are omitted. Prices and averages are in the quote asset, `rsi_14` and `adx_14` from 0 to 100. */
  readonly indicators: Readonly<Record<string, number>>;
}

export const indicatorsRecord: Codec<Indicators> = record<Indicators>({
  symbol: text,
  timestamp: instant,
  candlesUsed: integer,
  indicators: map(number),
});

export const getIndicators: Endpoint<GetIndicatorsOptions & { symbol: string }, Indicators> = endpoint({
  name: "getIndicators",
  method: "GET",
  path: "/market/indicators/{symbol}",
  input: input({
    symbol: letterSymbol,
    indicators: optional(commaSeparated(listOf(oneOf(INDICATORS), "indicator names", 1))),
    lookback: optional(wholeNumber(14, 500)),
  }),
  output: indicatorsRecord,
  access: "public",
  tier: "market",
});
