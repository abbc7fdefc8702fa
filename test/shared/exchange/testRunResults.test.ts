// Results and recommendations of test runs.
import { describe, expect, it } from "vitest";
import { aggregateEpisodes } from "../../../src/exchange/engine/strategies/figures.ts";
import { recommendationsOf } from "../../../src/exchange/engine/strategies/recommendations.ts";
import type { EpisodeFigures } from "../../../src/exchange/engine/strategies/model.ts";
import { wireFigures } from "../../../src/exchange/http/routes/wireTestFigures.ts";
import { testFiguresRecord } from "../../../src/endpoints/testRuns/testFigures.ts";

function episode([roi, sharpe, drawdown, trades, winRate]: readonly [
  number,
  number,
  number,
  number,
  number,
]): EpisodeFigures {
  return { roi, sharpe, drawdown, trades, winRate };
}

describe("results of a test run", () => {
  it("equal the platform's", () => {
    const episodes = (
      [
        [2.5, 1.1, 4, 12, 58.33],
        [-1.25, -0.4, 6.5, 9, 44.44],
        [3.75, 1.6, 3.25, 14, 64.29],
        [0.5, 0.2, 5, 10, 50],
      ] as const
    ).map(episode);
    expect(testFiguresRecord.encode(wireFigures(aggregateEpisodes(episodes, 1)))).toEqual({
      episodes_completed: 4,
      episodes_profitable: 3,
      episodes_profitable_pct: 75,
      avg_roi_pct: 1.375,
      median_roi_pct: 1.5,
      best_roi_pct: 3.75,
      worst_roi_pct: -1.25,
      std_roi_pct: 2.2032,
      avg_sharpe: 0.625,
      avg_max_drawdown_pct: 4.6875,
      avg_trades_per_episode: 11.25,
      total_trades: 45,
      avg_win_rate: 54.265,
    });
    const sharpes = [0.8, -0.3, 1.1, 0.2, 0.6, -0.1, 0.9, 0.4, 0.5, -0.2];
    expect(
      testFiguresRecord.encode(
        wireFigures(
          aggregateEpisodes(
            sharpes.map((each) => episode([each * 2, each, 1, 1, 50])),
            3,
          ),
        ),
      ),
    ).toMatchObject({
      avg_roi_pct: 0.78,
      median_roi_pct: 0.9,
      std_roi_pct: 0.9636,
      avg_sharpe: 0.39,
      episodes_profitable_pct: 70,
      deflated_sharpe: {
        observed_sharpe: 0.853288,
        expected_max_sharpe: 1.482304,
        deflated_sharpe: -2.43486,
        p_value: 0.007449,
        is_significant: false,
        num_trials: 3,
        num_returns: 10,
        skewness: -0.092502,
        kurtosis: -1.260936,
      },
    });
  });

  it("are zero without episodes", () => {
    const wire = testFiguresRecord.encode(wireFigures(aggregateEpisodes([], 1))) as Record<string, unknown>;
    expect(Object.values(wire).filter((each) => each !== 0)).toEqual([null, null]);
    expect([wire["avg_sharpe"], wire["avg_win_rate"], Object.keys(wire).length]).toEqual([null, null, 13]);
  });
});

describe("recommendations", () => {
  const good = aggregateEpisodes([episode([5, 1, 8, 20, 60])], 1);
  const advice = (changes: Partial<typeof good>, definition: object = {}, fractions = false): readonly string[] =>
    recommendationsOf({ ...good, ...changes }, definition as Record<string, unknown>, fractions);

  it("follow from results and rules, each at its threshold", () => {
    expect(advice({})).toEqual([]);
    const pairs = { A: { averageRoi: 6, trades: 1, episodes: 1 }, B: { averageRoi: 0.5, trades: 1, episodes: 1 } };
    expect(advice({ pairs })).toEqual([expect.stringMatching(/A.*B.*5\.5%/)]);
    expect(advice({ averageDrawdown: 15 })).toEqual([]);
    expect(advice({ averageDrawdown: 15.26 })[0]).toContain("15.3");
    expect(advice({ averageDrawdown: 2.9 })).toHaveLength(1);
    expect(advice({ averageDrawdown: 0 })).toEqual([]);
    expect(advice({ averageTrades: 2.9 })).toHaveLength(1);
    expect(advice({ averageTrades: 51 })).toHaveLength(1);
    expect(advice({ averageSharpe: 0.49 })[0]).toContain("0.49");
    expect(advice({}, { entry_conditions: { adx_above: 31 } })[0]).toContain("31");
    expect(advice({}, { entry_conditions: { adx_above: 14 } })).toHaveLength(1);
    expect(advice({}, { exit_conditions: { stop_loss_pct: 2, take_profit_pct: "2.8" } })[0]).toContain("1.4");
    expect(advice({ averageRoi: -0.5 })[0]).toContain("-0.50");
  });

  it("read the win rate as a percentage, or as a fraction", () => {
    expect([40, 60, 80].map((averageWinRate) => advice({ averageWinRate }).length)).toEqual([1, 0, 1]);
    expect(advice({ averageWinRate: 40 }, {}, true)).toEqual([expect.stringContaining("4000.0%")]);
    expect(advice({ averageWinRate: 0.4 }, {}, true)).toEqual([expect.stringContaining("40.0%")]);
  });
});
