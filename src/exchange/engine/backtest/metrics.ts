import { Exact, type Decimal } from "../../../wire/index.ts";
import {
  subtract,
  divide,
  round,
  fromFixed8,
  sum,
  formatDecimal,
  multiply,
  HUNDRED,
  ZERO,
  type Decimal28,
  type Fixed8,
  negate,
} from "../../base/amount.ts";
import { areEqual } from "../../base/statistics.ts";
import type { ExchangeState } from "../state.ts";
import type { BacktestSession, Figures, PairFigures, SandboxTrade, Snapshot } from "./model.ts";
import { DAY, MINUTE } from "../../time/units.ts";

// As on the platform, snapshots count as daily, regardless of the time between them.
const ANNUAL = new Exact("365.25").sqrt();

/** Return in percent, 2 decimals. */
export function roiOf(equity: Decimal28, startingBalance: Fixed8): Decimal28 {
  const start = fromFixed8(startingBalance);
  return round(multiply(divide(subtract(equity, start), start), HUNDRED), 2);
}

export function figuresOf({ quirks }: ExchangeState, session: BacktestSession): Figures {
  const { snapshots, startTime, endTime } = session;
  const { trades } = session.sandbox;
  const results = trades.flatMap((trade) => (trade.realised === undefined ? [] : [trade.realised]));
  const wins = results.filter((result) => result.units > 0n);
  const losses = results.filter((result) => result.units < 0n);
  const returns = returnsOf(snapshots);
  return {
    sharpeRatio: sharpeOf(returns, quirks.flatReturnsHaveRatios),
    sortinoRatio: sortinoOf(returns),
    ...drawdownOf(snapshots),
    winRate: winRateOf(wins.length, results.length),
    profitFactor: losses.length === 0 ? undefined : round(divide(sum(wins), magnitude(sum(losses))), 4),
    averageWin: meanOf(wins),
    averageLoss: meanOf(losses),
    best: extremeOf(results, 1),
    worst: extremeOf(results, -1),
    averageMinutes: spacingOf(trades),
    tradesPerDay: round(divide(countOf(trades.length * DAY), countOf(endTime - startTime)), 2),
  };
}

/** Totals by pair, in the order of their first trades. */
export function figuresByPair(trades: readonly SandboxTrade[]): readonly PairFigures[] {
  return [...new Set(trades.map((trade) => trade.symbol))].map((symbol) => {
    const group = trades.filter((trade) => trade.symbol === symbol);
    const results = group.flatMap((trade) => (trade.realised === undefined ? [] : [trade.realised]));
    const wins = results.filter((result) => result.units > 0n).length;
    return {
      symbol,
      trades: group.length,
      wins,
      losses: results.filter((result) => result.units < 0n).length,
      winRate: winRateOf(wins, results.length),
      netPnl: sum(results),
      volume: sum(group.map((trade) => trade.gross)),
    };
  });
}

function winRateOf(wins: number, results: number): Decimal28 {
  return results === 0 ? ZERO : round(multiply(divide(countOf(wins), countOf(results)), HUNDRED), 2);
}

function meanOf(amounts: readonly Decimal28[]): Decimal28 {
  return amounts.length === 0 ? ZERO : round(divide(sum(amounts), countOf(amounts.length)), 8);
}

function extremeOf(amounts: readonly Decimal28[], sign: 1 | -1): Decimal28 {
  return (
    amounts.reduce<Decimal28 | undefined>((extreme, amount) => {
      if (extreme === undefined) return amount;
      return subtract(amount, extreme).units * BigInt(sign) > 0n ? amount : extreme;
    }, undefined) ?? ZERO
  );
}

function spacingOf(trades: readonly SandboxTrade[]): Decimal28 {
  const first = trades[0];
  const last = trades.at(-1);
  if (first === undefined || last === undefined || trades.length < 2) return ZERO;
  return round(divide(countOf(last.time - first.time), countOf((trades.length - 1) * MINUTE)), 2);
}

function drawdownOf(snapshots: readonly Snapshot[]): Pick<Figures, "maxDrawdownPct" | "maxDrawdownDays"> {
  const first = snapshots[0];
  const last = snapshots.at(-1);
  if (first === undefined || last === undefined) return { maxDrawdownPct: ZERO, maxDrawdownDays: ZERO };
  let peak = first;
  let deepest: Decimal28 = { units: 0n, scale: 2 };
  let before = first;
  for (const snapshot of snapshots) {
    if (subtract(snapshot.equity, peak.equity).units > 0n) peak = snapshot;
    if (peak.equity.units <= 0n) continue;
    const drawdown = round(multiply(divide(subtract(peak.equity, snapshot.equity), peak.equity), HUNDRED), 2);
    if (drawdown.units <= deepest.units) continue;
    deepest = drawdown;
    before = peak;
  }
  return { maxDrawdownPct: deepest, maxDrawdownDays: round(divide(countOf(last.time - before.time), countOf(DAY)), 2) };
}

/** Simple returns between consecutive snapshots. */
function returnsOf(snapshots: readonly Snapshot[]): readonly Decimal[] {
  const returns: Decimal[] = [];
  let before = ZERO;
  for (const { equity } of snapshots) {
    if (before.units > 0n) returns.push(decimalOf(divide(subtract(equity, before), before)));
    before = equity;
  }
  return returns;
}

function sharpeOf(returns: readonly Decimal[], withNoise: boolean): Decimal28 | undefined {
  if (returns.length < 2 || (!withNoise && areEqual(returns.map(Number)))) return undefined;
  const mean = total(returns).div(returns.length);
  const variance = total(returns.map((each) => each.minus(mean).pow(2))).div(returns.length - 1);
  return variance.isZero() ? undefined : ratioOf(mean.div(variance.sqrt()));
}

/** Deviation counts losses only. */
function sortinoOf(returns: readonly Decimal[]): Decimal28 | undefined {
  const losses = returns.filter((each) => each.isNegative() && !each.isZero());
  if (returns.length < 2 || losses.length === 0) return undefined;
  const deviation = total(losses.map((each) => each.pow(2)))
    .div(losses.length)
    .sqrt();
  return ratioOf(total(returns).div(returns.length).div(deviation));
}

function total(values: readonly Decimal[]): Decimal {
  return values.reduce((all, each) => all.plus(each), new Exact(0));
}

/** Annualised, 4 decimals. */
function ratioOf(ratio: Decimal): Decimal28 {
  return {
    units: BigInt(ratio.times(ANNUAL).toDecimalPlaces(4, Exact.ROUND_HALF_UP).times(10_000).toFixed(0)),
    scale: 4,
  };
}

function decimalOf(amount: Decimal28): Decimal {
  return new Exact(formatDecimal(amount));
}

function magnitude(amount: Decimal28): Decimal28 {
  return amount.units < 0n ? negate(amount) : amount;
}

function countOf(count: number): Decimal28 {
  return { units: BigInt(count), scale: 0 };
}
