import { instant, integer, map, number, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, commaSeparated, letterSymbol, listOf, oneOf, optional, wholeNumber } from "../inputs/index.ts";

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

/** The names that the platform knows, sorted. */
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

export interface GetIndicatorsOptions {
  /** Only these; default all. */
  readonly indicators?: readonly IndicatorName[] | undefined;
  /** How many of the newest 1-minute candles to compute from, 14 to 500; default 200. */
  readonly lookback?: number | undefined;
}

/** Technical indicators of one pair, over 1-minute candles. */
export interface Indicators {
  readonly symbol: string;
  /** Time of the computation; the platform keeps an answer for 30 s, whatever the lookback. */
  readonly timestamp: Date;
  /** 1-minute candles that were there to compute from. */
  readonly candlesUsed: number;
  /** By name; those that lack data are missing. Prices and averages in the quote asset, `rsi_14` and `adx_14` from 0 to 100. */
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
