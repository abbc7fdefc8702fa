import {
  HUNDRED,
  subtract,
  divide,
  round,
  fromFixed8,
  multiply,
  ZERO,
  type Decimal28,
  ZERO8,
} from "../../base/amount.ts";
import type { Account } from "../model.ts";
import { performanceOf, startOfPeriod } from "./performance.ts";
import { ratiosOf } from "./ratios.ts";
import { dailyEquity, hourlyEquity, MAX_HOURS } from "./snapshots.ts";
import type { ExchangeState } from "../state.ts";

/** An account on the leaderboard. */
export interface RankedAccount {
  readonly account: Account;
  /** In percent, 8 decimals. */
  readonly roiPct: Decimal28;
  readonly sharpe: number;
  readonly closed: number;
  readonly winRate: number;
}

const MAX_CANDIDATES = 200;
const MAX_RANKED = 50;

/** The best accounts that closed a trade in a period. Only the oldest accounts take part. */
export function leaderboardOf(state: ExchangeState, days: number | undefined): readonly RankedAccount[] {
  const since = startOfPeriod(state.now, days);
  return state.accounts
    .values()
    .filter((account) => account.status === "active")
    .slice(0, MAX_CANDIDATES)
    .map((account) => rankAccount(state, account, since, days))
    .filter((ranked) => ranked.closed > 0)
    .toSorted((a, b) => (a.roiPct.units < b.roiPct.units ? 1 : a.roiPct.units > b.roiPct.units ? -1 : 0))
    .slice(0, MAX_RANKED);
}

/** Ranks an account by its results since a time, the start of a period of days. */
export function rankAccount(
  state: ExchangeState,
  account: Account,
  since: number,
  days: number | undefined,
): RankedAccount {
  const scope = { account, agent: undefined };
  const { closed, winRate } = performanceOf(state, scope, since, days);
  const sharpe =
    closed === 0
      ? 0
      : ratiosOf(hourlyEquity(state, scope, since, MAX_HOURS), state.quirks.flatReturnsHaveRatios).sharpe;
  return { account, roiPct: closed === 0 ? ZERO : roiOf(state, account), sharpe, closed, winRate };
}

function roiOf(state: ExchangeState, account: Account): Decimal28 {
  const daily = dailyEquity(state, { account, agent: undefined });
  if (daily === undefined || daily.start === 0n) return fromFixed8(ZERO8);
  const start = fromFixed8(daily.start);
  return round(multiply(divide(subtract(fromFixed8(daily.equity), start), start), HUNDRED), 8);
}
