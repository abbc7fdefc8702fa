import { jsonObject, type Codec } from "../../wire/index.ts";

/**
 * The rules of a strategy, as a document with the platform's own key names. It is validated before it is sent and stored
 * as given, including any additional keys.
 */
export interface StrategyDefinition {
  /** Symbols such as `BTCUSDT`, at least one. */
  readonly pairs: readonly string[];
  /** Length of a candle; default `1h`. */
  readonly timeframe?: "1m" | "5m" | "15m" | "1h" | "4h" | "1d" | undefined;
  readonly entry_conditions?: EntryConditions | undefined;
  readonly exit_conditions?: ExitConditions | undefined;
  /** Size of one position, in percent of the equity, 1 to 100; default 10. */
  readonly position_size_pct?: number | string | undefined;
  /** Maximum number of open positions, 1 to 50; default 3. */
  readonly max_positions?: number | undefined;
  /** Free-form; the platform stores it and does not interpret it. */
  readonly filters?: Readonly<Record<string, unknown>> | undefined;
  /** Default `rule_based`. */
  readonly model_type?: "rule_based" | "ml" | "rl" | undefined;
  readonly model_reference?: string | null | undefined;
  readonly [further: string]: unknown;
}

/** When to buy. All given conditions must hold; without any, the strategy never buys. */
export interface EntryConditions {
  /** RSI over 14 candles, 0 to 100. */
  readonly rsi_below?: number | null | undefined;
  readonly rsi_above?: number | null | undefined;
  /** MACD line above its signal line. */
  readonly macd_cross_above?: boolean | null | undefined;
  readonly macd_cross_below?: boolean | null | undefined;
  /** Price above the simple moving average over this number of candles; the platform supports 20 and 50. */
  readonly price_above_sma?: number | null | undefined;
  readonly price_below_sma?: number | null | undefined;
  /** Price above the exponential moving average over this number of candles; the platform supports 12 and 26. */
  readonly price_above_ema?: number | null | undefined;
  readonly price_below_ema?: number | null | undefined;
  /** Price below the lower Bollinger band. */
  readonly bb_below_lower?: boolean | null | undefined;
  readonly bb_above_upper?: boolean | null | undefined;
  /** ADX over 14 candles, 0 to 100. */
  readonly adx_above?: number | null | undefined;
  /** Volume above this multiple of its mean over 20 candles. */
  readonly volume_above_ma?: number | null | undefined;
  readonly [further: string]: unknown;
}

/** When to sell. Any given condition is enough. */
export interface ExitConditions {
  /** Loss against the entry price, in percent, 0 to 100. */
  readonly stop_loss_pct?: number | null | undefined;
  /** Gain against the entry price, in percent, 0 to 1000. */
  readonly take_profit_pct?: number | null | undefined;
  /** Drop from the highest price since entry, in percent, 0 to 100. */
  readonly trailing_stop_pct?: number | null | undefined;
  /** Maximum number of candles to hold a position, at least 1. */
  readonly max_hold_candles?: number | null | undefined;
  /** RSI over 14 candles, 0 to 100. */
  readonly rsi_above?: number | null | undefined;
  readonly rsi_below?: number | null | undefined;
  readonly macd_cross_below?: boolean | null | undefined;
  readonly [further: string]: unknown;
}

/** Not validated when decoding: the platform validates definitions before it stores them. */
export const definitionCodec: Codec<StrategyDefinition> = jsonObject as unknown as Codec<StrategyDefinition>;
