import { describe, expect, it } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { expectedMaxSharpe, normalCdf } from "../../../src/exchange/engine/strategies/deflatedSharpe.ts";
import { standardDeviation, median, roundTo, total } from "../../../src/exchange/base/statistics.ts";
import { manualMarket } from "../../../src/exchange/index.ts";
import { exchanges } from "../../fixtures/rest.ts";
import { open, trader, type AnswerTo, type Trader } from "./trader.ts";

const A = [0.012, -0.004, 0.008, 0.003, -0.006, 0.015, -0.002, 0.007, 0.001, -0.003, 0.009, 0.004];
const D = [0.8, -0.3, 1.1, 0.2, 0.6, -0.1, 0.9, 0.4, 0.5, -0.2];
const E = [0.01, -0.012, 0.006, -0.004, 0.003, -0.007, 0.009, -0.005, 0.002, -0.001, 0.004, -0.003];
const F = Array.from({ length: 10 }, () => 0);

// returns, trials, annualization, then observed, expected, deflated, p, significant, skewness, kurtosis
const VECTORS: readonly (readonly [
  string,
  readonly number[],
  number,
  number,
  number,
  number,
  number,
  number,
  boolean,
  number,
  number,
])[] = [
  [
    "A",
    A,
    2,
    1,
    0.5722495552209795,
    1.1774100225154749,
    -2.4310580071406664,
    0.007527401827952751,
    false,
    0.14353756219652794,
    -1.1287333759368345,
  ],
  [
    "B",
    A,
    1,
    1,
    0.5722495552209795,
    0,
    2.2988478899194966,
    0.9892432400575732,
    true,
    0.14353756219652794,
    -1.1287333759368345,
  ],
  [
    "C",
    A,
    10,
    252,
    9.084180065892212,
    2.145966026289347,
    6938214.039602865,
    1,
    true,
    0.14353756219652794,
    -1.1287333759368345,
  ],
  [
    "D",
    D,
    3,
    1,
    0.8532875067477859,
    1.482303807367511,
    -2.434859723055492,
    0.007448782527522568,
    false,
    -0.09250205913265379,
    -1.2609362085152318,
  ],
  [
    "E",
    E,
    5,
    12,
    0.09038153754011023,
    1.7941225779941015,
    -5.871750017430945,
    2.1631522129e-9,
    false,
    -0.1562967611474759,
    -0.8702743006013551,
  ],
  ["F", F, 4, 252, 0, 1.6651092223153956, -5.265537695468319, 7.0031206278e-8, false, 0, 0],
];

async function createOwner(fidelity: "observed" | "declared" = "observed"): Promise<Trader> {
  return trader(open({ market: manualMarket(), fidelity }));
}

/** Metrics by their wire names. */
function figures(body: unknown): Record<string, number> {
  return body as Record<string, number>;
}

function compute(owner: Trader, body: object): Promise<AnswerTo<"POST", "/metrics/deflated-sharpe">> {
  return owner.send("POST", "/metrics/deflated-sharpe", body);
}

function expectNear(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(Math.max(1e-15, Math.abs(expected) * 1e-9));
}

describe("the Deflated Sharpe Ratio", () => {
  for (const [name, returns, trials, annualization, ...expected] of VECTORS) {
    it(`of case ${name}`, async () => {
      const { status, json } = await compute(await createOwner(), {
        returns,
        num_trials: trials,
        annualization_factor: annualization,
      });
      const [observed, most, deflated, p, significant, skewness, kurtosis] = expected;
      expect([status, json.is_significant, json.num_trials, json.num_returns]).toEqual([
        200,
        significant,
        trials,
        returns.length,
      ]);
      const values = {
        observed_sharpe: observed,
        expected_max_sharpe: most,
        deflated_sharpe: deflated,
        p_value: p,
        skewness,
        kurtosis,
      };
      for (const [figure, value] of Object.entries(values)) expectNear(figures(json)[figure] as number, value);
    });
  }

  it("is the recorded one", async () => {
    const recorded = exchanges.find((each) => each.name === "compute_deflated_sharpe");
    const { json } = await compute(await createOwner(), JSON.parse(recorded?.request.body ?? "") as object);
    const { is_significant, ...expected } = JSON.parse(recorded?.response.body ?? "") as Record<string, number>;
    expect(json.is_significant).toBe(is_significant);
    for (const [name, value] of Object.entries(expected)) expectNear(figures(json)[name] as number, value);
  });

  it("computes the expected maximum of many trials, and the normal distribution", () => {
    const most: readonly (readonly [number, number])[] = [
      [1, 0],
      [2, 1.1774100225154749],
      [50, 2.797149622536537],
      [100, 3.034854258770293],
      [1000, 3.7169221888498387],
      [100_000, 4.798525912188081],
    ];
    for (const [trials, value] of most) expectNear(expectedMaxSharpe(trials), value);
    const shares: readonly (readonly [number, number])[] = [
      [-1.96, 0.024997825156635622],
      [-1, 0.15865525956313153],
      [0, 0.5000000005248086],
      [0.5, 0.6914624677873249],
      [1.6448536269514722, 0.9500000156553725],
      [3, 0.9986500327777648],
      [1e7, 1],
      [-1e7, 0],
    ];
    for (const [x, share] of shares) expectNear(normalCdf(x), share);
  });

  it("requires 10 to 10 000 returns", async () => {
    const owner = await createOwner("declared");
    const typeOf = async (body: object): Promise<unknown> =>
      (await compute(owner, { returns: A, num_trials: 2, ...body })).json.detail?.[0];
    expect(await typeOf({ returns: [0.1] })).toMatchObject({
      type: "too_short",
      loc: ["body", "returns"],
      ctx: { field_type: "List", min_length: 10, actual_length: 1 },
    });
    expect(await typeOf({ returns: [...A, "x"] })).toMatchObject({
      type: "float_parsing",
      loc: ["body", "returns", 12],
    });
    expect(await typeOf({ num_trials: 0 })).toMatchObject({ type: "greater_than_equal" });
    expect(await typeOf({ annualization_factor: 525_601 })).toMatchObject({ type: "less_than_equal" });
    expect(await typeOf({ returns: [...A, 1e200] })).toMatchObject({ type: "finite_number" });
  });

  it("is available through the client", async () => {
    const exchange = open({ market: manualMarket() });
    const { apiKey } = await exchange.register();
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
    expect(
      (await client.computeDeflatedSharpe({ returns: A, numTrials: 2, annualizationFactor: 1 })).isSignificant,
    ).toBe(false);
    await client.close();
  });
});

describe("statistics", () => {
  it("round to nearest, exact ties to even", () => {
    expect([0.03125, 0.09375, -0.03125, 2.675, 1e-9, 123_456.789_05].map((value) => roundTo(value, 4))).toEqual([
      0.0312, 0.0938, -0.0312, 2.675, 0, 123_456.7891,
    ]);
    expect([2.675, 0.125, 0.375].map((value) => roundTo(value, 2))).toEqual([2.67, 0.12, 0.38]);
    expect(roundTo(1e300, 4)).toBe(1e300);
  });

  it("add without loss of precision", () => {
    expect(total([1e16, 1, -1e16])).toBe(1);
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([]), standardDeviation([5])]).toEqual([2, 2.5, 0, 0]);
  });
});
