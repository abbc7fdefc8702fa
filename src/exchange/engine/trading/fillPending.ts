import { baseOf } from "../../market/pairs.ts";
import { fromFixed8, type Decimal28, type Fixed8, add8, subtract8 } from "../../base/amount.ts";
import { computeExecution } from "./execution.ts";
import type { Holding, Order } from "../model.ts";
import { ORDER_KINDS } from "../orderKinds.ts";
import { settle } from "./settle.ts";
import { recordHoldings } from "../history/holdings.ts";
import type { ExchangeState } from "../state.ts";
import { agentById } from "../scope.ts";
import { holdingOf, QUOTE_ASSET } from "../wallet.ts";
import { endPending, recordOutcome } from "../history/history.ts";
import { removeFromBooks } from "./books.ts";

/** Fills a triggered order at the last price if its locked funds suffice; otherwise it stays pending. */
export function fillPending(state: ExchangeState, order: Order, reference: Decimal28): boolean {
  const { side, symbol } = order;
  const agent = agentById(state, order.agentId);
  const quantity = fromFixed8(order.quantity);
  const bound =
    ORDER_KINDS[order.type].priceIs === "limit" && !state.quirks.residueStaysLocked ? order.price : undefined;
  const execution = computeExecution(state, symbol, side, quantity, reference, bound);
  if (execution.price <= 0n) return false;
  recordHoldings(state, agent);
  if (side === "buy") {
    if (!payFromLock(state, holdingOf(agent, QUOTE_ASSET), order, add8(execution.gross, execution.fee))) return false;
  } else {
    const base = holdingOf(agent, baseOf(symbol));
    if (execution.gross <= execution.fee || base.locked < order.quantity) return false;
    base.locked = subtract8(base.locked, order.quantity);
  }
  removeFromBooks(state.books, order);
  endPending(agent.history, order);
  recordOutcome(agent.history, settle(state, agent, order, quantity, execution));
  return true;
}

/** Pays for a buy from its locked funds. */
function payFromLock(state: ExchangeState, cash: Holding, order: Order, cost: Fixed8): boolean {
  if (state.quirks.residueStaysLocked) {
    // The platform only checks the wallet's total: one order can spend what another order locked.
    if (cash.locked < cost) return false;
    cash.locked = subtract8(cash.locked, cost);
    return true;
  }
  const own = order.locked < cash.locked ? order.locked : cash.locked;
  if (cash.available + own < cost) return false;
  cash.locked = subtract8(cash.locked, own);
  cash.available = add8(cash.available, subtract8(own, cost));
  return true;
}
