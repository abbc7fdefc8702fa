import { HUNDRED, minus, over, rounded, stored, times, ZERO, type Amount } from "../base/amount.ts";
import type { Account } from "./model.ts";
import { performanceOf, periodStart } from "./performance.ts";
import { ratiosOf } from "./ratios.ts";
import { dailyEquity, hourlyEquity, MOST_HOURS } from "./snapshots.ts";
import type { World } from "./world.ts";

/** An account that has traded, in the order of the leaderboard. */
export interface Ranked {
  readonly account: Account;
  /** In percent, 8 decimals. */
  readonly roiPct: Amount;
  readonly sharpe: number;
  readonly closed: number;
  readonly winRate: number;
}

const MOST_CANDIDATES = 200;
const MOST_RANKED = 50;

/** The best of the oldest accounts that closed a trade in a period. */
export function leaderboardOf(world: World, days: number | undefined): readonly Ranked[] {
  const since = periodStart(world.now, days);
  return [...world.accounts.values()]
    .filter((account) => account.status === "active")
    .slice(0, MOST_CANDIDATES)
    .map((account) => rankedOf(world, account, since, days))
    .filter((ranked) => ranked.closed > 0)
    .toSorted((a, b) => (a.roiPct.units < b.roiPct.units ? 1 : a.roiPct.units > b.roiPct.units ? -1 : 0))
    .slice(0, MOST_RANKED);
}

function rankedOf(world: World, account: Account, since: number, days: number | undefined): Ranked {
  const scope = { account, agent: undefined };
  const { closed, winRate } = performanceOf(scope, since, days);
  const sharpe =
    closed === 0
      ? 0
      : ratiosOf(hourlyEquity(world, scope, since, MOST_HOURS), world.quirks.flatReturnsHaveRatios).sharpe;
  return { account, roiPct: closed === 0 ? ZERO : roiOf(world, account), sharpe, closed, winRate };
}

function roiOf(world: World, account: Account): Amount {
  const daily = dailyEquity(world, { account, agent: undefined });
  if (daily === undefined || daily.start === 0n) return stored(0n);
  const start = stored(daily.start);
  return rounded(times(over(minus(stored(daily.equity), start), start), HUNDRED), 8);
}
