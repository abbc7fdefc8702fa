import {
  leaderboardRecord,
  performanceRecord,
  portfolioHistoryRecord,
  type Leaderboard,
} from "../../../endpoints/analytics/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { textOfAmount, textOfStored } from "../../base/amount.ts";
import { leaderboardOf } from "../../engine/reports/leaderboard.ts";
import { performanceOf, periodStart } from "../../engine/reports/performance.ts";
import { ratiosOf } from "../../engine/reports/ratios.ts";
import { hourlyEquity, MOST_HOURS, snapshotsOf, takeSnapshot } from "../../engine/reports/snapshots.ts";
import { ratioText } from "./ratioText.ts";
import { route, type Route } from "../route.ts";

const PERIODS = { "1d": 1, "7d": 7, "30d": 30, "90d": 90, all: undefined } as const;
const REMEMBERED = 60_000;

/** The routes of analytics, with leaderboards that are remembered for a minute. */
export function analyticsRoutes(): readonly Route[] {
  const remembered = new Map<string, { readonly until: number; readonly answer: Encodable<Leaderboard> }>();

  return [
    route("GET", "/api/v1/analytics/performance", performanceRecord, ({ state, query, scope }) => {
      const period = query.oneOf("period", ["1d", "7d", "30d", "90d", "all"], "all");
      query.done();
      const days = PERIODS[period];
      const since = periodStart(state.now, days);
      const figures = performanceOf(scope, since, days);
      const { flatReturnsHaveRatios, profitFactorZeroWithoutLosses } = state.quirks;
      const ratios = ratiosOf(hourlyEquity(state, scope, since, MOST_HOURS), flatReturnsHaveRatios);
      const profitFactor = figures.profitFactor ?? (profitFactorZeroWithoutLosses ? 0 : undefined);
      return {
        period,
        sharpeRatio: ratioText(ratios.sharpe),
        sortinoRatio: ratioText(ratios.sortino),
        maxDrawdownPct: ratioText(ratios.maxDrawdown),
        maxDrawdownDurationDays: ratios.drawdownLength,
        winRate: ratioText(figures.winRate),
        profitFactor: profitFactor === undefined ? null : ratioText(profitFactor),
        avgWin: textOfAmount(figures.averageWin),
        avgLoss: textOfAmount(figures.averageLoss),
        totalTrades: figures.closed,
        avgTradesPerDay: ratioText(figures.perDay),
        bestTrade: textOfAmount(figures.best),
        worstTrade: textOfAmount(figures.worst),
        currentStreak: figures.streak,
      };
    }),

    route("GET", "/api/v1/analytics/portfolio/history", portfolioHistoryRecord, ({ state, query, scope }) => {
      const interval = query.oneOf("interval", ["1m", "1h", "1d"], "1h");
      const limit = query.integer("limit", { least: 1, most: 1000 }, 100);
      query.done();
      const known = snapshotsOf(state, scope, interval, limit);
      // Of a whole account the platform can take none.
      const canTake = scope.agent !== undefined || !state.quirks.snapshotsNeverTaken;
      const snapshots = known.length === 0 && canTake ? [takeSnapshot(state, scope, interval)] : known;
      return {
        accountId: scope.account.id,
        interval,
        snapshots: snapshots.map(({ time, equity, unrealised, realised }) => ({
          time: new Date(time),
          totalEquity: textOfStored(equity),
          unrealizedPnl: textOfStored(unrealised),
          realizedPnl: textOfStored(realised),
        })),
      };
    }),

    route("GET", "/api/v1/analytics/leaderboard", leaderboardRecord, ({ state, query }) => {
      const period = query.oneOf("period", ["1d", "7d", "30d", "90d", "all"], "30d");
      query.done();
      const known = remembered.get(period);
      if (known !== undefined && known.until > state.now) return known.answer;
      const rankings = leaderboardOf(state, PERIODS[period]).map((ranked, at) => ({
        rank: at + 1,
        accountId: ranked.account.id,
        displayName: ranked.account.displayName,
        roiPct: textOfAmount(ranked.roiPct),
        sharpeRatio: ratioText(ranked.sharpe),
        totalTrades: ranked.closed,
        winRate: ratioText(ranked.winRate),
      }));
      const answer = { period, rankings };
      remembered.set(period, { until: state.now + REMEMBERED, answer });
      return answer;
    }),
  ];
}
