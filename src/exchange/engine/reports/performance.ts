import {
  toDecimal28,
  divide,
  fromFixed8,
  sum,
  ZERO,
  type Decimal28,
  ZERO8,
  type Fixed8,
  negate,
} from "../../base/amount.ts";
import { currentTrades } from "../scope.ts";
import type { Scope, Trade } from "../model.ts";
import { DAY } from "../../time/units.ts";

/** Trading performance of a scope in a period. */
export interface Performance {
  readonly winRate: number;
  /** Undefined when there are wins and no losses. */
  readonly profitFactor: number | undefined;
  readonly averageWin: Decimal28;
  readonly averageLoss: Decimal28;
  readonly best: Decimal28;
  readonly worst: Decimal28;
  readonly closed: number;
  readonly perDay: number;
  /** Current streak: positive for consecutive wins, negative for losses. */
  readonly streak: number;
}

/** Performance of the trades closed since a time. `days` is the length of the period, undefined for all time. */
export function performanceOf(scope: Scope, since: number, days: number | undefined): Performance {
  const closed = [...currentTrades(scope, since)].filter((trade) => trade.realised !== undefined);
  const results = closed.map(resultOf);
  const wins = results.filter((result) => result > 0n);
  const losses = results.filter((result) => result < 0n);
  const won = sum(wins.map(fromFixed8));
  const lost = sum(losses.map((loss) => negate(fromFixed8(loss))));
  const sorted = results.toSorted((a, b) => (a < b ? -1 : 1));
  return {
    winRate: results.length === 0 ? 0 : (wins.length / results.length) * 100,
    profitFactor: losses.length > 0 ? numberOf(divide(won, lost)) : wins.length > 0 ? undefined : 0,
    averageWin: meanOf(won, wins.length),
    averageLoss: meanOf(negate(lost), losses.length),
    best: amountOrZero(sorted.at(-1)),
    worst: amountOrZero(sorted[0]),
    closed: results.length,
    perDay: days === undefined ? 0 : results.length / days,
    streak: streakOf(results),
  };
}

/** The start of a period of `days` days, or of all time. */
export function startOfPeriod(now: number, days: number | undefined): number {
  return days === undefined ? Number.NEGATIVE_INFINITY : now - days * DAY;
}

function resultOf(trade: Trade): Fixed8 {
  return trade.realised ?? ZERO8;
}

function meanOf(total: Decimal28, count: number): Decimal28 {
  return count === 0 ? ZERO : divide(total, toDecimal28(count));
}

function amountOrZero(result: Fixed8 | undefined): Decimal28 {
  return result === undefined ? ZERO : fromFixed8(result);
}

function streakOf(results: readonly Fixed8[]): number {
  let streak = 0;
  for (let at = results.length - 1; at >= 0; at--) {
    const result = results[at] ?? ZERO8;
    if (result === 0n || (result > 0n ? streak < 0 : streak > 0)) break;
    streak += result > 0n ? 1 : -1;
  }
  return streak;
}

function numberOf({ units, scale }: Decimal28): number {
  return Number(`${units}e${-scale}`);
}
