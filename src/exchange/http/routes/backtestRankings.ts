import { decimal, integer, list, nullable, record, text } from "../../../wire/index.ts";
import { compare, fromFixed8, formatDecimal, type Decimal28 } from "../../base/amount.ts";
import type { BacktestSession } from "../../engine/backtest/model.ts";
import { tidySession } from "../../engine/backtest/lifecycle.ts";
import { progressOf } from "../../engine/backtest/stepping.ts";
import { crash, Rejection } from "../../base/rejection.ts";
import { pnlOf, textOrNull, wireStatus } from "./backtestStatus.ts";
import type { Call } from "../call.ts";
import { jsonReply } from "../reply.ts";
import { bareRoute, type Route } from "../route.ts";
import { parseLooseUuid } from "../uuid.ts";

const comparisonRecord = record({
  comparisons: list(
    record({
      sessionId: text,
      strategyLabel: text,
      roiPct: decimal,
      sharpeRatio: nullable(decimal),
      maxDrawdownPct: nullable(decimal),
      totalTrades: integer,
      winRate: nullable(decimal),
      profitFactor: nullable(decimal),
    }),
  ),
  bestByRoi: nullable(text),
  bestBySharpe: nullable(text),
  bestByDrawdown: nullable(text),
  recommendation: nullable(text),
});
const bestRecord = record({ sessionId: text, strategyLabel: text, metric: text, value: text });

const zero: Decimal28 = { units: 0n, scale: 0 };

/** By what the best session can be looked for; also what lists can be sorted by. */
const METRICS: Readonly<Record<string, (session: BacktestSession) => Decimal28 | undefined>> = {
  roi_pct: ({ outcome }) => outcome?.roiPct,
  sharpe_ratio: ({ outcome }) => outcome?.figures?.sharpeRatio,
  sortino_ratio: ({ outcome }) => outcome?.figures?.sortinoRatio,
  max_drawdown_pct: ({ outcome }) => outcome?.figures?.maxDrawdownPct,
  win_rate: ({ outcome }) => outcome?.figures?.winRate,
  profit_factor: ({ outcome }) => outcome?.figures?.profitFactor,
  total_trades: ({ outcome }) => (outcome === undefined ? undefined : { units: BigInt(outcome.totalTrades), scale: 0 }),
  total_pnl: (session) => pnlOf(session),
};
const COLUMNS: Readonly<Record<string, (session: BacktestSession) => Decimal28 | undefined>> = {
  ...METRICS,
  final_equity: ({ outcome }) => (outcome === undefined ? undefined : fromFixed8(outcome.equity)),
  total_fees: ({ outcome }) => outcome?.fees,
  starting_balance: ({ startingBalance }) => fromFixed8(startingBalance),
  start_time: ({ startTime }) => moment(startTime),
  end_time: ({ endTime }) => moment(endTime),
  started_at: ({ startedAt }) => moment(startedAt),
  completed_at: ({ completedAt }) => moment(completedAt),
  candle_interval: ({ interval }) => moment(interval),
  total_steps: ({ totalSteps }) => moment(totalSteps),
  current_step: ({ shown }) => moment(shown.step),
  progress_pct: ({ shown, totalSteps }) => progressOf(shown.step, totalSteps),
};

/** Backtests of an account side by side. */
export const backtestRankingRoutes: readonly Route[] = [
  bareRoute("GET", "/api/v1/backtest/list", (call) => {
    const { query } = call;
    const label = query.optionalText("strategy_label");
    const status = query.optionalText("status");
    const agentText = query.optionalText("agent_id");
    const column = query.optionalText("sort_by");
    const limit = query.integer("limit", { least: 1, most: 200 }, 50);
    query.done();
    const agentId = agentText === undefined ? undefined : demandedId(call, "agent_id", agentText);
    const found = sessionsOf(call).filter(
      (session) =>
        (label === undefined || session.strategyLabel === label) &&
        (status === undefined || session.status === status) &&
        (agentId === undefined || session.agentId === agentId),
    );
    const backtests = sorted(found, column).slice(0, limit).map(wireStatus);
    return jsonReply(200, { backtests, total: backtests.length });
  }),

  bareRoute("GET", "/api/v1/backtest/compare", (call) => {
    const ids = call.query
      .text("sessions")
      .split(",")
      .map((id) => id.trim())
      .filter((id) => id !== "");
    call.query.done();
    if (ids.length < 2) {
      const message = "At least 2 session IDs required for comparison.";
      throw new Rejection("VALIDATION_ERROR", "Request validation failed.", { message, field: "sessions" });
    }
    const sessions = ids.map((id) => comparedSession(call, demandedId(call, "sessions", id)));
    const isLacking = ({ status, outcome }: BacktestSession): boolean =>
      status === "completed" && outcome?.figures?.sharpeRatio === undefined;
    if (call.state.quirks.missingSharpeCrashesComparison && sessions.some(isLacking)) throw crash();
    const bestBySharpe = bestOf(sessions, "sharpe_ratio", 1)?.id ?? null;
    return jsonReply(
      200,
      comparisonRecord.encode({
        comparisons: sessions.map((session) => {
          const { outcome } = session;
          return {
            sessionId: session.id,
            strategyLabel: session.strategyLabel,
            roiPct: formatDecimal(outcome?.roiPct ?? zero),
            sharpeRatio: textOrNull(outcome?.figures?.sharpeRatio),
            maxDrawdownPct: textOrNull(outcome?.figures?.maxDrawdownPct),
            totalTrades: outcome?.totalTrades ?? 0,
            winRate: textOrNull(outcome?.figures?.winRate),
            profitFactor: textOrNull(outcome?.figures?.profitFactor),
          };
        }),
        bestByRoi: bestOf(sessions, "roi_pct", 1)?.id ?? null,
        bestBySharpe,
        bestByDrawdown: bestOf(sessions, "max_drawdown_pct", -1)?.id ?? null,
        recommendation: bestBySharpe,
      }),
    );
  }),

  bareRoute("GET", "/api/v1/backtest/best", (call) => {
    const metric = call.query.optionalText("metric") ?? "roi_pct";
    const label = call.query.optionalText("strategy_label");
    if (!Object.hasOwn(METRICS, metric)) {
      const message = `Metric '${metric}' is not supported. Use one of: ${Object.keys(METRICS).join(", ")}.`;
      throw new Rejection("VALIDATION_ERROR", "Request validation failed.", { message, field: "metric" });
    }
    const found = sessionsOf(call).filter(
      (session) => session.status === "completed" && (label === undefined || session.strategyLabel === label),
    );
    const best = bestOf(found, metric, 1);
    if (best === undefined) throw new Rejection("BACKTEST_NOT_FOUND", "There is no completed backtest.");
    return jsonReply(
      200,
      bestRecord.encode({
        sessionId: best.id,
        strategyLabel: best.strategyLabel,
        metric,
        value: formatDecimal(METRICS[metric]?.(best) ?? zero),
      }),
    );
  }),
];

/** Sessions of the caller's account, newest first. */
function sessionsOf({ state, account }: Call): readonly BacktestSession[] {
  const found = [...state.backtests.values()].filter((session) => session.account === account).toReversed();
  for (const session of found) tidySession(state, session);
  return found;
}

function comparedSession({ state, account }: Call, id: string): BacktestSession {
  const session = state.backtests.get(id);
  if (session !== undefined && (state.quirks.backtestsOpenToAll || session.account === account)) {
    tidySession(state, session);
    return session;
  }
  throw new Rejection("BACKTEST_NOT_FOUND", `Backtest session '${id}' not found.`, { session_id: id });
}

/** An id among a query's texts. */
function demandedId({ state, query }: Call, name: string, value: string): string {
  const id = parseLooseUuid(value);
  if (id !== undefined) return id;
  if (state.quirks.malformedIdsCrash) throw crash();
  query.issue(name, "uuid_parsing", "Input should be a valid UUID");
  query.done();
  return value;
}

/** Highest first; those without a value last, otherwise the newest first. */
function sorted(sessions: readonly BacktestSession[], column: string | undefined): readonly BacktestSession[] {
  const value = column !== undefined && Object.hasOwn(COLUMNS, column) ? COLUMNS[column] : undefined;
  if (value === undefined) {
    const textColumn = column === "status" || column === "strategy_label" ? column : undefined;
    if (textColumn === undefined) return sessions;
    const textOf = (session: BacktestSession): string =>
      textColumn === "status" ? session.status : session.strategyLabel;
    return sessions.toSorted((a, b) => (textOf(a) < textOf(b) ? 1 : textOf(a) > textOf(b) ? -1 : 0));
  }
  return sessions.toSorted((a, b) => {
    const left = value(a);
    const right = value(b);
    if (left === undefined || right === undefined) return (left === undefined ? 1 : 0) - (right === undefined ? 1 : 0);
    return compare(right, left);
  });
}

/** The session with the highest (`sign` 1) or lowest (-1) value, the first of equals. */
function bestOf(sessions: readonly BacktestSession[], metric: string, sign: 1 | -1): BacktestSession | undefined {
  let best: { readonly session: BacktestSession; readonly value: Decimal28 } | undefined;
  for (const session of sessions) {
    const value = METRICS[metric]?.(session);
    if (value !== undefined && (best === undefined || sign * compare(value, best.value) > 0)) best = { session, value };
  }
  return best?.session;
}

function moment(value: number | undefined): Decimal28 | undefined {
  return value === undefined ? undefined : { units: BigInt(value), scale: 0 };
}
