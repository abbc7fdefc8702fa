import { backtestResultsRecord, type BacktestMetrics } from "../../../endpoints/backtest/index.ts";
import { decimal, integer, list, nullable, record, text, type Encodable } from "../../../wire/index.ts";
import { rounded, textOfAmount, textOfStored, type Amount } from "../../engine/amount.ts";
import { figuresByPair, type Figures } from "../../engine/backtest/metrics.ts";
import { SLIPPAGE_TEXT } from "../../engine/backtest/sandbox.ts";
import type { BacktestSession } from "../../engine/backtest/session.ts";
import { findSession, ownSession, refuseUnknown } from "../backtests.ts";
import { durationOf, pnlOf, textOrNull, wireStatus } from "../backtestStatus.ts";
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

  bareRoute("GET", "/api/v1/backtest/{session_id}/status", (call) => jsonReply(200, wireStatus(ownSession(call)))),

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
];

/** The session of the path; the platform knows nothing of unknown ones instead of saying so. */
function storedSession(call: Call): BacktestSession | undefined {
  const session = findSession(call, false);
  return session === undefined && !call.world.quirks.backtestsOpenToAll ? refuseUnknown(call) : session;
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

function eightDecimals(amount: Amount): string {
  return textOfAmount(rounded(amount, 8, "half-away"));
}
