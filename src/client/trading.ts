import {
  cancelAllOrders,
  cancelOrder,
  getOpenOrders,
  getOrder,
  getTradeHistory,
  listOrders,
  placeLimitOrder,
  placeMarketOrder,
  placeStopLoss,
  placeTakeProfit,
  type CancelledOrder,
  type CancelledOrders,
  type FilledOrder,
  type PlaceLimitOrderInput,
  type PlaceMarketOrderInput,
  type GetOpenOrdersOptions,
  type Order,
  type OrderIntent,
  type ListOrdersOptions,
  type PendingOrder,
  type Trade,
  type GetTradeHistoryOptions,
  type PlaceStopLossInput,
  type PlaceTakeProfitInput,
} from "../endpoints/index.ts";
import {
  reconcileRecord,
  unresolvedOrders,
  type CallOptions,
  type ReconcileOptions,
  type UnresolvedOrder,
} from "../transport/index.ts";
import { cancelSafely } from "./cancelSafely.ts";
import { MarketMethods } from "./market.ts";
import { checkPageQuery, pages, type PageOptions } from "./paging.ts";
import { pollOrder, type WaitOptions } from "./waitForOrder.ts";

/**
 * Orders and trades. An order that may have been executed is not sent again, unless the server knows it by its idempotency
 * key: when its outcome is unclear, the error can look for it.
 */
export abstract class TradingMethods extends MarketMethods {
  /**
   * Buys or sells at once at the last price, with slippage and fee; fills completely or fails.
   *
   * @throws InsufficientBalanceError, OrderRejectedError (a risk rule), InvalidSymbolError, OrderError; none of them placed anything
   * @throws OrderOutcomeUnknownError when it may have been placed; its `reconcile()` tells
   * @example
   * ```ts
   * const order = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * console.log(order.status, order.executedPrice.toString());
   * ```
   */
  placeMarketOrder(order: PlaceMarketOrderInput, options?: CallOptions): Promise<FilledOrder> {
    return this.send(placeMarketOrder, order, options);
  }

  /**
   * Waits for a price: a buy fills at `price` or below, a sell at `price` or above; immediately if the last price is there.
   *
   * @throws as {@link TradingMethods.placeMarketOrder}
   * @example
   * ```ts
   * const { price } = await client.getPrice("ETHUSDT");
   * const order = await client.placeLimitOrder({ symbol: "ETHUSDT", side: "buy", quantity: "0.1", price: price.times("0.95").toFixed(2) });
   * console.log(order.status); // pending
   * ```
   */
  placeLimitOrder(order: PlaceLimitOrderInput, options?: CallOptions): Promise<PendingOrder> {
    return this.send(placeLimitOrder, order, options);
  }

  /**
   * Fills at the market once the last price is at `triggerPrice` or below: to sell before a loss grows. The platform's
   * rule is the same for a buy, so one with a trigger price above the last price fills immediately; `hint` of the placed
   * order says so. In a backtest a stop-loss buy waits for the price to rise.
   *
   * @throws as {@link TradingMethods.placeMarketOrder}
   * @example
   * ```ts
   * await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * const { price } = await client.getPrice("BTCUSDT");
   * await client.placeStopLoss({ symbol: "BTCUSDT", side: "sell", quantity: "0.001", triggerPrice: price.times("0.95").toFixed(2) });
   * ```
   */
  placeStopLoss(order: PlaceStopLossInput, options?: CallOptions): Promise<PendingOrder> {
    return this.send(placeStopLoss, order, options);
  }

  /**
   * Fills at the market once the last price is at `triggerPrice` or above: to sell with a gain. The platform's rule is the
   * same for a buy, so one with a trigger price below the last price fills immediately; `hint` of the placed order says so.
   * In a backtest a take-profit buy waits for the price to fall.
   *
   * @throws as {@link TradingMethods.placeMarketOrder}
   * @example
   * ```ts
   * await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * const { price } = await client.getPrice("BTCUSDT");
   * await client.placeTakeProfit({ symbol: "BTCUSDT", side: "sell", quantity: "0.001", triggerPrice: price.times("1.05").toFixed(2) });
   * ```
   */
  placeTakeProfit(order: PlaceTakeProfitInput, options?: CallOptions): Promise<PendingOrder> {
    return this.send(placeTakeProfit, order, options);
  }

  /**
   * Finds out what became of an order that was written down: by `error.record` of an {@link OrderOutcomeUnknownError}, or
   * by a record of {@link TradingMethods.unresolvedOrders}; in another process and on another day, too. The client needs
   * the key that the order was sent with, or that of the record's agent or its account if the record names one. While the
   * order's own call runs, it waits for that first.
   *
   * @returns the order; or null when none was found until `wait` milliseconds after it was sent, or first seen by this client
   * @throws OrderOutcomeUndecidedError when several orders can be this one; ValidationError for another key's record
   * @example
   * ```ts
   * await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * for (const { record } of await client.unresolvedOrders()) {
   *   const order = await client.reconcile(record);
   *   console.log(record.symbol, order?.orderId ?? "not found");
   * }
   * ```
   */
  async reconcile(record: OrderIntent, options?: ReconcileOptions): Promise<Order | null> {
    return reconcileRecord(this.transport, record, options);
  }

  /**
   * Orders whose outcome is not known: those that a crash left in the `intents` store, and those of this client that were
   * not reconciled yet. Orders that this client is placing now are left out, and so are
   * records that it could not reconcile, since they were made with another key and name no agent.
   *
   * @throws whatever the store throws
   * @example
   * ```ts
   * await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * for (const unresolved of await client.unresolvedOrders()) {
   *   const order = await unresolved.reconcile();
   *   console.log(unresolved.symbol, order?.orderId ?? "not found");
   * }
   * ```
   */
  async unresolvedOrders(): Promise<readonly UnresolvedOrder[]> {
    return unresolvedOrders(this.transport);
  }

  /**
   * One order by its id.
   *
   * @throws OrderNotFoundError when no order of this account or agent has it
   * @example
   * ```ts
   * const { orderId } = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * console.log((await client.getOrder(orderId)).fee?.toString());
   * ```
   */
  getOrder(orderId: string, options?: CallOptions): Promise<Order> {
    return this.send(getOrder, { orderId }, options);
  }

  /**
   * Orders that wait to be filled, newest first.
   *
   * @example
   * ```ts
   * for (const order of await client.getOpenOrders()) console.log(order.type, order.symbol, order.price?.toString());
   * ```
   */
  async getOpenOrders(query: GetOpenOrdersOptions = {}, options?: CallOptions): Promise<readonly Order[]> {
    return this.send(getOpenOrders, query, options);
  }

  /**
   * Orders of all statuses, newest first; ask for the next page until one is shorter than `limit`.
   *
   * @example
   * ```ts
   * const cancelled = await client.listOrders({ status: "cancelled", symbol: "BTCUSDT" });
   * console.log(cancelled.length);
   * ```
   */
  async listOrders(query: ListOrdersOptions = {}, options?: CallOptions): Promise<readonly Order[]> {
    return this.send(listOrders, query, options);
  }

  /**
   * Every order, newest first, page after page. Each comes once and none is missed, whatever is placed, filled or
   * cancelled meanwhile: also when each is cancelled as it comes. Orders placed meanwhile are left out.
   *
   * @example
   * ```ts
   * for await (const order of client.iterateOrders({ symbol: "BTCUSDT" })) {
   *   if (order.status === "filled") break;
   * }
   * ```
   */
  iterateOrders(
    query: Omit<ListOrdersOptions, "limit" | "offset"> & PageOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<Order, void, undefined> {
    const { pageSize = 100, ...filter } = query;
    return pages(pageSize, {
      idOf: (order) => order.orderId,
      timeOf: (order) => order.createdAt,
      page: (limit, offset) => {
        checkPageQuery("iterateOrders", query, ["status", "symbol"]);
        return this.listOrders({ ...filter, limit, offset }, options);
      },
    });
  }

  /**
   * Cancels an open order and gives back what it had set aside. Safe to repeat: an order that an earlier try of
   * the same call cancelled counts as cancelled.
   *
   * @throws OrderNotFoundError; OrderError `ORDER_NOT_CANCELLABLE` when it was filled or cancelled before
   * @example
   * ```ts
   * const { price } = await client.getPrice("ETHUSDT");
   * const { orderId } = await client.placeLimitOrder({ symbol: "ETHUSDT", side: "buy", quantity: "0.1", price: price.times("0.9").toFixed(2) });
   * const { unlockedAmount } = await client.cancelOrder(orderId);
   * console.log(unlockedAmount.toString());
   * ```
   */
  cancelOrder(orderId: string, options: CallOptions = {}): Promise<CancelledOrder> {
    return cancelSafely(
      this.transport,
      () => this.send(cancelOrder, { orderId }, options),
      () => this.getOrder(orderId, options),
    );
  }

  /**
   * Cancels all open orders; with an account's key and no `agentId` those of all its agents. When a try's answer is lost
   * and it is repeated, the counts are those of the last try.
   *
   * @example
   * ```ts
   * const { cancelledCount } = await client.cancelAllOrders();
   * console.log(cancelledCount);
   * ```
   */
  cancelAllOrders(options?: CallOptions): Promise<CancelledOrders> {
    return this.send(cancelAllOrders, {}, options);
  }

  /**
   * Own trades, newest first.
   *
   * @example
   * ```ts
   * const trades = await client.getTradeHistory({ symbol: "BTCUSDT", limit: 5 });
   * console.log(trades.map((trade) => `${trade.side} ${trade.quantity} at ${trade.price}`));
   * ```
   */
  async getTradeHistory(query: GetTradeHistoryOptions = {}, options?: CallOptions): Promise<readonly Trade[]> {
    return this.send(getTradeHistory, query, options);
  }

  /**
   * Every own trade, newest first, page after page. Each comes once and none is missed, whatever is traded meanwhile;
   * trades that are made meanwhile are left out.
   *
   * @example
   * ```ts
   * for await (const trade of client.iterateTradeHistory({ side: "buy" })) console.log(trade.total.toString());
   * ```
   */
  iterateTradeHistory(
    query: Omit<GetTradeHistoryOptions, "limit" | "offset"> & PageOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<Trade, void, undefined> {
    const { pageSize = 100, ...filter } = query;
    return pages(pageSize, {
      idOf: (trade) => trade.tradeId,
      timeOf: (trade) => trade.executedAt,
      page: (limit, offset) => {
        checkPageQuery("iterateTradeHistory", query, ["symbol", "side"]);
        return this.getTradeHistory({ ...filter, limit, offset }, options);
      },
    });
  }

  /**
   * Waits until an order is filled, cancelled or expired, or has another status that is asked for; polls ever more slowly.
   *
   * @throws TimeoutError when it takes longer than `timeout` milliseconds; OrderError `ORDER_ENDED` when it can no longer happen
   * @example
   * ```ts
   * const { orderId } = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * const order = await client.waitForOrder(orderId, { until: "filled", timeout: 10_000 });
   * console.log(order.executedPrice?.toString());
   * ```
   */
  waitForOrder(orderId: string, wait: WaitOptions = {}, options: CallOptions = {}): Promise<Order> {
    return pollOrder(this.transport, orderId, wait, (limits) => this.getOrder(orderId, limits), options);
  }
}
