import { decimal, flag, integer, list, map, nullable, record, text } from "../../../wire/index.ts";
import {
  compare,
  HUNDRED,
  minus,
  over,
  plus,
  rounded,
  textOfAmount,
  textOfStored,
  times,
  type Amount,
} from "../../engine/amount.ts";
import { openPositions, SLIPPAGE_TEXT } from "../../engine/backtest/sandbox.ts";
import type { BacktestSession, SandboxOrder } from "../../engine/backtest/session.ts";
import { cancelInSession } from "../../engine/backtest/sessions.ts";
import { currentPortfolio, currentPrice, currentPrices } from "../../engine/backtest/stepping.ts";
import { Refusal } from "../../engine/refusal.ts";
import type { World } from "../../engine/world.ts";
import type { Candle, Summary } from "../../market/market.ts";
import { pricesText, runningSession } from "../backtests.ts";
import type { Call } from "../call.ts";
import { offsetText } from "../fields.ts";
import { jsonReply } from "../reply.ts";
import { bareRoute, type Route } from "../route.ts";
import { wirePortfolio } from "./backtest.ts";
import { portfolioRecord } from "../../../endpoints/backtest/step.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const LABELS: Readonly<Record<string, number>> = { "1m": 60, "5m": 300, "15m": 900, "1h": 3600, "4h": 14_400, "1d": 86_400 };
// Any other length is answered with candles of a minute.
const KEPT_LENGTHS = [60, 300, 3600, 86_400];

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
const priceRecord = record({ symbol: text, price: decimal, virtualTime: text });
const pricesRecord = record({ prices: map(decimal), virtualTime: text });
const candleFigures = { open: decimal, high: decimal, low: decimal, close: decimal, volume: decimal };
const tickerRecord = record({
  symbol: text,
  ...candleFigures,
  priceChange: decimal,
  priceChangePct: decimal,
  tradeCount: integer,
  virtualTime: text,
});
const candlesRecord = record({
  symbol: text,
  interval: text,
  candles: list(record({ bucket: text, ...candleFigures, tradeCount: integer })),
  count: integer,
});
const balancesRecord = record({ balances: list(record({ asset: text, available: decimal, locked: decimal })) });
const positionsRecord = record({
  positions: list(record({ symbol: text, quantity: decimal, avgEntryPrice: decimal, realizedPnl: decimal })),
});

/** What a bot sees and does inside a running backtest, orders apart. */
export const backtestAccountRoutes: readonly Route[] = [
  inside("GET", "/trade/orders", ({ sandbox }) => {
    const orders = [...sandbox.orders.values()].map((order) => ({
      ...wireOrder(order),
      executedPrice: order.trade === undefined ? null : textOfAmount(order.trade.price),
      fee: order.trade === undefined ? null : textOfAmount(order.trade.fee),
    }));
    return ordersRecord.encode({ orders, count: orders.length });
  }),

  inside("GET", "/trade/orders/open", ({ sandbox }) => {
    const orders = [...sandbox.pending].map(wireOrder);
    return openOrdersRecord.encode({ orders, count: orders.length });
  }),

  inside("DELETE", "/trade/order/{order_id}", (session, { path }) => {
    const orderId = path.uuid("order_id");
    path.done();
    return cancelledRecord.encode({ orderId, cancelled: cancelInSession(session, orderId) });
  }),

  inside("GET", "/trade/history", ({ sandbox }) => {
    const trades = sandbox.trades.map((trade) => ({
      id: trade.id,
      symbol: trade.symbol,
      side: trade.side,
      type: trade.type,
      quantity: textOfAmount(trade.quantity),
      price: textOfAmount(trade.price),
      quoteAmount: textOfAmount(trade.gross),
      fee: textOfAmount(trade.fee),
      slippagePct: SLIPPAGE_TEXT,
      realizedPnl: trade.realised === undefined ? null : textOfAmount(trade.realised),
      simulatedAt: offsetText(trade.time),
    }));
    return historyRecord.encode({ trades, count: trades.length });
  }),

  inside("GET", "/market/price/{symbol}", (session, { world, path }) => {
    const symbol = path.text("symbol");
    const price = currentPrice(world, session, symbol);
    return priceRecord.encode({
      symbol,
      price: price === undefined ? "0" : textOfStored(price),
      virtualTime: offsetText(session.time),
    });
  }),

  inside("GET", "/market/prices", (session, { world }) =>
    pricesRecord.encode({ prices: pricesText(currentPrices(world, session)), virtualTime: offsetText(session.time) }),
  ),

  inside("GET", "/market/ticker/{symbol}", (session, { world, path }) => {
    const symbol = path.text("symbol");
    const day = dayOf(world, session, symbol);
    if (day === undefined) return { symbol, error: `No data for ${symbol}.` };
    const change = minus(day.close, day.open);
    return tickerRecord.encode({
      symbol,
      ...wireSummary(day),
      priceChange: eightDecimals(change),
      priceChangePct: textOfAmount(rounded(times(over(change, day.open), HUNDRED), 2)),
      virtualTime: offsetText(session.time),
    });
  }),

  inside("GET", "/market/candles/{symbol}", (session, { world, path, query }) => {
    const symbol = path.text("symbol");
    const interval = query.optionalText("interval") ?? "60";
    const limit = query.integer("limit", { least: 1, most: 1000 }, 100);
    query.done();
    const candles = candlesOf(world, session, symbol, secondsOf(interval), limit).map((candle) => ({
      bucket: offsetText(candle.time),
      ...wireSummary(candle),
    }));
    return candlesRecord.encode({ symbol, interval, candles, count: candles.length });
  }),

  inside("GET", "/account/balance", ({ sandbox }) =>
    balancesRecord.encode({
      balances: [...sandbox.wallet]
        .filter(([, { free, locked }]) => free.units !== 0n || locked.units !== 0n)
        .map(([asset, { free, locked }]) => ({ asset, available: textOfAmount(free), locked: textOfAmount(locked) })),
    }),
  ),

  inside("GET", "/account/positions", ({ sandbox }) =>
    positionsRecord.encode({
      positions: openPositions(sandbox).map((position) => ({
        symbol: position.symbol,
        quantity: textOfAmount(position.quantity),
        avgEntryPrice: textOfAmount(position.averagePrice),
        realizedPnl: textOfAmount(position.realised),
      })),
    }),
  ),

  inside("GET", "/account/portfolio", (session, { world }) =>
    portfolioRecord.encode(wirePortfolio(currentPortfolio(world, session))),
  ),
];

/** A route that needs a running session. */
function inside(method: string, path: string, answer: (session: BacktestSession, call: Call) => unknown): Route {
  return bareRoute(method, `/api/v1/backtest/{session_id}${path}`, (call) =>
    jsonReply(200, answer(runningSession(call), call)),
  );
}

function wireOrder({ id, symbol, side, type, quantity, price, status, trade }: SandboxOrder) {
  const own = price === undefined ? null : textOfAmount(price);
  return {
    id,
    symbol,
    side,
    type,
    quantity: textOfAmount(quantity),
    price: trade === undefined ? own : textOfAmount(trade.price),
    stopPrice: type === "stop_loss" || type === "take_profit" ? own : null,
    status,
  };
}

function secondsOf(interval: string): number {
  const seconds = Object.hasOwn(LABELS, interval) ? (LABELS[interval] as number) : Number(interval);
  if (!/^\w+$/.test(interval) || !Number.isSafeInteger(seconds) || seconds < 1)
    throw new Refusal("VALIDATION_ERROR", `Interval '${interval}' is not supported.`, { field: "interval" });
  return KEPT_LENGTHS.includes(seconds) ? seconds : 60;
}

/** Candles up to the session's clock; the platform shows all of those that have opened. */
function candlesOf(
  { market, quirks, now }: World,
  { prices, time }: BacktestSession,
  symbol: string,
  seconds: number,
  limit: number,
): readonly Candle[] {
  if (prices?.symbols.includes(symbol) !== true) return [];
  const length = seconds * 1000;
  const { NEGATIVE_INFINITY: always } = Number;
  if (quirks.backtestsSeeAhead) return market.candles(symbol, length, limit, always, time, now);
  // A market that cannot look back at a moment knows the whole of a candle only.
  if (market.history === undefined) return market.candles(symbol, length, limit, always, time - length, now);
  return market.candles(symbol, length, limit, always, time - 1, Math.min(time - 1, now));
}

/** The last 24 hours by the session's clock. */
function dayOf(world: World, session: BacktestSession, symbol: string): Summary | undefined {
  const { market, quirks } = world;
  if (market.history !== undefined) {
    if (session.prices?.symbols.includes(symbol) !== true) return undefined;
    const end = session.time - 1 + (quirks.backtestsSeeAhead ? MINUTE : 0);
    return market.summary(symbol, session.time - DAY, Math.min(end, world.now));
  }
  const candles = candlesOf(world, session, symbol, 60, 1440).filter((candle) => candle.time >= session.time - DAY);
  const [first] = candles;
  return first === undefined ? undefined : candles.reduce<Summary>(joined, first);
}

function joined(day: Summary, candle: Summary): Summary {
  if (day === candle) return day;
  return {
    open: day.open,
    high: compare(candle.high, day.high) > 0 ? candle.high : day.high,
    low: compare(candle.low, day.low) < 0 ? candle.low : day.low,
    close: candle.close,
    volume: plus(day.volume, candle.volume),
    tradeCount: day.tradeCount + candle.tradeCount,
  };
}

function wireSummary({ open, high, low, close, volume, tradeCount }: Summary) {
  return {
    open: eightDecimals(open),
    high: eightDecimals(high),
    low: eightDecimals(low),
    close: eightDecimals(close),
    volume: eightDecimals(volume),
    tradeCount,
  };
}

function eightDecimals(amount: Amount): string {
  return textOfAmount(rounded(amount, 8, "half-away"));
}
