import {
  backtestResultsRecord,
  type BacktestMetrics,
  type BacktestSummary,
} from "../../../endpoints/backtest/index.ts";
import { decimal, integer, list, nullable, record, text, type Encodable } from "../../../wire/index.ts";
import { subtract, round, fromFixed8, formatDecimal, formatFixed8, type Decimal28 } from "../../base/amount.ts";
import type { BacktestSession, Figures, PairFigures } from "../../engine/backtest/model.ts";
import { SLIPPAGE_TEXT } from "../../engine/backtest/sandbox.ts";
import { outcomeSoFar } from "../../engine/backtest/stepping.ts";
import { findSession, ownSession, refuseUnknown } from "./backtests.ts";
import { durationOf, textOrNull, wireStatus } from "./backtestStatus.ts";
import type { Call } from "../call.ts";
import { offsetText } from "../fields.ts";
import { jsonReply } from "../reply.ts";
import { bareRoute, route, type Route } from "../route.ts";

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
export const backtestReportRoutes: readonly Route[] = [
  route("GET", "/api/v1/backtest/{session_id}/results", backtestResultsRecord, (call) => {
    const session = ownSession(call);
    const { summary, byPair } = resultOf(call, session);
    return {
      sessionId: session.id,
      status: session.status,
      config: {
        startTime: offsetText(session.startTime),
        endTime: offsetText(session.endTime),
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

  bareRoute("GET", "/api/v1/backtest/{session_id}/status", (call) => jsonReply(200, wireStatus(ownSession(call)))),

  bareRoute("GET", "/api/v1/backtest/{session_id}/results/equity-curve", (call) => {
    const interval = call.query.integer("interval", { least: 1 }, 1);
    call.query.done();
    const session = storedSession(call);
    const snapshots = (isStored(call, session) ? session.snapshots : [])
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
    const trades = (isStored(call, session) ? session.sandbox.trades : [])
      .slice(offset, offset + limit)
      .map((trade) => ({
        id: trade.id,
        sessionId,
        symbol: trade.symbol,
        side: trade.side,
        type: trade.type,
        quantity: eightDecimals(trade.quantity),
        price: formatDecimal(trade.price),
        quoteAmount: formatDecimal(trade.gross),
        fee: formatDecimal(trade.fee),
        slippagePct: SLIPPAGE_TEXT,
        realizedPnl: trade.realised === undefined ? "0" : formatDecimal(trade.realised),
        stopPrice: trade.triggerPrice === undefined ? null : eightDecimals(trade.triggerPrice),
        simulatedAt: offsetText(trade.time),
      }));
    return jsonReply(200, tradesRecord.encode({ sessionId, trades, total: trades.length }));
  }),
];

/** The session of the path; the platform knows nothing of unknown ones instead of saying so. */
function storedSession(call: Call): BacktestSession | undefined {
  const session = findSession(call, false);
  return session === undefined && !call.state.quirks.backtestsOpenToAll ? refuseUnknown(call) : session;
}

/** Whether the session's trades and snapshots can be read: the platform stores them when it ends. */
function isStored({ state }: Call, session: BacktestSession | undefined): session is BacktestSession {
  return session !== undefined && (session.outcome !== undefined || !state.quirks.resultsWaitForTheEnd);
}

type Summary = Omit<Encodable<BacktestSummary>, "durationRealSec">;

/** What a session has reached; on the platform nothing before its end, and no pairs unless it is completed. */
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

function eightDecimals(amount: Decimal28): string {
  return formatDecimal(round(amount, 8, "half-away"));
}
