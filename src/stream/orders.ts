import {
  getOrder,
  listOrders,
  orderMessage,
  type Order,
  type OrderStatus,
  type OrderUpdate,
} from "../endpoints/index.ts";
import { OrderNotFoundError } from "../errors/index.ts";
import type { StreamContext } from "./context.ts";
import { orderStates } from "./orderStates.ts";
import type { Source } from "./polling.ts";

const PAGE = 100;
const MOST_PENDING = 500;

export function ordersSource(context: StreamContext): Source<OrderUpdate> {
  const states = orderStates();
  const begun = context.clock.elapsed();
  /** By the platform's clock, which the first answer tells: what was over before it is nobody's news. */
  const since = (): number => context.serverTime.at(begun);
  /** What was over then. Whatever else comes later is news, whatever the clocks say. */
  const old = new Set<string>();
  let isFirst = true;

  /** The newest orders, newest first, back to one that is known or older than the stream. */
  async function newestOrders(signal: AbortSignal): Promise<readonly Order[]> {
    const found: Order[] = [];
    for (let offset = 0; ; offset += PAGE) {
      const orders = await context.request(listOrders, { limit: PAGE, offset }, { signal });
      found.push(...orders);
      const oldest = orders.at(-1);
      if (orders.length < PAGE || oldest === undefined) return found;
      if (states.knows(oldest.orderId) || old.has(oldest.orderId)) return found;
      if (isFirst && oldest.createdAt.getTime() < since()) return found;
    }
  }

  async function pendingOrders(signal: AbortSignal): Promise<readonly Order[]> {
    const found: Order[] = [];
    for (let offset = 0; ; offset += MOST_PENDING) {
      const query = { status: "pending", limit: MOST_PENDING, offset } as const;
      const orders = await context.request(listOrders, query, { signal });
      found.push(...orders);
      if (orders.length < MOST_PENDING) return found;
    }
  }

  /** What became of orders that were pending and are none of these. */
  async function others(found: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Order[]> {
    const missing: Order[] = [];
    for (const { orderId } of states.pending()) {
      if (found.has(orderId)) continue;
      try {
        missing.push(await context.request(getOrder, { orderId }, { signal }));
      } catch (error) {
        if (!(error instanceof OrderNotFoundError)) throw error;
        states.forget(orderId);
      }
    }
    return missing;
  }

  return {
    message: orderMessage,
    async catchUp(give, signal) {
      const orders = new Map<string, Order>();
      const add = (found: readonly Order[]): void => {
        for (const order of found) orders.set(order.orderId, order);
      };
      const newest = await newestOrders(signal);
      add(newest);
      const isPartial = newest.length >= PAGE;
      if (isPartial && (isFirst || [...states.pending()].some(({ orderId }) => !orders.has(orderId)))) {
        for (const order of await pendingOrders(signal))
          if (!orders.has(order.orderId)) orders.set(order.orderId, order);
      }
      add(await others(new Set(orders.keys()), signal));
      if (isFirst) for (const order of orders.values()) if (isOld(order, since())) old.add(order.orderId);
      const before = newest.findIndex(({ orderId }) => old.has(orderId));
      for (const { orderId } of before < 0 ? [] : newest.slice(before)) if (!states.knows(orderId)) old.add(orderId);
      const news = [...orders.values()]
        .toReversed()
        .filter(({ orderId, status }) => !old.has(orderId) || PENDING.has(status) || states.knows(orderId))
        .flatMap((order) => states.accept(updateOf(order)).map((update) => ({ update, time: timeOf(order, update) })))
        .toSorted((one, other) => one.time - other.time);
      isFirst = false;
      for (const { update } of news) give(update);
      return news.length > 0;
    },
    accept(update) {
      // An order that is known before another one is sent is not that one's.
      context.noteOrder(update.orderId);
      return states.accept(update);
    },
    standing: () => states.pending(),
  };
}

const PENDING: ReadonlySet<OrderStatus> = new Set(["pending", "partially_filled"]);

/** Whether it was over before the stream began; of cancelled orders only their beginning is known. */
function isOld({ status, createdAt, filledAt }: Order, since: number): boolean {
  return !PENDING.has(status) && (filledAt ?? createdAt).getTime() < since;
}

/** When an order came into this state; of the others than filled the platform does not tell. */
function timeOf({ createdAt, filledAt }: Order, { status }: OrderUpdate): number {
  return status === "pending" ? createdAt.getTime() : (filledAt?.getTime() ?? Infinity);
}

function updateOf(order: Order): OrderUpdate {
  const { orderId, status, symbol, side, type, quantity, price, executedPrice, executedQuantity, fee, filledAt } =
    order;
  return {
    orderId,
    status,
    symbol,
    side,
    type,
    quantity,
    price,
    executedPrice,
    executedQuantity,
    fee,
    filledAt,
    cancelledAt: null,
    rejectedReason: null,
    source: "poll",
  };
}
