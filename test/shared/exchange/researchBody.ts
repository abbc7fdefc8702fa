import type { AnswerBody } from "./trader.ts";

interface Fill {
  readonly order_id: string;
}

interface Figures {
  readonly sharpe_ratio: number | null;
  readonly max_drawdown_pct: number | null;
  readonly roi_pct: number | null;
  readonly total_trades: number | null;
}

/** The fields that tests read of responses about strategies, training runs and backtests. */
export interface ResearchBody {
  // strategies
  readonly strategies: readonly [AnswerBody, ...AnswerBody[]];
  readonly current_definition: unknown;
  readonly version: number;
  readonly change_notes: string;
  readonly winner_id: string | null;
  readonly recommendation: string;
  readonly has_test_results: boolean;
  // tests
  readonly test_run_id: string;
  readonly results: AnswerBody;
  readonly recommendations: readonly string[];
  readonly best_roi_pct: number;
  readonly worst_roi_pct: number;
  readonly avg_roi_pct: number;
  readonly by_pair: Readonly<Record<string, unknown>> & { readonly length: number };
  readonly v1: AnswerBody;
  readonly v2: AnswerBody;
  readonly improvements: Readonly<Record<string, number>>;
  // training runs
  readonly runs: readonly unknown[];
  readonly episodes: readonly [AnswerBody, ...AnswerBody[]];
  readonly episode_number: number;
  readonly episodes_completed: number;
  readonly created_at: string;
  readonly learning_curve: unknown;
  readonly aggregate_stats: unknown;
  readonly raw_values: readonly number[];
  // metrics
  readonly is_significant: boolean;
  readonly num_trials: number;
  readonly num_returns: number;
  // backtests
  readonly session_id: string;
  readonly backtests: readonly [AnswerBody, ...AnswerBody[]];
  readonly comparisons: readonly unknown[];
  readonly best_by_roi: string | null;
  readonly best_by_sharpe: string | null;
  readonly best_by_drawdown: string | null;
  readonly portfolio: AnswerBody;
  readonly available_cash: string;
  readonly orders_filled: readonly Fill[];
  readonly is_complete: boolean;
  readonly virtual_time: string;
  readonly cancelled: boolean;
  readonly summary: AnswerBody;
  readonly final_equity: string;
  readonly duration_real_sec: number;
  readonly metrics: Figures;
  readonly simulated_at: string;
  readonly side: string;
  readonly quote_amount: string;
  readonly fee: string;
}
