import { areEqual } from "../../base/statistics.ts";

/** Figures of an equity series, taken every hour. */
export interface Ratios {
  readonly sharpe: number;
  readonly sortino: number;
  /** In percent. */
  readonly maxDrawdown: number;
  /** The most values in a row below a peak. */
  readonly drawdownLength: number;
}

const HOURS_A_YEAR = 8760;
/** Four percent a year, of one hour. */
const RISK_FREE = 0.04 / HOURS_A_YEAR;

/** The figures of equity hour by hour, oldest first; `withNoise` counts a deviation that is nothing but rounding. */
export function ratiosOf(equity: readonly number[], withNoise = false): Ratios {
  const excess: number[] = [];
  for (let at = 1; at < equity.length; at++) {
    const before = equity[at - 1] as number;
    if (before !== 0) excess.push(((equity[at] as number) - before) / before - RISK_FREE);
  }
  const mean = meanOf(excess);
  return {
    sharpe: annual(mean, deviationOf(excess, withNoise)),
    sortino: annual(
      mean,
      deviationOf(
        excess.filter((each) => each < 0),
        withNoise,
      ),
    ),
    ...drawdownOf(equity),
  };
}

function annual(mean: number, deviation: number): number {
  return deviation === 0 ? 0 : (mean / deviation) * Math.sqrt(HOURS_A_YEAR);
}

function meanOf(values: readonly number[]): number {
  if (values.length === 0) return 0;
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

/** Population standard deviation; 0 for fewer than two values, and for equal ones. */
function deviationOf(values: readonly number[], withNoise: boolean): number {
  if (values.length < 2 || (!withNoise && areEqual(values))) return 0;
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) * (value - mean))));
}

function drawdownOf(equity: readonly number[]): Pick<Ratios, "maxDrawdown" | "drawdownLength"> {
  let peak = equity[0] ?? 0;
  let maxDrawdown = 0;
  let run = 0;
  let drawdownLength = 0;
  for (const value of equity) {
    if (value > peak) {
      peak = value;
      run = 0;
      continue;
    }
    const drawdown = peak > 0 ? ((peak - value) / peak) * 100 : 0;
    maxDrawdown = Math.max(maxDrawdown, drawdown);
    run = drawdown > 0 ? run + 1 : 0;
    drawdownLength = Math.max(drawdownLength, run);
  }
  return { maxDrawdown, drawdownLength };
}
