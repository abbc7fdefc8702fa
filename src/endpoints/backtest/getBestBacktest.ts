import { decimal, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional, string } from "../inputs/index.ts";

/** A metric that completed backtests are searched by. */
export type BacktestMetric =
  | "roi_pct"
  | "total_pnl"
  | "total_trades"
  | "sharpe_ratio"
  | "sortino_ratio"
  | "max_drawdown_pct"
  | "win_rate"
  | "profit_factor";

const METRICS = [
  "roi_pct",
  "total_pnl",
  "total_trades",
  "sharpe_ratio",
  "sortino_ratio",
  "max_drawdown_pct",
  "win_rate",
  "profit_factor",
] as const satisfies readonly BacktestMetric[];

/** Options of `getBestBacktest`. */
export interface GetBestBacktestOptions {
  /** Default `roi_pct`. The highest value wins, so that `max_drawdown_pct` finds the worst backtest. */
  readonly metric?: BacktestMetric | undefined;
  /** Only backtests with exactly this label. */
  readonly strategyLabel?: string | undefined;
}

/** The completed backtest with the highest value of a metric. */
export interface BestBacktest {
  readonly sessionId: string;
  readonly strategyLabel: string;
  readonly metric: BacktestMetric | (string & {});
  /** In the metric's unit: percent, USDT, a ratio or a count. */
  readonly value: Decimal;
}

export const bestBacktestRecord: Codec<BestBacktest> = record<BestBacktest>({
  sessionId: text,
  strategyLabel: text,
  metric: text,
  value: decimal,
});

export const getBestBacktest: Endpoint<GetBestBacktestOptions, BestBacktest> = endpoint({
  name: "getBestBacktest",
  method: "GET",
  path: "/backtest/best",
  input: input({ metric: optional(oneOf(METRICS)), strategyLabel: optional(string(0, 100)) }),
  output: bestBacktestRecord,
  access: "account",
  tier: "backtest",
});
