import { orderMessage, portfolioMessage, tickMessage } from "../../endpoints/channels/index.ts";
import { textOfAmount, textOfStored } from "../base/amount.ts";
import type { Order, Scope } from "../engine/model.ts";
import { portfolioOf } from "../engine/reports/portfolio.ts";
import type { ExchangeState } from "../engine/state.ts";
import type { TapeTrade } from "./tape.ts";

export function encodeTick({ symbol, trade }: TapeTrade): string {
  return JSON.stringify(
    tickMessage.encode({
      symbol,
      price: textOfAmount(trade.price),
      quantity: textOfAmount(trade.quantity),
      timestamp: new Date(trade.time),
      isBuyerMaker: trade.isBuyerMaker,
      source: "stream",
    }),
  );
}

/** An order as it stands at this moment. */
export function encodeOrder(order: Order, now: number): string {
  const { fill } = order;
  return JSON.stringify(
    orderMessage.encode({
      orderId: order.id,
      status: order.status,
      symbol: order.symbol,
      side: order.side,
      type: order.type,
      quantity: textOfStored(order.quantity),
      price: order.price === undefined ? null : textOfStored(order.price),
      executedPrice: fill === undefined ? null : textOfStored(fill.price),
      executedQuantity: fill === undefined ? null : textOfStored(order.quantity),
      fee: fill === undefined ? null : textOfStored(fill.fee),
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
      totalEquity: textOfAmount(portfolio.equity),
      unrealizedPnl: textOfAmount(portfolio.unrealised),
      realizedPnl: textOfAmount(portfolio.realised),
      timestamp: new Date(state.now),
      availableCash: textOfAmount(portfolio.availableCash),
      source: "stream",
    }),
  );
}
