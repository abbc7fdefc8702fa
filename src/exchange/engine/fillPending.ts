import { baseOf } from "../market/pairs.ts";
import { stored, type Amount, type Stored } from "../base/amount.ts";
import { executionOf } from "./execution.ts";
import type { Holding, Order } from "./model.ts";
import { settle } from "./settle.ts";
import { keepPast } from "./snapshots.ts";
import type { World } from "./world.ts";
import { holdingOf, QUOTE_ASSET } from "./wallet.ts";

/** Fills a triggered order at the last price, if its lock suffices; otherwise it stays pending. */
export function fillPending(world: World, order: Order, reference: Amount): boolean {
  const { agent, side, symbol } = order;
  const quantity = stored(order.quantity);
  const bound = order.type === "limit" && !world.quirks.residueStaysLocked ? order.price : undefined;
  const execution = executionOf(world, symbol, side, quantity, reference, bound);
  if (execution.price <= 0n) return false;
  keepPast(world, agent);
  if (side === "buy") {
    if (!pay(world, holdingOf(agent, QUOTE_ASSET), order, execution.gross + execution.fee)) return false;
  } else {
    const base = holdingOf(agent, baseOf(symbol));
    if (execution.gross <= execution.fee || base.locked < order.quantity) return false;
    base.locked -= order.quantity;
  }
  world.pending.remove(order);
  agent.pending--;
  settle(world, order, quantity, execution);
  return true;
}

/** Pays a buy out of what is locked. */
function pay(world: World, cash: Holding, order: Order, cost: Stored): boolean {
  if (world.quirks.residueStaysLocked) {
    // The platform looks at the wallet as a whole: one order's surplus is another order's money.
    if (cash.locked < cost) return false;
    cash.locked -= cost;
    return true;
  }
  const own = order.locked < cash.locked ? order.locked : cash.locked;
  if (cash.available + own < cost) return false;
  cash.locked -= own;
  cash.available += own - cost;
  return true;
}
