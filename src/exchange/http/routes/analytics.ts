import { getPerformance } from "../../../endpoints/analytics/index.ts";
import { textOfAmount } from "../../engine/amount.ts";
import { performanceOf, periodStart } from "../../engine/performance.ts";
import { route, type Route } from "../route.ts";
import { ratioText } from "../ratioText.ts";

const PERIODS = { "1d": 1, "7d": 7, "30d": 30, "90d": 90, all: undefined } as const;

export const analyticsRoutes: readonly Route[] = [
  route(getPerformance, ({ world, query, scope }) => {
    const period = query.oneOf("period", ["1d", "7d", "30d", "90d", "all"], "all");
    query.done();
    const days = PERIODS[period];
    const figures = performanceOf(scope, periodStart(world.now, days), days);
    return {
      period,
      // There are no hourly snapshots, so these are what they are without any.
      sharpeRatio: ratioText(0),
      sortinoRatio: ratioText(0),
      maxDrawdownPct: ratioText(0),
      maxDrawdownDurationDays: 0,
      winRate: ratioText(figures.winRate),
      profitFactor: ratioText(figures.profitFactor),
      avgWin: textOfAmount(figures.averageWin),
      avgLoss: textOfAmount(figures.averageLoss),
      totalTrades: figures.closed,
      avgTradesPerDay: ratioText(figures.perDay),
      bestTrade: textOfAmount(figures.best),
      worstTrade: textOfAmount(figures.worst),
      currentStreak: figures.streak,
    };
  }),
];
