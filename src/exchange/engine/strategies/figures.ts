import { deflatedSharpe, type SharpeTest } from "./deflatedSharpe.ts";
import { standardDeviation, maximum, minimum, mean, median, roundTo } from "../../base/statistics.ts";
import type { EpisodeFigures, PairAverage, TestFigures } from "./model.ts";

// With fewer Sharpe ratios the Deflated Sharpe Ratio is meaningless.
const MIN_SHARPES = 10;

/** Aggregates episodes. `versions` is the number of versions of the strategy that were tried. */
export function aggregateEpisodes(episodes: readonly EpisodeFigures[], versions: number): TestFigures {
  const roi = episodes.map((episode) => episode.roi);
  const sharpes = episodes.flatMap((episode) => episode.sharpe ?? []);
  const winRates = episodes.flatMap((episode) => episode.winRate ?? []);
  const profitable = roi.filter((each) => each > 0).length;
  const trades = episodes.map((episode) => episode.trades);
  const count = episodes.length;
  return {
    episodes: count,
    profitable,
    profitablePct: count === 0 ? 0 : roundTo((profitable / count) * 100, 2),
    averageRoi: roundTo(mean(roi), 4),
    medianRoi: roundTo(median(roi), 4),
    bestRoi: count === 0 ? 0 : roundTo(maximum(roi), 4),
    worstRoi: count === 0 ? 0 : roundTo(minimum(roi), 4),
    roiDeviation: roundTo(standardDeviation(roi), 4),
    averageSharpe: sharpes.length === 0 ? null : roundTo(mean(sharpes), 4),
    averageDrawdown: roundTo(mean(episodes.map((episode) => episode.drawdown)), 4),
    averageTrades: roundTo(mean(trades), 2),
    totalTrades: trades.reduce((all, each) => all + each, 0),
    averageWinRate: winRates.length === 0 ? null : roundTo(mean(winRates), 4),
    sharpe:
      sharpes.length < MIN_SHARPES ? undefined : roundSharpeTest(deflatedSharpe(sharpes, Math.max(1, versions), 1)),
    pairs: averageByPair(episodes),
  };
}

function roundSharpeTest(test: SharpeTest): SharpeTest {
  return {
    ...test,
    observed: roundTo(test.observed, 6),
    expectedMax: roundTo(test.expectedMax, 6),
    deflated: roundTo(test.deflated, 6),
    confidence: roundTo(test.confidence, 6),
    skewness: roundTo(test.skewness, 6),
    kurtosis: roundTo(test.kurtosis, 6),
  };
}

function averageByPair(episodes: readonly EpisodeFigures[]): TestFigures["pairs"] {
  const symbols = new Set(episodes.flatMap((episode) => Object.keys(episode.pairs ?? {})));
  if (symbols.size === 0) return undefined;
  const averages: Record<string, PairAverage> = {};
  for (const symbol of symbols) {
    const parts = episodes.flatMap((episode) => episode.pairs?.[symbol] ?? []);
    averages[symbol] = {
      averageRoi: roundTo(mean(parts.map((part) => part.roi)), 4),
      trades: parts.reduce((all, part) => all + part.trades, 0),
      episodes: parts.filter((part) => part.trades > 0).length,
    };
  }
  return averages;
}
