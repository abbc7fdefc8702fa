import { deflatedSharpe, type SharpeTest } from "./deflatedSharpe.ts";
import { deviation, highest, lowest, mean, median, roundedTo } from "../../base/statistics.ts";
import type { EpisodeFigures, PairAverage, TestFigures } from "./model.ts";

// Fewer Sharpe ratios say nothing about luck.
const LEAST_SHARPES = 10;

/** What episodes gave together; `versions` is how many versions of the strategy were tried. */
export function aggregated(episodes: readonly EpisodeFigures[], versions: number): TestFigures {
  const roi = episodes.map((episode) => episode.roi);
  const sharpes = episodes.flatMap((episode) => episode.sharpe ?? []);
  const winRates = episodes.flatMap((episode) => episode.winRate ?? []);
  const profitable = roi.filter((each) => each > 0).length;
  const trades = episodes.map((episode) => episode.trades);
  const count = episodes.length;
  return {
    episodes: count,
    profitable,
    profitablePct: count === 0 ? 0 : roundedTo((profitable / count) * 100, 2),
    averageRoi: roundedTo(mean(roi), 4),
    medianRoi: roundedTo(median(roi), 4),
    bestRoi: count === 0 ? 0 : roundedTo(highest(roi), 4),
    worstRoi: count === 0 ? 0 : roundedTo(lowest(roi), 4),
    roiDeviation: roundedTo(deviation(roi), 4),
    averageSharpe: sharpes.length === 0 ? null : roundedTo(mean(sharpes), 4),
    averageDrawdown: roundedTo(mean(episodes.map((episode) => episode.drawdown)), 4),
    averageTrades: roundedTo(mean(trades), 2),
    totalTrades: trades.reduce((all, each) => all + each, 0),
    averageWinRate: winRates.length === 0 ? null : roundedTo(mean(winRates), 4),
    sharpe: sharpes.length < LEAST_SHARPES ? undefined : roundedTest(deflatedSharpe(sharpes, Math.max(1, versions), 1)),
    pairs: byPair(episodes),
  };
}

function roundedTest(test: SharpeTest): SharpeTest {
  return {
    ...test,
    observed: roundedTo(test.observed, 6),
    expectedMost: roundedTo(test.expectedMost, 6),
    deflated: roundedTo(test.deflated, 6),
    confidence: roundedTo(test.confidence, 6),
    skewness: roundedTo(test.skewness, 6),
    kurtosis: roundedTo(test.kurtosis, 6),
  };
}

function byPair(episodes: readonly EpisodeFigures[]): TestFigures["pairs"] {
  const symbols = new Set(episodes.flatMap((episode) => Object.keys(episode.pairs ?? {})));
  if (symbols.size === 0) return undefined;
  const averages: Record<string, PairAverage> = {};
  for (const symbol of symbols) {
    const parts = episodes.flatMap((episode) => episode.pairs?.[symbol] ?? []);
    averages[symbol] = {
      averageRoi: roundedTo(mean(parts.map((part) => part.roi)), 4),
      trades: parts.reduce((all, part) => all + part.trades, 0),
      episodes: parts.filter((part) => part.trades > 0).length,
    };
  }
  return averages;
}
