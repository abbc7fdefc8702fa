import { orderMessage, portfolioMessage, tickMessage } from "../../endpoints/channels/index.ts";
import { formatDecimal, formatFixed8 } from "../base/amount.ts";
import type { Order, Scope } from "../engine/model.ts";
import { portfolioOf } from "../engine/reports/portfolio.ts";
import type { ExchangeState } from "../engine/state.ts";
import type { TapeTrade } from "./tape.ts";

export function encodeTick({ symbol, trade }: TapeTrade): string {
  return JSON.stringify(
    tickMessage.encode({
      symbol,
      price: formatDecimal(trade.price),
      quantity: formatDecimal(trade.quantity),
      timestamp: new Date(trade.time),
      isBuyerMaker: trade.isBuyerMaker,
      source: "stream",
    }),
  );
}

/** The current state of an order. */
export function encodeOrder(order: Order, now: number): string {
  const { fill } = order;
  return JSON.stringify(
    orderMessage.encode({
      orderId: order.id,
      status: order.status,
      symbol: order.symbol,
      side: order.side,
      type: order.type,
      quantity: formatFixed8(order.quantity),
      price: order.price === undefined ? null : formatFixed8(order.price),
      executedPrice: fill === undefined ? null : formatFixed8(fill.price),
      executedQuantity: fill === undefined ? null : formatFixed8(order.quantity),
      fee: fill === undefined ? null : formatFixed8(fill.fee),
      filledAt: fill === undefined ? null : new Date(fill.time),
      cancelledAt: order.status === "cancelled" ? new Date(now) : null,
      rejectedReason: null,
      source: "stream",
    }),
  );
}

export function encodePortfolio(state: ExchangeState, scope: Scope): string {
  const portfolio = portfolioOf(state, scope);
  return JSON.stringify(
    portfolioMessage.encode({
      totalEquity: formatDecimal(portfolio.equity),
      unrealizedPnl: formatDecimal(portfolio.unrealised),
      realizedPnl: formatDecimal(portfolio.realised),
      timestamp: new Date(state.now),
      availableCash: formatDecimal(portfolio.availableCash),
      source: "stream",
    }),
  );
}
