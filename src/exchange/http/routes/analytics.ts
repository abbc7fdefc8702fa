import {
  leaderboardRecord,
  performanceRecord,
  portfolioHistoryRecord,
  type Leaderboard,
} from "../../../endpoints/analytics/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { formatDecimal, formatFixed8 } from "../../base/amount.ts";
import { partOf, type Part } from "../../engine/parts.ts";
import { leaderboardOf } from "../../engine/reports/leaderboard.ts";
import { performanceOf, startOfPeriod } from "../../engine/reports/performance.ts";
import { ratiosOf } from "../../engine/reports/ratios.ts";
import { hourlyEquity, MAX_HOURS, snapshotsOf, takeSnapshot } from "../../engine/reports/snapshots.ts";
import { MINUTE } from "../../time/units.ts";
import { route, type Route } from "../route.ts";
import { integer, object, oneOf, withDefault } from "../schema/index.ts";
import { formatRatio } from "./format.ts";

/** Periods of leaderboards and results, in days. */
export const PERIODS = { "1d": 1, "7d": 7, "30d": 30, "90d": 90, all: undefined } as const;
const CACHED_MS = MINUTE;

const period = oneOf(["1d", "7d", "30d", "90d", "all"]);
const performanceQuery = object({ period: withDefault(period, "all") });
const leaderboardQuery = object({ period: withDefault(period, "30d") });
const historyQuery = object({
  interval: withDefault(oneOf(["1m", "1h", "1d"]), "1h"),
  limit: withDefault(integer({ min: 1, max: 1000 }), 100),
});

/** Leaderboards by period, with the time until which they are cached. */
const LEADERBOARDS: Part<Map<string, { readonly until: number; readonly leaderboard: Encodable<Leaderboard> }>> = {
  name: "leaderboards",
  create: () => new Map(),
};

export function analyticsRoutes(): readonly Route[] {
  return [
    route("GET /api/v1/analytics/performance", { query: performanceQuery, output: performanceRecord }, (call) => {
      const { state, scope } = call;
      const { period: name } = call.readQuery();
      const days = PERIODS[name];
      const since = startOfPeriod(state.now, days);
      const figures = performanceOf(state, scope, since, days);
      const { flatReturnsHaveRatios, profitFactorZeroWithoutLosses } = state.quirks;
      const ratios = ratiosOf(hourlyEquity(state, scope, since, MAX_HOURS), flatReturnsHaveRatios);
      const profitFactor = figures.profitFactor ?? (profitFactorZeroWithoutLosses ? 0 : undefined);
      return {
        period: name,
        sharpeRatio: formatRatio(ratios.sharpe),
        sortinoRatio: formatRatio(ratios.sortino),
        maxDrawdownPct: formatRatio(ratios.maxDrawdown),
        maxDrawdownDurationDays: ratios.drawdownLength,
        winRate: formatRatio(figures.winRate),
        profitFactor: profitFactor === undefined ? null : formatRatio(profitFactor),
        avgWin: formatDecimal(figures.averageWin),
        avgLoss: formatDecimal(figures.averageLoss),
        totalTrades: figures.closed,
        avgTradesPerDay: formatRatio(figures.perDay),
        bestTrade: formatDecimal(figures.best),
        worstTrade: formatDecimal(figures.worst),
        currentStreak: figures.streak,
      };
    }),

    route(
      "GET /api/v1/analytics/portfolio/history",
      { query: historyQuery, output: portfolioHistoryRecord },
      (call) => {
        const { state, scope } = call;
        const { interval, limit } = call.readQuery();
        const known = snapshotsOf(state, scope, interval, limit);
        // The platform cannot take a snapshot of a whole account.
        const canTake = scope.agent !== undefined || !state.quirks.snapshotsNeverTaken;
        const snapshots = known.length === 0 && canTake ? [takeSnapshot(state, scope, interval)] : known;
        return {
          accountId: scope.account.id,
          interval,
          snapshots: snapshots.map(({ time, equity, unrealised, realised }) => ({
            time: new Date(time),
            totalEquity: formatFixed8(equity),
            unrealizedPnl: formatFixed8(unrealised),
            realizedPnl: formatFixed8(realised),
          })),
        };
      },
    ),

    route("GET /api/v1/analytics/leaderboard", { query: leaderboardQuery, output: leaderboardRecord }, (call) => {
      const { state } = call;
      const { period: name } = call.readQuery();
      const cache = partOf(state, LEADERBOARDS);
      const cached = cache.get(name);
      if (cached !== undefined && cached.until > state.now) return cached.leaderboard;
      const rankings = leaderboardOf(state, PERIODS[name]).map((ranked, index) => ({
        rank: index + 1,
        accountId: ranked.account.id,
        displayName: ranked.account.displayName,
        roiPct: formatDecimal(ranked.roiPct),
        sharpeRatio: formatRatio(ranked.sharpe),
        totalTrades: ranked.closed,
        winRate: formatRatio(ranked.winRate),
      }));
      const leaderboard = { period: name, rankings };
      cache.set(name, { until: state.now + CACHED_MS, leaderboard });
      return leaderboard;
    }),
  ];
}
