import { toDecimal28, divide, ZERO, type Decimal28, negate } from "../../base/amount.ts";
import type { Scope } from "../model.ts";
import { DAY } from "../../time/units.ts";
import type { ExchangeState } from "../state.ts";
import { resultsOf, totalOf } from "./results.ts";

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
export function performanceOf(
  state: ExchangeState,
  scope: Scope,
  since: number,
  days: number | undefined,
): Performance {
  const { closed, wins, losses, won, lost, best, worst, streak } = resultsOf(state, scope, since);
  const totalWon = totalOf(won, wins);
  const totalLost = totalOf(lost, losses);
  return {
    winRate: closed === 0 ? 0 : (wins / closed) * 100,
    profitFactor: losses > 0 ? numberOf(divide(totalWon, totalLost)) : wins > 0 ? undefined : 0,
    averageWin: meanOf(totalWon, wins),
    averageLoss: meanOf(negate(totalLost), losses),
    best: totalOf(best, closed),
    worst: totalOf(worst, closed),
    closed,
    perDay: days === undefined ? 0 : closed / days,
    streak,
  };
}

/** The start of a period of `days` days, or of all time. */
export function startOfPeriod(now: number, days: number | undefined): number {
  return days === undefined ? Number.NEGATIVE_INFINITY : now - days * DAY;
}

function meanOf(total: Decimal28, count: number): Decimal28 {
  return count === 0 ? ZERO : divide(total, toDecimal28(count));
}

function numberOf({ units, scale }: Decimal28): number {
  return Number(`${units}e${-scale}`);
}
