import { kept, stored, sum, textOfAmount, type Amount, type Stored } from "../base/amount.ts";
import { lockAmount } from "./execution.ts";
import type { Holding, Order, Scope } from "./model.ts";
import { Refusal } from "../base/rejection.ts";
import type { World } from "./world.ts";
import { holdingOf, paidWith } from "./wallet.ts";

/** Most orders that a cancel-all of a whole account cancels, and that its sum looks at. */
const MOST_CANCELLED = 200;
const MOST_SUMMED = 500;

/** Cancels a pending order; gives back the text of what it had locked. */
export function cancelOrder(world: World, order: Order): string {
  if (order.status !== "pending") {
    const details = { order_id: order.id, current_status: order.status };
    throw new Refusal(
      "ORDER_NOT_CANCELLABLE",
      `Order '${order.id}' cannot be cancelled (status: ${order.status}).`,
      details,
    );
  }
  const holding = holdingOf(order.agent, paidWith(order.symbol, order.side));
  const { units, shown } = released(world, order);
  if (holding.locked < units && world.quirks.eatenLocksBlockCancels) throw crash();
  release(world, order, holding, units);
  return textOfAmount(shown);
}

/** Cancels all open orders of a scope, newest first; all or, where the platform would crash, none. */
export function cancelAll(world: World, scope: Scope): { readonly count: number; readonly unlocked: string } {
  const open = openOrders(scope);
  const capped = scope.agent === undefined && world.quirks.accountWideCancelsAreCapped;
  const listed = capped ? open.slice(0, MOST_SUMMED) : open;
  const cancelled = capped ? open.slice(0, MOST_CANCELLED) : open;
  const releases = cancelled.map((order) => ({
    order,
    holding: holdingOf(order.agent, paidWith(order.symbol, order.side)),
    units: released(world, order).units,
  }));
  if (world.quirks.eatenLocksBlockCancels) checkLocks(releases);
  const unlocked = textOfAmount(sum(listed.map((order) => released(world, order).shown)));
  for (const { order, holding, units } of releases) release(world, order, holding, units);
  return { count: cancelled.length, unlocked };
}

/** Pending orders of a scope, newest first. */
function openOrders({ account, agent }: Scope): readonly Order[] {
  return account.history
    .pending()
    .filter((order) => agent === undefined || order.agent === agent)
    .toReversed();
}

/** What a cancelled order sets free: the platform computes it anew from what was stored. */
function released(world: World, order: Order): { readonly units: Stored; readonly shown: Amount } {
  if (!world.quirks.eatenLocksBlockCancels) return { units: order.locked, shown: stored(order.locked) };
  const shown = lockAmount(order.side, stored(order.quantity), stored(order.price ?? 0n));
  return { units: kept(shown), shown };
}

function checkLocks(releases: readonly { readonly holding: Holding; readonly units: Stored }[]): void {
  const needed = new Map<Holding, Stored>();
  for (const { holding, units } of releases) needed.set(holding, (needed.get(holding) ?? 0n) + units);
  for (const [holding, units] of needed) if (holding.locked < units) throw crash();
}

function crash(): Refusal {
  return new Refusal("INTERNAL_ERROR", "An unexpected error occurred.");
}

function release(world: World, order: Order, holding: Holding, units: Stored): void {
  unlock(holding, units);
  close(world, order, "cancelled");
}

/** Sets a lock free. */
function unlock(holding: Holding, units: Stored): void {
  holding.locked -= units;
  holding.available += units;
}

/** Takes an order out of those that wait. */
export function close(world: World, order: Order, status: "cancelled" | "expired"): void {
  order.status = status;
  order.agent.pending--;
  world.pending.remove(order);
  order.account.history.ended(order);
  world.orderChanged?.(order);
}

const EXPIRES_AFTER = 7 * 86_400_000;

/** Ends the orders that have waited for more than a week. */
export function expireOrders(world: World): void {
  for (const order of world.pending.createdBefore(world.now - EXPIRES_AFTER)) {
    if (!world.quirks.expiredOrdersStayLocked)
      unlock(holdingOf(order.agent, paidWith(order.symbol, order.side)), order.locked);
    close(world, order, "expired");
  }
}
