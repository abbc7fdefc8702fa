export {
  getLeaderboard,
  leaderboardRecord,
  type Leaderboard,
  type LeaderboardEntry,
  type LeaderboardPeriod,
} from "./getLeaderboard.ts";
export {
  getPerformance,
  performanceRecord,
  type AnalyticsPeriod,
  type Performance,
  type PerformanceQuery,
} from "./getPerformance.ts";
export {
  getPortfolioHistory,
  portfolioHistoryRecord,
  type PortfolioHistory,
  type PortfolioHistoryQuery,
  type PortfolioSnapshot,
} from "./getPortfolioHistory.ts";
