import {
  toFixed8,
  fromFixed8,
  sum,
  formatDecimal,
  type Decimal28,
  type Fixed8,
  add8,
  subtract8,
  ZERO8,
} from "../../base/amount.ts";
import type { Holding, Order, Scope } from "../model.ts";
import { endPending, pendingOrders, recordOutcome } from "../history/history.ts";
import { crash, Rejection } from "../../base/rejection.ts";
import { DAY } from "../../time/units.ts";
import { ORDER_KINDS } from "../orderKinds.ts";
import type { ExchangeState } from "../state.ts";
import { agentById } from "../scope.ts";
import { holdingOf, payingAsset } from "../wallet.ts";
import { removeAllFromBooks, removeFromBooks } from "./books.ts";

/** Maximum number of orders that a cancel-all of a whole account cancels and adds up (`accountWideCancelsAreCapped`). */
const MAX_CANCELLED = 200;
const MAX_SUMMED = 500;

/** Cancels a pending order and releases its locked funds. Returns the order and the released amount. */
export function cancelOrder(state: ExchangeState, order: Order): readonly [cancelled: Order, unlocked: string] {
  if (order.status !== "pending") {
    const details = { order_id: order.id, current_status: order.status };
    throw new Rejection(
      "ORDER_NOT_CANCELLABLE",
      `Order '${order.id}' cannot be cancelled (status: ${order.status}).`,
      details,
    );
  }
  const holding = payingHolding(state, order);
  const { units, shown } = lockToRelease(state, order);
  if (holding.locked < units && state.quirks.eatenLocksBlockCancels) throw crash();
  return [release(state, order, holding, units), formatDecimal(shown)];
}

/** Cancels all open orders of a scope, newest first: all of them or, where the platform would crash, none. */
export function cancelAll(state: ExchangeState, scope: Scope): { readonly count: number; readonly unlocked: string } {
  const open = pendingOrders(state, scope);
  const capped = scope.agent === undefined && state.quirks.accountWideCancelsAreCapped;
  const releases = (capped ? open.slice(0, MAX_SUMMED) : open).map((order): Release => {
    const { units, shown } = lockToRelease(state, order);
    return { order, holding: payingHolding(state, order), units, shown };
  });
  const cancelled = capped ? releases.slice(0, MAX_CANCELLED) : releases;
  if (state.quirks.eatenLocksBlockCancels) checkLocks(cancelled);
  const unlocked = formatDecimal(sum(releases.map(({ shown }) => shown)));
  for (const { holding, units } of cancelled) unlock(holding, units);
  const closed = closeAll(
    state,
    cancelled.map(({ order }) => order),
    "cancelled",
  );
  for (const order of closed) state.orderChanged?.(order);
  return { count: cancelled.length, unlocked };
}

/** What cancelling an order gives back. */
interface Release {
  readonly order: Order;
  readonly holding: Holding;
  readonly units: Fixed8;
  readonly shown: Decimal28;
}

/** The holding that an order pays with. */
function payingHolding(state: ExchangeState, { agentId, symbol, side }: Order): Holding {
  return holdingOf(agentById(state, agentId), payingAsset(symbol, side));
}

/** The amount that cancelling releases. The platform recomputes it from the stored order instead of remembering it. */
function lockToRelease(state: ExchangeState, order: Order): { readonly units: Fixed8; readonly shown: Decimal28 } {
  if (!state.quirks.eatenLocksBlockCancels) return { units: order.locked, shown: fromFixed8(order.locked) };
  const { locks } = ORDER_KINDS[order.type].live;
  const shown = locks(order.side, fromFixed8(order.quantity), fromFixed8(order.price ?? ZERO8));
  return { units: toFixed8(shown), shown };
}

function checkLocks(releases: readonly Release[]): void {
  const needed = new Map<Holding, Fixed8>();
  for (const { holding, units } of releases) needed.set(holding, add8(needed.get(holding) ?? ZERO8, units));
  for (const [holding, units] of needed) if (holding.locked < units) throw crash();
}

function release(state: ExchangeState, order: Order, holding: Holding, units: Fixed8): Order {
  unlock(holding, units);
  return closeOrder(state, order);
}

function unlock(holding: Holding, units: Fixed8): void {
  holding.locked = subtract8(holding.locked, units);
  holding.available = add8(holding.available, units);
}

/** Cancels a pending order. */
function closeOrder(state: ExchangeState, order: Order): Order {
  const closed: Order = { ...order, status: "cancelled" };
  const { history } = agentById(state, order.agentId);
  removeFromBooks(state.books, order);
  endPending(history, order);
  recordOutcome(history, closed);
  state.orderChanged?.(closed);
  return closed;
}

/**
 * Ends many pending orders, given newest first, much faster than one after the other. Returns them; the caller reports them
 * to the stream in the order that it needs.
 */
export function closeAll(
  state: ExchangeState,
  orders: readonly Order[],
  status: "cancelled" | "expired",
): readonly Order[] {
  const closed = orders.map((order): Order => ({ ...order, status }));
  removeAllFromBooks(state.books, orders);
  // At the ends of the lists trees are fastest, so newest first when removing and oldest first when adding.
  for (const order of orders) endPending(agentById(state, order.agentId).history, order);
  for (const order of closed.toReversed()) recordOutcome(agentById(state, order.agentId).history, order);
  return closed;
}

const EXPIRES_AFTER = 7 * DAY;

/** Expires orders that have been pending for more than a week. */
export function expireOrders(state: ExchangeState): void {
  const old: Order[] = [];
  state.books.byAge.ascend(0, (sequence, agentId) => {
    const order = agentById(state, agentId).history.orders.get(sequence);
    const isOld = order !== undefined && order.createdAt < state.now - EXPIRES_AFTER;
    if (isOld) old.push(order);
    return isOld;
  });
  if (!state.quirks.expiredOrdersStayLocked) for (const order of old) unlock(payingHolding(state, order), order.locked);
  for (const order of closeAll(state, old.toReversed(), "expired").toReversed()) state.orderChanged?.(order);
}
