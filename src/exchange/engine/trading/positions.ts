import {
  add,
  compare,
  divide,
  fromFixed8,
  multiply,
  round8,
  subtract,
  toFixed8,
  ZERO8,
  type Decimal28,
  type Fixed8,
} from "../../base/amount.ts";
import type { Agent, Position, Side } from "../model.ts";

/** The figures of a position. */
export interface PositionFigures {
  readonly quantity: Decimal28;
  readonly totalCost: Decimal28;
  readonly averagePrice: Decimal28;
  /** Exact cost of the current holding, fees included; average times quantity would be rounded. */
  readonly paid: Decimal28;
}

/** What a fill exchanges. */
export interface FillAmounts {
  readonly price: Decimal28;
  readonly gross: Decimal28;
  readonly fee: Decimal28;
}

/** How the platform keeps positions. */
export interface PositionRules {
  /** Whether averages, and results computed from them, include fees. */
  readonly averagesIncludeFees: boolean;
  /** Whether a sale of more than is held has a result for all of it, not for the held part only. */
  readonly resultsExceedHoldings: boolean;
  /** Rounds quantities and costs for storing. Averages are always rounded to 8 decimals. */
  readonly store: (amount: Decimal28) => Decimal28;
}

/** Live positions are stored in columns of 8 decimals. */
const LIVE: PositionRules = {
  averagesIncludeFees: true,
  resultsExceedHoldings: true,
  store: (amount) => fromFixed8(toFixed8(amount)),
};

/** Backtests keep positions in memory, with all decimals. */
export const BACKTEST_POSITIONS: PositionRules = {
  averagesIncludeFees: false,
  resultsExceedHoldings: false,
  store: (amount) => amount,
};

/** The position after a purchase. The average is computed before anything is rounded. */
export function afterPurchase(
  before: PositionFigures,
  quantity: Decimal28,
  { price, gross, fee }: FillAmounts,
  { averagesIncludeFees, store }: PositionRules,
): PositionFigures {
  const value = multiply(quantity, price);
  const totalCost = add(before.totalCost, averagesIncludeFees ? add(value, fee) : value);
  const held = add(before.quantity, quantity);
  return {
    quantity: store(held),
    totalCost: store(totalCost),
    averagePrice: round8(divide(totalCost, held)),
    paid: add(before.paid, add(gross, fee)),
  };
}

/** The result of a sale. */
export interface Sale {
  readonly after: PositionFigures;
  /** The PnL as the platform computes it, from an average that is rounded to 8 decimals. */
  readonly byAverage: Decimal28;
  /** The exact PnL: the proceeds less the cost of what was sold. */
  readonly exact: Decimal28;
}

/** The position after a sale, and its result. */
export function afterSale(
  before: PositionFigures,
  quantity: Decimal28,
  { price, gross, fee }: FillAmounts,
  { averagesIncludeFees, resultsExceedHoldings, store }: PositionRules,
): Sale {
  const { averagePrice } = before;
  const closed = compare(before.quantity, quantity) < 0 ? before.quantity : quantity;
  const gain = multiply(resultsExceedHoldings ? quantity : closed, subtract(price, averagePrice));
  const remaining = subtract(before.quantity, closed);
  const kept = store(remaining);
  const paid = kept.units === 0n ? before.paid : round8(divide(multiply(before.paid, closed), before.quantity));
  return {
    after: {
      quantity: kept,
      totalCost: store(multiply(remaining, averagePrice)),
      averagePrice,
      paid: subtract(before.paid, paid),
    },
    byAverage: round8(averagesIncludeFees ? subtract(gain, fee) : gain),
    exact: subtract(subtract(gross, fee), paid),
  };
}

/** Writes a live fill into the agent's positions. Returns the results of a sale of something it holds or has held. */
export function bookFill(
  agent: Pick<Agent, "positions">,
  symbol: string,
  side: Side,
  quantity: Decimal28,
  execution: { readonly price: Fixed8; readonly gross: Fixed8; readonly fee: Fixed8 },
  now: number,
): { readonly byAverage: Fixed8; readonly exact: Fixed8 } | undefined {
  const amounts = {
    price: fromFixed8(execution.price),
    gross: fromFixed8(execution.gross),
    fee: fromFixed8(execution.fee),
  };
  let position = agent.positions.get(symbol);
  if (side === "sell") {
    if (position === undefined) return undefined;
    const { after, byAverage, exact } = afterSale(figuresOf(position), quantity, amounts, LIVE);
    storeFigures(position, after);
    return { byAverage: toFixed8(byAverage), exact: toFixed8(exact) };
  }
  if (position === undefined) {
    position = { symbol, quantity: ZERO8, totalCost: ZERO8, averagePrice: ZERO8, paid: ZERO8, openedAt: now };
    agent.positions.set(symbol, position);
  }
  storeFigures(position, afterPurchase(figuresOf(position), quantity, amounts, LIVE));
  return undefined;
}

function figuresOf({ quantity, totalCost, averagePrice, paid }: Position): PositionFigures {
  return {
    quantity: fromFixed8(quantity),
    totalCost: fromFixed8(totalCost),
    averagePrice: fromFixed8(averagePrice),
    paid: fromFixed8(paid),
  };
}

function storeFigures(position: Position, figures: PositionFigures): void {
  position.quantity = toFixed8(figures.quantity);
  position.totalCost = toFixed8(figures.totalCost);
  position.averagePrice = toFixed8(figures.averagePrice);
  position.paid = toFixed8(figures.paid);
}
