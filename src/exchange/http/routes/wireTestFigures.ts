import type { DeflatedSharpe, TestFigures as WireTestFigures } from "../../../endpoints/testRuns/index.ts";
import type { SharpeTest } from "../../engine/strategies/deflatedSharpe.ts";
import type { TestFigures } from "../../engine/strategies/model.ts";

export function wireFigures(figures: TestFigures): WireTestFigures {
  const pairs = Object.entries(figures.pairs ?? {});
  return {
    episodesCompleted: figures.episodes,
    episodesProfitable: figures.profitable,
    episodesProfitablePct: figures.profitablePct,
    avgRoiPct: figures.averageRoi,
    medianRoiPct: figures.medianRoi,
    bestRoiPct: figures.bestRoi,
    worstRoiPct: figures.worstRoi,
    stdRoiPct: figures.roiDeviation,
    avgSharpe: figures.averageSharpe,
    avgMaxDrawdownPct: figures.averageDrawdown,
    avgTradesPerEpisode: figures.averageTrades,
    totalTrades: figures.totalTrades,
    avgWinRate: figures.averageWinRate,
    deflatedSharpe: figures.sharpe === undefined ? null : wireSharpe(figures.sharpe),
    byPair:
      figures.pairs === undefined
        ? null
        : Object.fromEntries(
            pairs.map(([symbol, { averageRoi, trades, episodes }]) => [
              symbol,
              { avgRoiPct: averageRoi, totalTrades: trades, episodesWithTrades: episodes },
            ]),
          ),
  };
}

export function wireSharpe(test: SharpeTest): DeflatedSharpe {
  return {
    observedSharpe: test.observed,
    expectedMaxSharpe: test.expectedMax,
    deflatedSharpe: test.deflated,
    pValue: test.confidence,
    isSignificant: test.isSignificant,
    numTrials: test.trials,
    numReturns: test.returns,
    skewness: test.skewness,
    kurtosis: test.kurtosis,
  };
}
