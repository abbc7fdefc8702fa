import {
  backtestEquityCurveRecord,
  backtestRecord,
  backtestResultsRecord,
  storedBacktestTradesRecord,
  type BacktestMetrics,
  type BacktestSummary,
} from "../../../endpoints/backtest/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { subtract, fromFixed8, formatDecimal, formatFixed8 } from "../../base/amount.ts";
import type { BacktestSession, Figures, PairFigures } from "../../engine/backtest/model.ts";
import { SLIPPAGE_TEXT, tradesOf } from "../../engine/backtest/sandbox.ts";
import { outcomeSoFar, snapshotsOf } from "../../engine/backtest/stepping.ts";
import type { Call } from "../call.ts";
import { route, type Route } from "../route.ts";
import { integer, object, withDefault } from "../schema/index.ts";
import { formatTimestamp } from "../timestamps.ts";
import { findSession, ownSession, throwUnknownSession } from "./backtestSession.ts";
import { durationOf, wireStatus } from "./backtestStatus.ts";
import { formatEightDecimals, formatOptional } from "./format.ts";
import { paging } from "./paging.ts";

const curveQuery = object({ interval: withDefault(integer({ min: 1 }), 1) });
const tradesQuery = object(paging(10_000, 1000));

export const backtestReportRoutes: readonly Route[] = [
  route("GET /api/v1/backtest/{session_id}/results", { output: backtestResultsRecord }, (call) => {
    const session = ownSession(call);
    const { summary, byPair } = resultOf(call, session);
    return {
      sessionId: session.id,
      status: session.status,
      config: {
        startTime: formatTimestamp(session.startTime),
        endTime: formatTimestamp(session.endTime),
        startingBalance: formatFixed8(session.startingBalance),
        candleInterval: String(session.interval),
        pairs: session.pairs ?? [],
        strategyLabel: session.strategyLabel,
      },
      summary: { ...summary, durationRealSec: durationOf(session) ?? 0 },
      metrics: wireFigures(session.outcome?.figures),
      byPair: byPair.map((pair) => ({
        symbol: pair.symbol,
        trades: pair.trades,
        wins: pair.wins,
        losses: pair.losses,
        winRate: formatDecimal(pair.winRate),
        netPnl: formatDecimal(pair.netPnl),
        totalVolume: formatDecimal(pair.volume),
      })),
    };
  }),

  route("GET /api/v1/backtest/{session_id}/status", { output: backtestRecord }, (call) => wireStatus(ownSession(call))),

  route(
    "GET /api/v1/backtest/{session_id}/results/equity-curve",
    { query: curveQuery, output: backtestEquityCurveRecord },
    (call) => {
      const { interval } = call.readQuery();
      const session = storedSession(call);
      const snapshots = (isStored(call, session) ? snapshotsOf(session) : [])
        .filter((_, index) => index % interval === 0)
        .map((snapshot) => ({
          simulatedAt: formatTimestamp(snapshot.time),
          totalEquity: formatEightDecimals(snapshot.equity),
          availableCash: formatEightDecimals(snapshot.cash),
          positionValue: formatEightDecimals(snapshot.positionValue),
          unrealizedPnl: formatEightDecimals(snapshot.unrealised),
          realizedPnl: formatEightDecimals(snapshot.realised),
        }));
      return { sessionId: call.readParameter("session_id"), interval: String(interval), snapshots };
    },
  ),

  route(
    "GET /api/v1/backtest/{session_id}/results/trades",
    { query: tradesQuery, output: storedBacktestTradesRecord },
    (call) => {
      const { limit, offset } = call.readQuery();
      const session = storedSession(call);
      const sessionId = call.readParameter("session_id");
      const trades = (isStored(call, session) ? tradesOf(session.sandbox, offset, limit) : []).map((trade) => ({
        tradeId: trade.id,
        sessionId,
        symbol: trade.symbol,
        side: trade.side,
        type: trade.type,
        quantity: formatEightDecimals(trade.quantity),
        price: formatDecimal(trade.price),
        quoteAmount: formatDecimal(trade.gross),
        fee: formatDecimal(trade.fee),
        slippagePct: SLIPPAGE_TEXT,
        realizedPnl: trade.realised === undefined ? "0" : formatDecimal(trade.realised),
        stopPrice: trade.triggerPrice === undefined ? null : formatEightDecimals(trade.triggerPrice),
        simulatedAt: formatTimestamp(trade.time),
      }));
      return { sessionId, trades, total: trades.length };
    },
  ),
];

/** The session of the path. For an unknown one, the platform replies with empty results. */
function storedSession(call: Call<"session_id">): BacktestSession | undefined {
  const session = findSession(call, false);
  return session === undefined && !call.state.quirks.backtestsOpenToAll ? throwUnknownSession(call) : session;
}

/** Whether the session's trades and snapshots can be read. The platform stores them when the session ends. */
function isStored({ state }: Call, session: BacktestSession | undefined): session is BacktestSession {
  return session !== undefined && (session.outcome !== undefined || !state.quirks.resultsWaitForTheEnd);
}

type Summary = Omit<Encodable<BacktestSummary>, "durationRealSec">;

/** A session's results. The platform has none before its end, and no pairs unless it was completed. */
function resultOf(
  { state }: Call,
  session: BacktestSession,
): { readonly summary: Summary; readonly byPair: readonly PairFigures[] } {
  const waits = state.quirks.resultsWaitForTheEnd;
  const start = fromFixed8(session.startingBalance);
  if (session.outcome === undefined && waits) {
    const summary = {
      finalEquity: formatDecimal(start),
      totalPnl: "0",
      roiPct: "0",
      totalTrades: 0,
      totalFees: "0E-8",
    };
    return { summary, byPair: [] };
  }
  const outcome = session.outcome ?? outcomeSoFar(state, session);
  const summary = {
    finalEquity: formatFixed8(outcome.equity),
    totalPnl: formatDecimal(subtract(fromFixed8(outcome.equity), start)),
    roiPct: formatDecimal(outcome.roiPct),
    totalTrades: outcome.totalTrades,
    totalFees: formatDecimal(outcome.fees),
  };
  return { summary, byPair: waits && session.status !== "completed" ? [] : outcome.byPair };
}

function wireFigures(figures: Figures | undefined): Encodable<BacktestMetrics> {
  return {
    sharpeRatio: formatOptional(figures?.sharpeRatio),
    sortinoRatio: formatOptional(figures?.sortinoRatio),
    maxDrawdownPct: formatOptional(figures?.maxDrawdownPct),
    maxDrawdownDurationDays: formatOptional(figures?.maxDrawdownDays),
    winRate: formatOptional(figures?.winRate),
    profitFactor: formatOptional(figures?.profitFactor),
    avgWin: formatOptional(figures?.averageWin),
    avgLoss: formatOptional(figures?.averageLoss),
    bestTrade: formatOptional(figures?.best),
    worstTrade: formatOptional(figures?.worst),
    avgTradeDurationMinutes: formatOptional(figures?.averageMinutes),
    tradesPerDay: formatOptional(figures?.tradesPerDay),
  };
}
