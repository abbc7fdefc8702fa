import { kept, minus, over, plus, stored, times, ZERO, type Amount, type Stored } from "../base/amount.ts";
import type { Execution } from "./execution.ts";
import type { Agent, Position, Side } from "./model.ts";

/**
 * Writes a fill into the agent's books; gives back the PnL that it realised, if any, as the platform reckons it: from
 * an average that is rounded to 8 decimals.
 */
export function bookFill(
  agent: Agent,
  symbol: string,
  side: Side,
  quantity: Amount,
  execution: Execution,
  now: number,
): Stored | undefined {
  const position = agent.positions.get(symbol);
  const price = stored(execution.price);
  const fee = stored(execution.fee);
  if (side === "buy") {
    const cost = plus(times(quantity, price), fee);
    if (position === undefined) {
      agent.positions.set(symbol, { symbol, openedAt: now, paid: 0n, ...averaged(cost, quantity) });
    } else {
      Object.assign(
        position,
        averaged(plus(stored(position.totalCost), cost), plus(stored(position.quantity), quantity)),
      );
    }
    return undefined;
  }
  if (position === undefined) return undefined;
  const average = stored(position.averagePrice);
  const realised = minus(times(minus(price, average), quantity), fee);
  const left = minus(stored(position.quantity), quantity);
  const rest = left.units < 0n ? ZERO : left;
  position.quantity = kept(rest);
  position.totalCost = kept(times(rest, average));
  return kept(realised);
}

/**
 * Writes down what a fill that is in the books has cost, in a position that had `before`; gives back what a sale
 * brought less what was paid for it.
 */
export function bookPayment(
  position: Position,
  before: Stored,
  side: Side,
  quantity: Amount,
  { gross, fee }: Execution,
): Stored | undefined {
  if (side === "buy") {
    position.paid += gross + fee;
    return undefined;
  }
  const isClosed = position.quantity === 0n;
  const paid = isClosed ? position.paid : kept(over(times(stored(position.paid), quantity), stored(before)));
  position.paid -= paid;
  return gross - fee - paid;
}

/** The average is made from the unrounded cost and quantity; then all three are stored. */
function averaged(cost: Amount, quantity: Amount): { quantity: Stored; totalCost: Stored; averagePrice: Stored } {
  return { quantity: kept(quantity), totalCost: kept(cost), averagePrice: kept(over(cost, quantity)) };
}
