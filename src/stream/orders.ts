import {
  getOrder,
  listOrders,
  orderMessage,
  type Order,
  type OrderStatus,
  type OrderUpdate,
} from "../endpoints/index.ts";
import { OrderNotFoundError } from "../errors/index.ts";
import type { ChannelSource } from "./channelSource.ts";
import type { StreamContext } from "./context.ts";
import { createOrderStates, type OrderStates } from "./orderStates.ts";

const PAGE_SIZE = 100;
/** Page size of the list of pending orders. */
const PENDING_PAGE_SIZE = 500;

/** Milliseconds by which the estimate of the platform's clock is off at most: responses tell whole seconds. */
const UNCERTAIN = 1000;

const PENDING: ReadonlySet<OrderStatus> = new Set(["pending", "partially_filled"]);

/** When the subscription was made, and what was known then. */
export interface OrdersStart {
  /** The reading of `clock.elapsed()`. */
  readonly elapsed: number;
  readonly isKnown: (orderId: string) => boolean;
}

export function ordersSource(context: StreamContext, start: OrdersStart): ChannelSource<OrderUpdate> {
  const states = createOrderStates();
  /**
   * Start of the subscription by the platform's clock, which is known better with each response. An order that this
   * client did not know yet may have been placed just after it, so for that the earliest time counts. The platform
   * rounds its times down to whole milliseconds.
   */
  const startTime = (isKnown = false): number => {
    const { serverTime } = context;
    const estimate = serverTime.at(start.elapsed);
    return Math.floor(isKnown ? estimate : Math.max(serverTime.earliest(start.elapsed), estimate - UNCERTAIN));
  };
  /** Orders that were completed before the subscription. All others are delivered, regardless of the clocks. */
  const old = new Set<string>();
  let isFirst = true;

  /** The newest orders, newest first, back to one that is known or older than the subscription. */
  async function requestNewest(signal: AbortSignal): Promise<readonly Order[]> {
    const found: Order[] = [];
    for (let offset = 0; ; offset += PAGE_SIZE) {
      const orders = await context.request(listOrders, { limit: PAGE_SIZE, offset }, { signal });
      found.push(...orders);
      const oldest = orders.at(-1);
      if (orders.length < PAGE_SIZE || oldest === undefined) return found;
      if (states.knows(oldest.orderId) || old.has(oldest.orderId)) return found;
      if (isFirst && oldest.createdAt.getTime() < startTime()) return found;
    }
  }

  /** The newest orders, pending ones that are older, and those that were pending when they were seen last. */
  async function requestOrders(newest: readonly Order[], signal: AbortSignal): Promise<readonly Order[]> {
    const orders = new Map(newest.map((order) => [order.orderId, order]));
    const isKnown = ({ orderId }: OrderUpdate): boolean => orders.has(orderId);
    if (newest.length >= PAGE_SIZE && (isFirst || !states.pending().every(isKnown))) {
      for (const order of await requestPending(context, signal))
        if (!orders.has(order.orderId)) orders.set(order.orderId, order);
    }
    const missing = states.pending().filter((update) => !isKnown(update));
    for (const order of await requestMissing(context, missing, states, signal)) orders.set(order.orderId, order);
    return [...orders.values()];
  }

  /** Orders that were completed before the subscription, and in the list of orders those before one of them. */
  function rememberOld(orders: readonly Order[], newest: readonly Order[]): void {
    if (isFirst)
      for (const order of orders) if (isOld(order, startTime(start.isKnown(order.orderId)))) old.add(order.orderId);
    const firstOld = newest.findIndex(({ orderId }) => old.has(orderId));
    if (firstOld < 0) return;
    for (const { orderId } of newest.slice(firstOld)) if (!states.knows(orderId)) old.add(orderId);
  }

  return {
    message: orderMessage,
    async catchUp(deliver, signal) {
      const newest = await requestNewest(signal);
      const orders = await requestOrders(newest, signal);
      rememberOld(orders, newest);
      const news = orders
        .toReversed()
        .filter(({ orderId, status }) => !old.has(orderId) || PENDING.has(status) || states.knows(orderId))
        .flatMap((order) => states.accept(updateOf(order)).map((update) => ({ update, time: timeOf(order, update) })))
        .toSorted((one, other) => one.time - other.time);
      isFirst = false;
      for (const { update } of news) deliver(update);
      return news.length > 0;
    },
    accept(update) {
      context.noteOrder(update.orderId);
      return states.accept(update);
    },
    current: () => states.pending(),
  };
}

async function requestPending(context: StreamContext, signal: AbortSignal): Promise<readonly Order[]> {
  const found: Order[] = [];
  for (let offset = 0; ; offset += PENDING_PAGE_SIZE) {
    const query = { status: "pending", limit: PENDING_PAGE_SIZE, offset } as const;
    const orders = await context.request(listOrders, query, { signal });
    found.push(...orders);
    if (orders.length < PENDING_PAGE_SIZE) return found;
  }
}

/** Asks for each of these orders. Forgets those that do not exist any more. */
async function requestMissing(
  context: StreamContext,
  missing: readonly OrderUpdate[],
  states: OrderStates,
  signal: AbortSignal,
): Promise<readonly Order[]> {
  const found: Order[] = [];
  for (const { orderId } of missing) {
    try {
      found.push(await context.request(getOrder, { orderId }, { signal }));
    } catch (error) {
      if (!(error instanceof OrderNotFoundError)) throw error;
      states.forget(orderId);
    }
  }
  return found;
}

/** Whether it was completed before the subscription. For cancelled orders only the creation time is known. */
function isOld({ status, createdAt, filledAt }: Order, startTime: number): boolean {
  return !PENDING.has(status) && (filledAt ?? createdAt).getTime() < startTime;
}

/** When the order got this status, for sorting. The platform reports it only for new and filled orders. */
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
