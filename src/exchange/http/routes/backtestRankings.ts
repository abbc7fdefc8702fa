import { backtestComparisonRecord, backtestsRecord, bestBacktestRecord } from "../../../endpoints/backtest/index.ts";
import { compare, fromFixed8, formatDecimal, ZERO, type Decimal28 } from "../../base/amount.ts";
import type { BacktestSession } from "../../engine/backtest/model.ts";
import { expireSession, ownSessions } from "../../engine/backtest/lifecycle.ts";
import { progressOf } from "../../engine/backtest/stepping.ts";
import { crash, Rejection } from "../../base/rejection.ts";
import type { Call } from "../call.ts";
import { route, type Route } from "../route.ts";
import { integer, object, optional, string, withDefault } from "../schema/index.ts";
import { pnlOf, wireStatus } from "./backtestStatus.ts";
import { formatOptional } from "./format.ts";
import { splitList } from "./splitList.ts";
import { partOf } from "../../engine/parts.ts";
import { BACKTESTS } from "../../engine/backtest/parts.ts";

const listQuery = object({
  strategyLabel: optional(string()),
  status: optional(string()),
  agentId: optional(string()),
  sortBy: optional(string()),
  limit: withDefault(integer({ min: 1, max: 200 }), 50),
});
const compareQuery = object({ sessions: string() });
const bestQuery = object({ metric: withDefault(string(), "roi_pct"), strategyLabel: optional(string()) });

type Metric = (session: BacktestSession) => Decimal28 | undefined;

/** The metrics of `/best`, by which lists can be sorted, too. */
const METRICS: Readonly<Record<string, Metric>> = {
  roi_pct: ({ outcome }) => outcome?.roiPct,
  sharpe_ratio: ({ outcome }) => outcome?.figures?.sharpeRatio,
  sortino_ratio: ({ outcome }) => outcome?.figures?.sortinoRatio,
  max_drawdown_pct: ({ outcome }) => outcome?.figures?.maxDrawdownPct,
  win_rate: ({ outcome }) => outcome?.figures?.winRate,
  profit_factor: ({ outcome }) => outcome?.figures?.profitFactor,
  total_trades: ({ outcome }) => (outcome === undefined ? undefined : decimalOf(outcome.totalTrades)),
  total_pnl: (session) => pnlOf(session),
};
/** The numeric columns that lists can be sorted by. */
const COLUMNS: Readonly<Record<string, Metric>> = {
  ...METRICS,
  final_equity: ({ outcome }) => (outcome === undefined ? undefined : fromFixed8(outcome.equity)),
  total_fees: ({ outcome }) => outcome?.fees,
  starting_balance: ({ startingBalance }) => fromFixed8(startingBalance),
  start_time: ({ startTime }) => decimalOf(startTime),
  end_time: ({ endTime }) => decimalOf(endTime),
  started_at: ({ startedAt }) => decimalOf(startedAt),
  completed_at: ({ completedAt }) => decimalOf(completedAt),
  candle_interval: ({ interval }) => decimalOf(interval),
  total_steps: ({ totalSteps }) => decimalOf(totalSteps),
  current_step: ({ reported: shown }) => decimalOf(shown.step),
  progress_pct: ({ reported: shown, totalSteps }) => progressOf(shown.step, totalSteps),
};

/** Lists and comparisons of backtests. */
export const backtestRankingRoutes: readonly Route[] = [
  route("GET /api/v1/backtest/list", { query: listQuery, output: backtestsRecord }, (call) => {
    const { strategyLabel: label, status, sortBy, limit, ...query } = call.readQuery();
    const agentId = query.agentId === undefined ? undefined : call.parseUuid("query", "agent_id", query.agentId);
    const order = orderOf(sortBy);
    const found: BacktestSession[] = [];
    for (const session of ownSessions(call.state, call.account)) {
      const isListed =
        (label === undefined || session.strategyLabel === label) &&
        (status === undefined || session.status === status) &&
        (agentId === undefined || session.agentId === agentId);
      if (isListed) found.push(session);
      if (order === undefined && found.length === limit) break;
    }
    const sorted = order === undefined ? found : found.toSorted(order);
    const backtests = sorted.slice(0, limit).map(wireStatus);
    return { backtests, total: backtests.length };
  }),

  route("GET /api/v1/backtest/compare", { query: compareQuery, output: backtestComparisonRecord }, (call) => {
    const ids = splitList(call.readQuery().sessions);
    if (ids.length < 2) {
      const message = "At least 2 session IDs required for comparison.";
      throw new Rejection("VALIDATION_ERROR", "Request validation failed.", { message, field: "sessions" });
    }
    const sessions = ids.map((id) => comparedSession(call, call.parseUuid("query", "sessions", id)));
    const lacksSharpe = ({ status, outcome }: BacktestSession): boolean =>
      status === "completed" && outcome?.figures?.sharpeRatio === undefined;
    if (call.state.quirks.missingSharpeCrashesComparison && sessions.some(lacksSharpe)) throw crash();
    const bestBySharpe = bestOf(sessions, "sharpe_ratio", 1)?.id ?? null;
    return {
      comparisons: sessions.map((session) => {
        const { outcome } = session;
        return {
          sessionId: session.id,
          strategyLabel: session.strategyLabel,
          roiPct: formatDecimal(outcome?.roiPct ?? ZERO),
          sharpeRatio: formatOptional(outcome?.figures?.sharpeRatio),
          maxDrawdownPct: formatOptional(outcome?.figures?.maxDrawdownPct),
          totalTrades: outcome?.totalTrades ?? 0,
          winRate: formatOptional(outcome?.figures?.winRate),
          profitFactor: formatOptional(outcome?.figures?.profitFactor),
        };
      }),
      bestByRoi: bestOf(sessions, "roi_pct", 1)?.id ?? null,
      bestBySharpe,
      bestByDrawdown: bestOf(sessions, "max_drawdown_pct", -1)?.id ?? null,
      recommendation: bestBySharpe,
    };
  }),

  route("GET /api/v1/backtest/best", { query: bestQuery, output: bestBacktestRecord }, (call) => {
    const { metric, strategyLabel: label } = call.readQuery();
    if (!Object.hasOwn(METRICS, metric)) {
      const message = `Metric '${metric}' is not supported. Use one of: ${Object.keys(METRICS).join(", ")}.`;
      throw new Rejection("VALIDATION_ERROR", "Request validation failed.", { message, field: "metric" });
    }
    const found = [...ownSessions(call.state, call.account)].filter(
      (session) => session.status === "completed" && (label === undefined || session.strategyLabel === label),
    );
    const best = bestOf(found, metric, 1);
    if (best === undefined) throw new Rejection("BACKTEST_NOT_FOUND", "There is no completed backtest.");
    return {
      sessionId: best.id,
      strategyLabel: best.strategyLabel,
      metric,
      value: formatDecimal(METRICS[metric]?.(best) ?? ZERO),
    };
  }),
];

function comparedSession({ state, account }: Call, id: string): BacktestSession {
  const session = partOf(state, BACKTESTS).get(id);
  if (session !== undefined && (state.quirks.backtestsOpenToAll || session.accountId === account.id)) {
    expireSession(state, session);
    return session;
  }
  throw new Rejection("BACKTEST_NOT_FOUND", `Backtest session '${id}' not found.`, { session_id: id });
}

type Order = (a: BacktestSession, b: BacktestSession) => number;

/** Highest value first, sessions without a value last; undefined without a known column, which leaves the newest first. */
function orderOf(column: string | undefined): Order | undefined {
  if (column === "status") return descending(({ status }) => status);
  if (column === "strategy_label") return descending(({ strategyLabel }) => strategyLabel);
  const value = column !== undefined && Object.hasOwn(COLUMNS, column) ? COLUMNS[column] : undefined;
  if (value === undefined) return undefined;
  return (a, b) => {
    const left = value(a);
    const right = value(b);
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    return compare(right, left);
  };
}

function descending(textOf: (session: BacktestSession) => string): Order {
  return (a, b) => (textOf(a) < textOf(b) ? 1 : textOf(a) > textOf(b) ? -1 : 0);
}

/** The session with the highest (`sign` 1) or lowest (-1) value; the first one if there are several. */
function bestOf(sessions: readonly BacktestSession[], metric: string, sign: 1 | -1): BacktestSession | undefined {
  let best: { readonly session: BacktestSession; readonly value: Decimal28 } | undefined;
  for (const session of sessions) {
    const value = METRICS[metric]?.(session);
    if (value !== undefined && (best === undefined || sign * compare(value, best.value) > 0)) best = { session, value };
  }
  return best?.session;
}

function decimalOf(value: number | undefined): Decimal28 | undefined {
  return value === undefined ? undefined : { units: BigInt(value), scale: 0 };
}
