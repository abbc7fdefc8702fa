import type { StrategyDefinition } from "agentexchange";

/** A strategy to start from. */
export interface Example {
  readonly name: string;
  /** What it does, in one sentence. */
  readonly about: string;
  readonly definition: StrategyDefinition;
}

export const EXAMPLES: readonly [Example, ...Example[]] = [
  {
    name: "Buy the dip",
    about: "Buys what has fallen far, and sells the recovery.",
    definition: {
      pairs: ["BTCUSDT", "ETHUSDT"],
      timeframe: "1h",
      entry_conditions: { rsi_below: 35 },
      exit_conditions: { take_profit_pct: 3, stop_loss_pct: 4, max_hold_candles: 48 },
      position_size_pct: 25,
      max_positions: 2,
    },
  },
  {
    name: "Follow the trend",
    about: "Buys above the average of 50 candles while momentum is up, and trails the price with a stop.",
    definition: {
      pairs: ["BTCUSDT", "SOLUSDT"],
      timeframe: "4h",
      entry_conditions: { macd_cross_above: true, price_above_sma: 50 },
      exit_conditions: { trailing_stop_pct: 5, macd_cross_below: true },
      position_size_pct: 40,
      max_positions: 2,
    },
  },
  {
    name: "Band reversal",
    about: "Buys below the lower Bollinger band, and sells when the price is no longer low.",
    definition: {
      pairs: ["ETHUSDT"],
      timeframe: "15m",
      entry_conditions: { bb_below_lower: true, rsi_below: 40 },
      exit_conditions: { rsi_above: 55, stop_loss_pct: 2 },
      position_size_pct: 50,
      max_positions: 1,
    },
  },
];
