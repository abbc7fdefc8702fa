import type { Backtest } from "../../../endpoints/backtest/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { subtract, fromFixed8, formatDecimal, formatFixed8, type Decimal28, ZERO8 } from "../../base/amount.ts";
import type { BacktestSession } from "../../engine/backtest/model.ts";
import { progressOf } from "../../engine/backtest/stepping.ts";
import { formatOptional } from "./format.ts";

/** The profit of a finished session. */
export function pnlOf({ outcome, startingBalance }: BacktestSession): Decimal28 | undefined {
  return outcome === undefined ? undefined : subtract(fromFixed8(outcome.equity), fromFixed8(startingBalance));
}

/** Seconds by the exchange's clock, with 2 decimals. */
export function durationOf({ startedAt, completedAt }: BacktestSession): number | undefined {
  return startedAt === undefined || completedAt === undefined
    ? undefined
    : Math.round((completedAt - startedAt) / 10) / 100;
}

/** A session in the form of its status and of lists. */
export function wireStatus(session: BacktestSession): Encodable<Backtest> {
  const { outcome, reported: shown, totalSteps } = session;
  return {
    sessionId: session.id,
    agentId: session.agentId,
    strategyLabel: session.strategyLabel,
    startTime: new Date(session.startTime),
    endTime: new Date(session.endTime),
    status: session.status,
    candleInterval: session.interval,
    startingBalance: formatFixed8(session.startingBalance),
    pairs: session.pairs ?? null,
    progressPct: Number(formatDecimal(progressOf(shown.step, totalSteps))),
    currentStep: shown.step,
    totalSteps,
    virtualClock: shown.time === undefined ? null : new Date(shown.time),
    finalEquity: outcome === undefined ? null : formatFixed8(outcome.equity),
    totalPnl: formatOptional(pnlOf(session)),
    roiPct: formatOptional(outcome?.roiPct),
    totalTrades: outcome?.totalTrades ?? 0,
    totalFees: formatDecimal(outcome?.fees ?? fromFixed8(ZERO8)),
    sharpeRatio: formatOptional(outcome?.figures?.sharpeRatio),
    maxDrawdownPct: formatOptional(outcome?.figures?.maxDrawdownPct),
    createdAt: new Date(session.createdAt),
    startedAt: session.startedAt === undefined ? null : new Date(session.startedAt),
    completedAt: session.completedAt === undefined ? null : new Date(session.completedAt),
    durationRealSec: durationOf(session) ?? null,
  };
}
