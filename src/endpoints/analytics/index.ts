export {
  getLeaderboard,
  leaderboardRecord,
  type GetLeaderboardOptions,
  type Leaderboard,
  type LeaderboardEntry,
} from "./getLeaderboard.ts";
export {
  getPerformance,
  performanceRecord,
  type AnalyticsPeriod,
  type Performance,
  type GetPerformanceOptions,
} from "./getPerformance.ts";
export {
  getPortfolioHistory,
  portfolioHistoryRecord,
  type PortfolioHistory,
  type GetPortfolioHistoryOptions,
  type PortfolioSnapshot,
} from "./getPortfolioHistory.ts";
