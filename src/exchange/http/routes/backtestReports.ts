import { getBacktestResults, type BacktestMetrics } from "../../../endpoints/backtest/index.ts";
import { decimal, instant, integer, list, nullable, number, record, text, type Encodable } from "../../../wire/index.ts";
import { compare, minus, rounded, stored, textOfAmount, textOfStored, type Amount } from "../../engine/amount.ts";
import { figuresByPair, type Figures } from "../../engine/backtest/metrics.ts";
import { SLIPPAGE_TEXT } from "../../engine/backtest/sandbox.ts";
import type { BacktestSession } from "../../engine/backtest/session.ts";
import { tidySession } from "../../engine/backtest/sessions.ts";
import { progressOf } from "../../engine/backtest/stepping.ts";
import { crash, Refusal } from "../../engine/refusal.ts";
import { findSession, ownSession, refuseUnknown } from "../backtests.ts";
import type { Call } from "../call.ts";
import { offsetText, uuidOf } from "../fields.ts";
import { jsonReply } from "../reply.ts";
import { bareRoute, route, type Route } from "../route.ts";

const statusRecord = record({
  sessionId: text,
  agentId: nullable(text),
  strategyLabel: text,
  startTime: instant,
  endTime: instant,
  status: text,
  candleInterval: integer,
  startingBalance: decimal,
  pairs: nullable(list(text)),
  progressPct: number,
  currentStep: integer,
  totalSteps: integer,
  virtualClock: nullable(instant),
  finalEquity: nullable(decimal),
  totalPnl: nullable(decimal),
  roiPct: nullable(decimal),
  totalTrades: integer,
  totalFees: nullable(decimal),
  sharpeRatio: nullable(decimal),
  maxDrawdownPct: nullable(decimal),
  createdAt: instant,
  startedAt: nullable(instant),
  completedAt: nullable(instant),
  durationRealSec: nullable(number),
});
const pageRecord = record({ backtests: list(statusRecord), total: integer });
const worth = {
  totalEquity: decimal,
  availableCash: decimal,
  positionValue: decimal,
  unrealizedPnl: decimal,
  realizedPnl: decimal,
};
const curveRecord = record({
  sessionId: text,
  interval: text,
  snapshots: list(record({ simulatedAt: text, ...worth })),
});
const tradesRecord = record({
  sessionId: text,
  trades: list(
    record({
      id: text,
      sessionId: text,
      symbol: text,
      side: text,
      type: text,
      quantity: decimal,
      price: decimal,
      quoteAmount: decimal,
      fee: decimal,
      slippagePct: decimal,
      realizedPnl: decimal,
      stopPrice: nullable(decimal),
      simulatedAt: text,
    }),
  ),
  total: integer,
});
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

const zero: Amount = { units: 0n, scale: 0 };

/** By what the best session can be looked for; also what lists can be sorted by. */
const METRICS: Readonly<Record<string, (session: BacktestSession) => Amount | undefined>> = {
  roi_pct: ({ outcome }) => outcome?.roiPct,
  sharpe_ratio: ({ outcome }) => outcome?.figures?.sharpeRatio,
  sortino_ratio: ({ outcome }) => outcome?.figures?.sortinoRatio,
  max_drawdown_pct: ({ outcome }) => outcome?.figures?.maxDrawdownPct,
  win_rate: ({ outcome }) => outcome?.figures?.winRate,
  profit_factor: ({ outcome }) => outcome?.figures?.profitFactor,
  total_trades: ({ outcome }) => (outcome === undefined ? undefined : { units: BigInt(outcome.totalTrades), scale: 0 }),
  total_pnl: (session) => pnlOf(session),
};
const COLUMNS: Readonly<Record<string, (session: BacktestSession) => Amount | undefined>> = {
  ...METRICS,
  final_equity: ({ outcome }) => (outcome === undefined ? undefined : stored(outcome.equity)),
  total_fees: ({ outcome }) => outcome?.fees,
  starting_balance: ({ startingBalance }) => stored(startingBalance),
  start_time: ({ startTime }) => moment(startTime),
  end_time: ({ endTime }) => moment(endTime),
  started_at: ({ startedAt }) => moment(startedAt),
  completed_at: ({ completedAt }) => moment(completedAt),
  candle_interval: ({ interval }) => moment(interval),
  total_steps: ({ totalSteps }) => moment(totalSteps),
  current_step: ({ shown }) => moment(shown.step),
  progress_pct: ({ shown, totalSteps }) => progressOf(shown.step, totalSteps),
};

export const backtestReportRoutes: readonly Route[] = [
  route(getBacktestResults, (call) => {
    const session = ownSession(call);
    const { outcome } = session;
    return {
      sessionId: session.id,
      status: session.status,
      config: {
        startTime: offsetText(session.startTime),
        endTime: offsetText(session.endTime),
        startingBalance: textOfStored(session.startingBalance),
        candleInterval: String(session.interval),
        pairs: session.pairs ?? [],
        strategyLabel: session.strategyLabel,
      },
      summary: {
        finalEquity: outcome === undefined ? null : textOfStored(outcome.equity),
        totalPnl: textOrNull(pnlOf(session)),
        roiPct: textOrNull(outcome?.roiPct),
        totalTrades: outcome?.totalTrades ?? 0,
        totalFees: textOrNull(outcome?.fees),
        durationRealSec: durationOf(session) ?? 0,
      },
      metrics: wireFigures(outcome?.figures),
      byPair: figuresByPair(session.sandbox.trades).map((pair) => ({
        symbol: pair.symbol,
        trades: pair.trades,
        wins: pair.wins,
        losses: pair.losses,
        winRate: textOfAmount(pair.winRate),
        netPnl: textOfAmount(pair.netPnl),
        totalVolume: textOfAmount(pair.volume),
      })),
    };
  }),

  bareRoute("GET", "/api/v1/backtest/{session_id}/status", (call) =>
    jsonReply(200, statusRecord.encode(wireStatus(ownSession(call)))),
  ),

  bareRoute("GET", "/api/v1/backtest/{session_id}/results/equity-curve", (call) => {
    const interval = call.query.integer("interval", { least: 1 }, 1);
    call.query.done();
    const session = storedSession(call);
    const snapshots = (session?.snapshots ?? [])
      .filter((_, at) => at % interval === 0)
      .map((snapshot) => ({
        simulatedAt: offsetText(snapshot.time),
        totalEquity: eightDecimals(snapshot.equity),
        availableCash: eightDecimals(snapshot.cash),
        positionValue: eightDecimals(snapshot.positionValue),
        unrealizedPnl: eightDecimals(snapshot.unrealised),
        realizedPnl: eightDecimals(snapshot.realised),
      }));
    return jsonReply(
      200,
      curveRecord.encode({ sessionId: call.path.uuid("session_id"), interval: String(interval), snapshots }),
    );
  }),

  bareRoute("GET", "/api/v1/backtest/{session_id}/results/trades", (call) => {
    const limit = call.query.integer("limit", { least: 1, most: 10_000 }, 1000);
    const offset = call.query.integer("offset", { least: 0 }, 0);
    call.query.done();
    const session = storedSession(call);
    const sessionId = call.path.uuid("session_id");
    const trades = (session?.sandbox.trades ?? []).slice(offset, offset + limit).map((trade) => ({
      id: trade.id,
      sessionId,
      symbol: trade.symbol,
      side: trade.side,
      type: trade.type,
      quantity: eightDecimals(trade.quantity),
      price: textOfAmount(trade.price),
      quoteAmount: textOfAmount(trade.gross),
      fee: textOfAmount(trade.fee),
      slippagePct: SLIPPAGE_TEXT,
      realizedPnl: trade.realised === undefined ? "0" : textOfAmount(trade.realised),
      stopPrice: trade.triggerPrice === undefined ? null : eightDecimals(trade.triggerPrice),
      simulatedAt: offsetText(trade.time),
    }));
    return jsonReply(200, tradesRecord.encode({ sessionId, trades, total: trades.length }));
  }),

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
    return jsonReply(200, pageRecord.encode({ backtests, total: backtests.length }));
  }),

  bareRoute("GET", "/api/v1/backtest/compare", (call) => {
    const ids = call.query
      .text("sessions")
      .split(",")
      .map((id) => id.trim())
      .filter((id) => id !== "");
    call.query.done();
    if (ids.length < 2) {
      const message = "At least 2 sessions are needed.";
      throw new Refusal("VALIDATION_ERROR", message, { field: "sessions", message });
    }
    const sessions = ids.map((id) => comparedSession(call, demandedId(call, "sessions", id)));
    const isLacking = ({ status, outcome }: BacktestSession): boolean =>
      status === "completed" && outcome?.figures?.sharpeRatio === undefined;
    if (call.world.quirks.missingSharpeCrashesComparison && sessions.some(isLacking)) throw crash();
    const bestBySharpe = bestOf(sessions, "sharpe_ratio", 1)?.id ?? null;
    return jsonReply(
      200,
      comparisonRecord.encode({
        comparisons: sessions.map((session) => {
          const { outcome } = session;
          return {
            sessionId: session.id,
            strategyLabel: session.strategyLabel,
            roiPct: textOfAmount(outcome?.roiPct ?? zero),
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
      throw new Refusal("VALIDATION_ERROR", message, { field: "metric", message });
    }
    const found = sessionsOf(call).filter(
      (session) => session.status === "completed" && (label === undefined || session.strategyLabel === label),
    );
    const best = bestOf(found, metric, 1);
    if (best === undefined) throw new Refusal("BACKTEST_NOT_FOUND", "There is no completed backtest.");
    return jsonReply(
      200,
      bestRecord.encode({
        sessionId: best.id,
        strategyLabel: best.strategyLabel,
        metric,
        value: textOfAmount(METRICS[metric]?.(best) ?? zero),
      }),
    );
  }),
];

/** The session of the path; the platform knows nothing of unknown ones instead of saying so. */
function storedSession(call: Call): BacktestSession | undefined {
  const session = findSession(call, false);
  return session === undefined && !call.world.quirks.backtestsOpenToAll ? refuseUnknown(call) : session;
}

/** Sessions of the caller's account, newest first. */
function sessionsOf({ world, account }: Call): readonly BacktestSession[] {
  const found = [...world.backtests.values()].filter((session) => session.account === account).toReversed();
  for (const session of found) tidySession(world, session);
  return found;
}

function comparedSession({ world, account }: Call, id: string): BacktestSession {
  const session = world.backtests.get(id);
  if (session !== undefined && (world.quirks.backtestsOpenToAll || session.account === account)) return session;
  throw new Refusal("BACKTEST_NOT_FOUND", `Backtest session '${id}' not found.`, { session_id: id });
}

/** An id among a query's texts. */
function demandedId({ world, query }: Call, name: string, value: string): string {
  const id = uuidOf(value);
  if (id !== undefined) return id;
  if (world.quirks.malformedIdsCrash) throw crash();
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
  let best: { readonly session: BacktestSession; readonly value: Amount } | undefined;
  for (const session of sessions) {
    const value = METRICS[metric]?.(session);
    if (value !== undefined && (best === undefined || sign * compare(value, best.value) > 0)) best = { session, value };
  }
  return best?.session;
}

function pnlOf({ outcome, startingBalance }: BacktestSession): Amount | undefined {
  return outcome === undefined ? undefined : minus(stored(outcome.equity), stored(startingBalance));
}

/** In seconds of the exchange's clock. */
function durationOf({ startedAt, completedAt }: BacktestSession): number | undefined {
  return startedAt === undefined || completedAt === undefined ? undefined : (completedAt - startedAt) / 1000;
}

function wireStatus(session: BacktestSession) {
  const { outcome, shown, totalSteps } = session;
  return {
    sessionId: session.id,
    agentId: session.agentId,
    strategyLabel: session.strategyLabel,
    startTime: new Date(session.startTime),
    endTime: new Date(session.endTime),
    status: session.status,
    candleInterval: session.interval,
    startingBalance: textOfStored(session.startingBalance),
    pairs: session.pairs ?? null,
    progressPct: Number(textOfAmount(progressOf(shown.step, totalSteps))),
    currentStep: shown.step,
    totalSteps,
    virtualClock: shown.time === undefined ? null : new Date(shown.time),
    finalEquity: outcome === undefined ? null : textOfStored(outcome.equity),
    totalPnl: textOrNull(pnlOf(session)),
    roiPct: textOrNull(outcome?.roiPct),
    totalTrades: outcome?.totalTrades ?? 0,
    totalFees: textOrNull(outcome?.fees),
    sharpeRatio: textOrNull(outcome?.figures?.sharpeRatio),
    maxDrawdownPct: textOrNull(outcome?.figures?.maxDrawdownPct),
    createdAt: new Date(session.createdAt),
    startedAt: session.startedAt === undefined ? null : new Date(session.startedAt),
    completedAt: session.completedAt === undefined ? null : new Date(session.completedAt),
    durationRealSec: durationOf(session) ?? null,
  };
}

function wireFigures(figures: Figures | undefined): Encodable<BacktestMetrics> {
  return {
    sharpeRatio: textOrNull(figures?.sharpeRatio),
    sortinoRatio: textOrNull(figures?.sortinoRatio),
    maxDrawdownPct: textOrNull(figures?.maxDrawdownPct),
    maxDrawdownDurationDays: textOrNull(figures?.maxDrawdownDays),
    winRate: textOrNull(figures?.winRate),
    profitFactor: textOrNull(figures?.profitFactor),
    avgWin: textOrNull(figures?.averageWin),
    avgLoss: textOrNull(figures?.averageLoss),
    bestTrade: textOrNull(figures?.best),
    worstTrade: textOrNull(figures?.worst),
    avgTradeDurationMinutes: textOrNull(figures?.averageMinutes),
    tradesPerDay: textOrNull(figures?.tradesPerDay),
  };
}

function textOrNull(amount: Amount | undefined): string | null {
  return amount === undefined ? null : textOfAmount(amount);
}

function moment(value: number | undefined): Amount | undefined {
  return value === undefined ? undefined : { units: BigInt(value), scale: 0 };
}

function eightDecimals(amount: Amount): string {
  return textOfAmount(rounded(amount, 8, "half-away"));
}
