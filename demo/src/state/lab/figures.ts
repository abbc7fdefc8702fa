// What a backtest's figures mean, and how two of them compare.
import { Decimal, type BacktestResults, type BacktestSnapshot } from "agentexchange";

export type Unit = "USDT" | "%" | "days" | "minutes" | "";

/** One figure of a result. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  /** Whether more of it is better; null if neither is. */
  readonly better: "more" | "less" | null;
  /** Whether it is a gain or a loss, shown with its sign. */
  readonly signed: boolean;
  readonly meaning: string;
  /** Null if the result has none. */
  readonly read: (results: BacktestResults) => Decimal | null;
}

const USDT = { unit: "USDT", better: "more", signed: false } as const;
const figure = (name: keyof NonNullable<BacktestResults["metrics"]>) => (results: BacktestResults) =>
  results.metrics?.[name] ?? null;

/** Everything that the exchange reports about a backtest, in the order of interest. */
export const FIGURES: readonly Figure[] = [
  {
    ...USDT,
    name: "Return",
    unit: "%",
    signed: true,
    meaning: "Profit or loss in percent of the starting balance, fees and slippage included.",
    read: ({ summary }) => summary.roiPct,
  },
  {
    ...USDT,
    name: "Profit",
    signed: true,
    meaning: "Equity at the end minus the starting balance.",
    read: ({ summary }) => summary.totalPnl,
  },
  {
    ...USDT,
    name: "Final equity",
    meaning: "Cash and positions at the end. Open positions are sold at the last price.",
    read: ({ summary }) => summary.finalEquity,
  },
  {
    name: "Maximum drawdown",
    unit: "%",
    better: "less",
    signed: false,
    meaning: "The deepest fall of the equity from its highest value before, among the points of the equity curve.",
    read: figure("maxDrawdownPct"),
  },
  {
    name: "Drawdown duration",
    unit: "days",
    better: "less",
    signed: false,
    meaning: "From the peak before the deepest fall to the end of the backtest.",
    read: figure("maxDrawdownDurationDays"),
  },
  {
    name: "Sharpe ratio",
    unit: "",
    better: "more",
    signed: false,
    meaning:
      "Mean return divided by its deviation, annualized as if the points of the equity curve were a day apart. Compare it only between backtests.",
    read: figure("sharpeRatio"),
  },
  {
    name: "Sortino ratio",
    unit: "",
    better: "more",
    signed: false,
    meaning: "Like the Sharpe ratio, but only losses count as deviation.",
    read: figure("sortinoRatio"),
  },
  {
    name: "Win rate",
    unit: "%",
    better: "more",
    signed: false,
    meaning: "Sells with a profit in percent of all sells.",
    read: figure("winRate"),
  },
  {
    name: "Profit factor",
    unit: "",
    better: "more",
    signed: false,
    meaning: "Total profit of winning sells divided by total loss of losing ones. Without losses there is none.",
    read: figure("profitFactor"),
  },
  { ...USDT, name: "Mean win", meaning: "Profit of a winning sell, on average.", read: figure("avgWin") },
  { ...USDT, name: "Mean loss", meaning: "Result of a losing sell, on average.", read: figure("avgLoss") },
  { ...USDT, name: "Best trade", meaning: "The largest profit of one sell.", read: figure("bestTrade") },
  { ...USDT, name: "Worst trade", meaning: "The largest loss of one sell.", read: figure("worstTrade") },
  {
    name: "Trades",
    unit: "",
    better: null,
    signed: false,
    meaning: "Executed orders: each purchase and each sale counts.",
    read: ({ summary }) => new Decimal(summary.totalTrades),
  },
  {
    name: "Trades per day",
    unit: "",
    better: null,
    signed: false,
    meaning: "Executed orders divided by the days of the period.",
    read: figure("tradesPerDay"),
  },
  {
    name: "Time between trades",
    unit: "minutes",
    better: null,
    signed: false,
    meaning: "Mean simulated time from one executed order to the next.",
    read: figure("avgTradeDurationMinutes"),
  },
  {
    name: "Fees",
    unit: "USDT",
    better: "less",
    signed: false,
    meaning: "The sum of all trading fees.",
    read: ({ summary }) => summary.totalFees,
  },
];

/** The second value minus the first, and whether that is better; null if either is missing. */
export function difference(
  { better }: Figure,
  first: Decimal | null,
  second: Decimal | null,
): { readonly value: Decimal; readonly verdict: "better" | "worse" | null } | null {
  if (first === null || second === null) return null;
  const value = second.minus(first);
  const isGain = value.isPositive() === (better === "more");
  return { value, verdict: better === null || value.isZero() ? null : isGain ? "better" : "worse" };
}

/** A point of a curve; `time` in milliseconds. */
export interface Point {
  readonly time: number;
  readonly value: number;
}

/** The return so far in percent, so that curves with different balances can be compared. */
export function returnsOf(curve: readonly BacktestSnapshot[], start: Decimal): readonly Point[] {
  return curve.map(({ simulatedAt, totalEquity }) => ({
    time: simulatedAt.getTime(),
    value: totalEquity.div(start).minus(1).mul(100).toNumber(),
  }));
}

/** How far the equity is below its highest value so far, in percent: zero or negative. */
export function drawdownOf(curve: readonly BacktestSnapshot[]): readonly Point[] {
  let peak = new Decimal(0);
  return curve.map(({ simulatedAt, totalEquity }) => {
    peak = Decimal.max(peak, totalEquity);
    const value = peak.isZero() ? 0 : totalEquity.div(peak).minus(1).mul(100).toNumber();
    return { time: simulatedAt.getTime(), value };
  });
}
