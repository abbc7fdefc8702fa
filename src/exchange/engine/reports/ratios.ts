import { areEqual } from "../../base/statistics.ts";

/** Risk figures of an hourly equity series. */
export interface Ratios {
  readonly sharpe: number;
  readonly sortino: number;
  /** In percent. */
  readonly maxDrawdown: number;
  /** The longest run of values below a peak. */
  readonly drawdownLength: number;
}

const HOURS_A_YEAR = 8760;
/** 4 % a year, per hour. */
const RISK_FREE = 0.04 / HOURS_A_YEAR;

/** Risk figures of hourly equity, oldest first. `withNoise` keeps a deviation that is only rounding error. */
export function ratiosOf(equity: readonly number[], withNoise = false): Ratios {
  const excess: number[] = [];
  let before = 0;
  for (const value of equity) {
    if (before !== 0) excess.push((value - before) / before - RISK_FREE);
    before = value;
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
