import { portfolioRecord } from "../../../endpoints/backtest/step.ts";
import { decimal, flag, integer, list, nullable, record, text } from "../../../wire/index.ts";
import { formatDecimal } from "../../base/amount.ts";
import { averageOf, openPositions, SLIPPAGE_TEXT } from "../../engine/backtest/sandbox.ts";
import { ORDER_KINDS } from "../../engine/orderKinds.ts";
import type { SandboxOrder } from "../../engine/backtest/model.ts";
import { cancelInSession } from "../../engine/backtest/lifecycle.ts";
import { currentPortfolio } from "../../engine/backtest/stepping.ts";
import { insideRoute } from "./backtests.ts";
import { wirePortfolio } from "./backtestSteps.ts";
import { offsetText } from "../fields.ts";
import type { Route } from "../route.ts";

const openOrderFields = {
  id: text,
  symbol: text,
  side: text,
  type: text,
  quantity: decimal,
  price: nullable(decimal),
  stopPrice: nullable(decimal),
  status: text,
};
const openOrdersRecord = record({ orders: list(record(openOrderFields)), count: integer });
const ordersRecord = record({
  orders: list(record({ ...openOrderFields, executedPrice: nullable(decimal), fee: nullable(decimal) })),
  count: integer,
});
const cancelledRecord = record({ orderId: text, cancelled: flag });
const historyRecord = record({
  trades: list(
    record({
      id: text,
      symbol: text,
      side: text,
      type: text,
      quantity: decimal,
      price: decimal,
      quoteAmount: decimal,
      fee: decimal,
      slippagePct: decimal,
      realizedPnl: nullable(decimal),
      simulatedAt: text,
    }),
  ),
  count: integer,
});
const balancesRecord = record({ balances: list(record({ asset: text, available: decimal, locked: decimal })) });
const positionsRecord = record({
  positions: list(record({ symbol: text, quantity: decimal, avgEntryPrice: decimal, realizedPnl: decimal })),
});

/** Orders, trades and the account inside a running backtest. */
export const backtestAccountRoutes: readonly Route[] = [
  insideRoute("GET", "/trade/orders", ({ sandbox }) => {
    const orders = [...sandbox.orders.values()].map((order) =>
      Object.assign(wireOrder(order), {
        executedPrice: order.trade === undefined ? null : formatDecimal(order.trade.price),
        fee: order.trade === undefined ? null : formatDecimal(order.trade.fee),
      }),
    );
    return ordersRecord.encode({ orders, count: orders.length });
  }),

  insideRoute("GET", "/trade/orders/open", ({ sandbox }) => {
    const orders = [...sandbox.pending].map(wireOrder);
    return openOrdersRecord.encode({ orders, count: orders.length });
  }),

  insideRoute("DELETE", "/trade/order/{order_id}", (session, { path }) => {
    const orderId = path.uuid("order_id");
    path.done();
    return cancelledRecord.encode({ orderId, cancelled: cancelInSession(session, orderId) });
  }),

  insideRoute("GET", "/trade/history", ({ sandbox }) => {
    const trades = sandbox.trades.map((trade) => ({
      id: trade.id,
      symbol: trade.symbol,
      side: trade.side,
      type: trade.type,
      quantity: formatDecimal(trade.quantity),
      price: formatDecimal(trade.price),
      quoteAmount: formatDecimal(trade.gross),
      fee: formatDecimal(trade.fee),
      slippagePct: SLIPPAGE_TEXT,
      realizedPnl: trade.realised === undefined ? null : formatDecimal(trade.realised),
      simulatedAt: offsetText(trade.time),
    }));
    return historyRecord.encode({ trades, count: trades.length });
  }),

  insideRoute("GET", "/account/balance", ({ sandbox }) =>
    balancesRecord.encode({
      balances: [...sandbox.wallet]
        .filter(([, { free, locked }]) => free.units !== 0n || locked.units !== 0n)
        .map(([asset, { free, locked }]) => ({ asset, available: formatDecimal(free), locked: formatDecimal(locked) })),
    }),
  ),

  insideRoute("GET", "/account/positions", ({ sandbox }) =>
    positionsRecord.encode({
      positions: openPositions(sandbox).map((position) => ({
        symbol: position.symbol,
        quantity: formatDecimal(position.quantity),
        avgEntryPrice: formatDecimal(averageOf(sandbox, position)),
        realizedPnl: formatDecimal(position.realised),
      })),
    }),
  ),

  insideRoute("GET", "/account/portfolio", (session, { state }) =>
    portfolioRecord.encode(wirePortfolio(currentPortfolio(state, session))),
  ),
];

function wireOrder({ id, symbol, side, type, quantity, price, status, trade }: SandboxOrder) {
  const own = price === undefined ? null : formatDecimal(price);
  return {
    id,
    symbol,
    side,
    type,
    quantity: formatDecimal(quantity),
    price: trade === undefined ? own : formatDecimal(trade.price),
    stopPrice: ORDER_KINDS[type].priceIs === "trigger" ? own : null,
    status,
  };
}
