import { Exact } from "../../../wire/index.ts";
import { areEqual, total } from "../../base/statistics.ts";

/** Whether a Sharpe ratio exceeds what the best of many trials would show by luck. */
export interface SharpeTest {
  readonly observed: number;
  /** The expected maximum Sharpe ratio of `trials` strategies without skill. */
  readonly expectedMax: number;
  /** Observed minus expected maximum, in standard deviations. */
  readonly deflated: number;
  /** Probability that the ratio is not luck, 0 to 1. */
  readonly confidence: number;
  readonly isSignificant: boolean;
  readonly trials: number;
  readonly returns: number;
  readonly skewness: number;
  /** Excess kurtosis. */
  readonly kurtosis: number;
}

const EULER = 0.5772156649;
const MIN_VARIANCE = 1e-12;
const SIGNIFICANT = 0.95;
const TAIL = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429] as const;
// Below this, e^x underflows.
const MIN_EXPONENT = -745;

/**
 * The Deflated Sharpe Ratio of a series of returns, the best of `trials` series. `withNoise` keeps a variance that is only
 * rounding error.
 */
export function deflatedSharpe(
  returns: readonly number[],
  trials: number,
  annualization: number,
  withNoise = false,
): SharpeTest {
  const count = returns.length;
  const centre = total(returns) / count;
  const centralSum = (power: 2 | 3 | 4): number => total(returns.map((each) => raiseTo(each - centre, power)));
  const variance = centralSum(2) / count;
  const deviation = Math.sqrt(variance);
  const isFlat = variance === 0 || (!withNoise && areEqual(returns));
  const skewness = isFlat ? 0 : centralSum(3) / (count * raiseTo(deviation, 3));
  const kurtosis = isFlat ? 0 : centralSum(4) / (count * variance * variance) - 3;
  const observed = isFlat ? 0 : (centre / deviation) * Math.sqrt(annualization);
  const expectedMost = expectedMaxSharpe(trials);
  const raw = (1 / count) * (1 - skewness * observed + ((kurtosis - 1) / 4) * observed * observed);
  const spread = raw <= 0 ? MIN_VARIANCE : raw;
  const deflated = (observed - expectedMost) / Math.sqrt(spread);
  const confidence = normalCdf(deflated);
  const isSignificant = confidence > SIGNIFICANT;
  return {
    observed,
    expectedMax: expectedMost,
    deflated,
    confidence,
    isSignificant,
    trials,
    returns: count,
    skewness,
    kurtosis,
  };
}

/** Uses products, since the power operator differs between runtimes in the last digit. */
function raiseTo(value: number, power: 2 | 3 | 4): number {
  const square = value * value;
  return power === 2 ? square : power === 3 ? square * value : square * square;
}

/** The expected maximum Sharpe ratio of `trials` strategies without skill. */
export function expectedMaxSharpe(trials: number): number {
  if (trials === 1) return 0;
  // Uses decimals for ln and exp, since those of `Math` differ between runtimes in the last digit.
  const log = new Exact(trials).ln().toNumber();
  const root = Math.sqrt(2 * log);
  return root * (1 - EULER / (2 * log)) + EULER / root;
}

/** Cumulative distribution function of the standard normal distribution. */
export function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const [a, b, c, d, e] = TAIL;
  const tail = t * (a + t * (b + t * (c + t * (d + t * e))));
  const exponent = (-x * x) / 2;
  const density = exponent < MIN_EXPONENT ? 0 : new Exact(exponent).exp().toNumber() / Math.sqrt(2 * Math.PI);
  const share = 1 - density * tail;
  return x >= 0 ? share : 1 - share;
}
