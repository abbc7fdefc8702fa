import { orderMessage, portfolioMessage } from "../../endpoints/channels/index.ts";
import { formatStreamInstant } from "../../wire/index.ts";
import { formatDecimal, formatFixed8 } from "../base/amount.ts";
import type { Order, Scope } from "../engine/model.ts";
import { portfolioOf } from "../engine/reports/portfolio.ts";
import type { ExchangeState } from "../engine/state.ts";
import type { TapeTrade } from "./tape.ts";

/** The message that `tickMessage` describes. Ticks are so frequent that a template, which takes half the time, pays off. */
export function encodeTick({ symbol, trade }: TapeTrade): string {
  const { price, quantity, time, isBuyerMaker } = trade;
  const amounts = `"price":"${formatDecimal(price)}","quantity":"${formatDecimal(quantity)}"`;
  const rest = `"timestamp":"${formatStreamInstant(new Date(time))}","is_buyer_maker":${isBuyerMaker}`;
  return `{"channel":"ticker","symbol":${JSON.stringify(symbol)},"data":{${amounts},${rest}}}`;
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
