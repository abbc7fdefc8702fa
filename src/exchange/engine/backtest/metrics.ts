import { Exact, type Decimal } from "../../../wire/index.ts";
import {
  compare,
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
import type { Tree } from "../../collections/tree.ts";
import { valuesOf } from "../../collections/valuesOf.ts";
import { areEqual } from "../../base/statistics.ts";
import type { ExchangeState } from "../state.ts";
import { toCount, winRateOf } from "./totals.ts";
import type { BacktestSession, Figures, SandboxTrade, Snapshot } from "./model.ts";
import { DAY, MINUTE } from "../../time/units.ts";

// As on the platform, snapshots count as daily, regardless of the time between them.
const ANNUAL = new Exact("365.25").sqrt();

/** Return in percent, 2 decimals. */
export function roiOf(equity: Decimal28, startingBalance: Fixed8): Decimal28 {
  const start = fromFixed8(startingBalance);
  return round(multiply(divide(subtract(equity, start), start), HUNDRED), 2);
}

export function figuresOf({ quirks }: ExchangeState, session: BacktestSession): Figures {
  const { startTime, endTime } = session;
  const snapshots = valuesOf(session.snapshots);
  const { trades, totals } = session.sandbox;
  const { results, best = ZERO, worst = ZERO } = totals;
  const returns = returnsOf(snapshots);
  return {
    sharpeRatio: sharpeOf(returns, quirks.flatReturnsHaveRatios),
    sortinoRatio: sortinoOf(returns),
    ...drawdownOf(snapshots),
    winRate: winRateOf(results),
    profitFactor: results.losses === 0 ? undefined : round(divide(results.won, negate(results.lost)), 4),
    averageWin: meanOf(results.won, results.wins),
    averageLoss: meanOf(results.lost, results.losses),
    best,
    worst,
    averageMinutes: spacingOf(trades),
    tradesPerDay: round(divide(toCount(trades.size * DAY), toCount(endTime - startTime)), 2),
  };
}

function meanOf(total: Decimal28, count: number): Decimal28 {
  return count === 0 ? ZERO : round(divide(total, toCount(count)), 8);
}

function spacingOf(trades: Tree<number, SandboxTrade>): Decimal28 {
  const [, first] = trades.first() ?? [];
  const [, last] = trades.last() ?? [];
  if (first === undefined || last === undefined || trades.size < 2) return ZERO;
  return round(divide(toCount(last.time - first.time), toCount((trades.size - 1) * MINUTE)), 2);
}

function drawdownOf(snapshots: readonly Snapshot[]): Pick<Figures, "maxDrawdownPct" | "maxDrawdownDays"> {
  const first = snapshots[0];
  const last = snapshots.at(-1);
  if (first === undefined || last === undefined) return { maxDrawdownPct: ZERO, maxDrawdownDays: ZERO };
  let peak = first;
  // Only a new low since the peak can be a new drawdown.
  let low = first;
  let deepest: Decimal28 = { units: 0n, scale: 2 };
  let before = first;
  for (const snapshot of snapshots) {
    if (compare(snapshot.equity, peak.equity) > 0) peak = low = snapshot;
    if (peak.equity.units <= 0n || compare(snapshot.equity, low.equity) >= 0) continue;
    low = snapshot;
    const drawdown = round(multiply(divide(subtract(peak.equity, snapshot.equity), peak.equity), HUNDRED), 2);
    if (drawdown.units <= deepest.units) continue;
    deepest = drawdown;
    before = peak;
  }
  return { maxDrawdownPct: deepest, maxDrawdownDays: round(divide(toCount(last.time - before.time), toCount(DAY)), 2) };
}

/** Simple returns between consecutive snapshots. */
function returnsOf(snapshots: readonly Snapshot[]): readonly Decimal28[] {
  const returns: Decimal28[] = [];
  let before = ZERO;
  for (const { equity } of snapshots) {
    if (before.units > 0n) returns.push(divide(subtract(equity, before), before));
    before = equity;
  }
  return returns;
}

function sharpeOf(returns: readonly Decimal28[], withNoise: boolean): Decimal28 | undefined {
  if (returns.length < 2 || (!withNoise && areEqual(rangeOf(returns)))) return undefined;
  const mean = divide(sum(returns), toCount(returns.length));
  const variance = divide(sum(returns.map((each) => square(subtract(each, mean)))), toCount(returns.length - 1));
  return variance.units === 0n ? undefined : ratioOf(mean, variance);
}

/** Deviation counts losses only. */
function sortinoOf(returns: readonly Decimal28[]): Decimal28 | undefined {
  const losses = returns.filter((each) => each.units < 0n);
  if (returns.length < 2 || losses.length === 0) return undefined;
  const variance = divide(sum(losses.map(square)), toCount(losses.length));
  return ratioOf(divide(sum(returns), toCount(returns.length)), variance);
}

/** The lowest and the highest of some values. */
function rangeOf(values: readonly Decimal28[]): readonly number[] {
  let low = values[0] ?? ZERO;
  let high = low;
  for (const value of values) {
    if (compare(value, low) < 0) low = value;
    if (compare(value, high) > 0) high = value;
  }
  return [Number(formatDecimal(low)), Number(formatDecimal(high))];
}

function square(value: Decimal28): Decimal28 {
  return multiply(value, value);
}

/** The annualised ratio of a mean to a deviation, 4 decimals. */
function ratioOf(mean: Decimal28, variance: Decimal28): Decimal28 {
  const ratio = exact(mean).div(exact(variance).sqrt()).times(ANNUAL);
  return { units: BigInt(ratio.toDecimalPlaces(4, Exact.ROUND_HALF_UP).times(10_000).toFixed(0)), scale: 4 };
}

function exact(amount: Decimal28): Decimal {
  return new Exact(formatDecimal(amount));
}
