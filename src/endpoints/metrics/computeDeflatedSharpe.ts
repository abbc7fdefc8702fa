import { endpoint, type Endpoint } from "../endpoint.ts";
import { finiteNumber, input, listOf, optional, wholeNumber } from "../inputs/index.ts";
import { deflatedSharpeRecord, type DeflatedSharpe } from "../testRuns/testFigures.ts";

/** Arguments of `computeDeflatedSharpe`. */
export interface ComputeDeflatedSharpeInput {
  /** 10 to 10000 returns, as fractions: 0.01 is one percent. */
  readonly returns: readonly number[];
  /** Number of strategies that were tried to find this one, 1 to 100000. */
  readonly numTrials: number;
  /** Number of returns per year, 1 to 525600; default 252. */
  readonly annualizationFactor?: number | undefined;
}

export const computeDeflatedSharpe: Endpoint<ComputeDeflatedSharpeInput, DeflatedSharpe> = endpoint({
  name: "computeDeflatedSharpe",
  method: "POST",
  path: "/metrics/deflated-sharpe",
  input: input({
    returns: listOf(finiteNumber, "returns", 10, 10_000),
    numTrials: wholeNumber(1, 100_000),
    annualizationFactor: optional(wholeNumber(1, 525_600)),
  }),
  output: deflatedSharpeRecord,
  access: "account",
  tier: "general",
  effect: "read",
});
