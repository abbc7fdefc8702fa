import {
  backtestBalancesRecord,
  backtestHoldingsRecord,
  backtestOrdersRecord,
  backtestTradeHistoryRecord,
  cancelledBacktestOrderRecord,
  openBacktestOrdersRecord,
  type OpenBacktestOrder,
} from "../../../endpoints/backtest/index.ts";
import { portfolioRecord } from "../../../endpoints/backtest/step.ts";
import type { Encodable } from "../../../wire/index.ts";
import { formatDecimal } from "../../base/amount.ts";
import { allOrders, pendingOrders } from "../../engine/backtest/pending.ts";
import { averageOf, openPositions, SLIPPAGE_TEXT, tradeOf, tradesOf } from "../../engine/backtest/sandbox.ts";
import type { SandboxOrder, SandboxTrade } from "../../engine/backtest/model.ts";
import { cancelInSession } from "../../engine/backtest/lifecycle.ts";
import { currentPortfolio } from "../../engine/backtest/stepping.ts";
import { ORDER_KINDS } from "../../engine/orderKinds.ts";
import type { Route } from "../route.ts";
import { formatTimestamp } from "../timestamps.ts";
import { sessionRoute } from "./backtestSession.ts";
import { wirePortfolio } from "./wireBacktest.ts";

/** Orders, trades and balances of a running backtest. */
export const backtestAccountRoutes: readonly Route[] = [
  sessionRoute("GET", "/trade/orders", undefined, ({ sandbox }) => {
    const orders = allOrders(sandbox).map((order) => {
      const trade = tradeOf(sandbox, order);
      return Object.assign(wireOrder(order, trade), {
        executedPrice: trade === undefined ? null : formatDecimal(trade.price),
        fee: trade === undefined ? null : formatDecimal(trade.fee),
      });
    });
    return backtestOrdersRecord.encode({ orders, count: orders.length });
  }),

  sessionRoute("GET", "/trade/orders/open", undefined, ({ sandbox }) => {
    const orders = pendingOrders(sandbox).map((order) => wireOrder(order, undefined));
    return openBacktestOrdersRecord.encode({ orders, count: orders.length });
  }),

  sessionRoute("DELETE", "/trade/order/{order_id}", undefined, (session, call) => {
    const orderId = call.readParameter("order_id");
    return cancelledBacktestOrderRecord.encode({ orderId, cancelled: cancelInSession(session, orderId) });
  }),

  sessionRoute("GET", "/trade/history", undefined, ({ sandbox }) => {
    const trades = tradesOf(sandbox).map((trade) => ({
      tradeId: trade.id,
      symbol: trade.symbol,
      side: trade.side,
      type: trade.type,
      quantity: formatDecimal(trade.quantity),
      price: formatDecimal(trade.price),
      quoteAmount: formatDecimal(trade.gross),
      fee: formatDecimal(trade.fee),
      slippagePct: SLIPPAGE_TEXT,
      realizedPnl: trade.realised === undefined ? null : formatDecimal(trade.realised),
      simulatedAt: formatTimestamp(trade.time),
    }));
    return backtestTradeHistoryRecord.encode({ trades, count: trades.length });
  }),

  sessionRoute("GET", "/account/balance", undefined, ({ sandbox }) =>
    backtestBalancesRecord.encode({
      balances: [...sandbox.wallet]
        .filter(([, { available, locked }]) => available.units !== 0n || locked.units !== 0n)
        .map(([asset, { available, locked }]) => ({
          asset,
          available: formatDecimal(available),
          locked: formatDecimal(locked),
        })),
    }),
  ),

  sessionRoute("GET", "/account/positions", undefined, ({ sandbox }) =>
    backtestHoldingsRecord.encode({
      positions: openPositions(sandbox).map((position) => ({
        symbol: position.symbol,
        quantity: formatDecimal(position.quantity),
        avgEntryPrice: formatDecimal(averageOf(sandbox, position)),
        realizedPnl: formatDecimal(position.realised),
      })),
    }),
  ),

  sessionRoute("GET", "/account/portfolio", undefined, (session, { state }) =>
    portfolioRecord.encode(wirePortfolio(currentPortfolio(state, session))),
  ),
];

function wireOrder(order: SandboxOrder, trade: SandboxTrade | undefined): Encodable<OpenBacktestOrder> {
  const { id, symbol, side, type, quantity, price, status } = order;
  const own = price === undefined ? null : formatDecimal(price);
  return {
    orderId: id,
    symbol,
    side,
    type,
    quantity: formatDecimal(quantity),
    price: trade === undefined ? own : formatDecimal(trade.price),
    stopPrice: ORDER_KINDS[type].priceIs === "trigger" ? own : null,
    status,
  };
}
