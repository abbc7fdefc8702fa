import {
  toFixed8,
  subtract,
  divide,
  add,
  fromFixed8,
  multiply,
  ZERO,
  type Decimal28,
  type Fixed8,
  add8,
  subtract8,
  ZERO8,
} from "../../base/amount.ts";
import type { Execution } from "./execution.ts";
import type { Agent, Position, Side } from "../model.ts";

/**
 * Writes a fill into the agent's books. Returns the realised PnL of a sale as the platform computes it, from an average
 * that is rounded to 8 decimals.
 */
export function bookFill(
  agent: Agent,
  symbol: string,
  side: Side,
  quantity: Decimal28,
  execution: Execution,
  now: number,
): Fixed8 | undefined {
  const position = agent.positions.get(symbol);
  const price = fromFixed8(execution.price);
  const fee = fromFixed8(execution.fee);
  if (side === "buy") {
    const cost = add(multiply(quantity, price), fee);
    if (position === undefined) {
      agent.positions.set(symbol, { symbol, openedAt: now, paid: ZERO8, ...averagePosition(cost, quantity) });
    } else {
      Object.assign(
        position,
        averagePosition(add(fromFixed8(position.totalCost), cost), add(fromFixed8(position.quantity), quantity)),
      );
    }
    return undefined;
  }
  if (position === undefined) return undefined;
  const average = fromFixed8(position.averagePrice);
  const realised = subtract(multiply(subtract(price, average), quantity), fee);
  const difference = subtract(fromFixed8(position.quantity), quantity);
  const remaining = difference.units < 0n ? ZERO : difference;
  position.quantity = toFixed8(remaining);
  position.totalCost = toFixed8(multiply(remaining, average));
  return toFixed8(realised);
}

/**
 * Updates the exact cost of a position after `bookFill`. `before` is the quantity before the fill. Returns the exact
 * realised PnL of a sale: its proceeds less its cost.
 */
export function bookPayment(
  position: Position,
  before: Fixed8,
  side: Side,
  quantity: Decimal28,
  { gross, fee }: Execution,
): Fixed8 | undefined {
  if (side === "buy") {
    position.paid = add8(position.paid, add8(gross, fee));
    return undefined;
  }
  const isClosed = position.quantity === 0n;
  const paid = isClosed
    ? position.paid
    : toFixed8(divide(multiply(fromFixed8(position.paid), quantity), fromFixed8(before)));
  position.paid = subtract8(position.paid, paid);
  return subtract8(subtract8(gross, fee), paid);
}

/** The average is computed from the unrounded cost and quantity; then all three are rounded. */
function averagePosition(
  cost: Decimal28,
  quantity: Decimal28,
): { quantity: Fixed8; totalCost: Fixed8; averagePrice: Fixed8 } {
  return { quantity: toFixed8(quantity), totalCost: toFixed8(cost), averagePrice: toFixed8(divide(cost, quantity)) };
}
